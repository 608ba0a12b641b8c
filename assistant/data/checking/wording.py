"""What is said too shortly, too long, or again: equal, short answers, long questions, apostrophes that got lost."""

from __future__ import annotations

import re

from assistant.data.checking.remark import Remark, quoted, texts_of, words_of
from assistant.data.cleaning.apostrophes import stripped_apostrophes
from assistant.data.example import Example
from assistant.data.splitting.equality import normal_form

SHORT_ANSWER = 5
"""Words from which an answer can say something."""
LONG_QUESTION = 60
"""Words beyond which a question mostly has something scraped along with it."""
STEM = 5
"""Letters by which words count as the same in other words: `treated`, `treatments`."""

TIMES = 4
"""An answer many times as long as the question is not that question again."""
SHOWN_PLACES = 3


def missing(example: Example) -> Remark | None:
    """Whether there is no question, or no answer."""
    if not example.question.strip():
        return Remark("no question")
    return None if example.answers and example.answers[0].strip() else Remark("no answer")


def equal(example: Example) -> Remark | None:
    """Whether the answer is the question, once or several times, or asks the same in other words; punctuation and case aside."""
    if len(example.answers[0]) > TIMES * len(example.question) + TIMES * STEM:
        return None
    question, answer = words_of(example.question), words_of(example.answers[0])
    if not answer or not question:
        is_same = normal_form(example.question) == normal_form(example.answers[0])
        return Remark("the answer is the question") if is_same else None
    times, rest = divmod(len(answer), len(question))
    if not rest and answer == question * times:
        return Remark("the answer is the question")
    return Remark(f"the answer only asks again: {quoted(example.answers[0])}") if _asks_again(example, question, answer) else None


def _asks_again(example: Example, question: list[str], answer: list[str]) -> bool:
    """A heading that was taken for the answer: one question, with all long words of the question."""
    text = example.answers[0].strip()
    if not (text.endswith("?") and example.question.rstrip().endswith("?")) or text.count("?") > 1 or ". " in text:
        return False
    wanted = {word[:STEM] for word in question if len(word) >= STEM}
    return len(wanted) >= 3 and wanted <= {word[:STEM] for word in answer}


_MORE = re.compile(
    r"how(?!\s+(?:many|much|old|long|far|often|tall|big|large|small|fast|deep|high|wide|late|soon|early|heavy|hot|cold|close|likely|common|rare|is|are"
    r"|was|were|about|come)\b)\s"
    r"|why\s|explain\s|describe\s|tell\s+me\s+(?:about|how|why)\s"
    r"|what\s+(?:causes?|happens|to\s+do|is\s+the\s+difference|can\s+i\s+do|should\s+i\s+do)\b"
    r"|what\s+are\s+(?:the\s+)?(?:symptoms|signs|causes|treatments|complications|stages|risks|benefits|side\s+effects|differences|steps)\b"
    r"|what\s+(?:is|are)\s+(?!the\b|your\b|my\b|his\b|her\b|their\b|our\b|its\b|this\b|that\b|you\b|it\b|\W*\d)"
    r"|do\s+you\s+have\s+information\s+about\s",
    re.IGNORECASE,
)
_ASKS_FOR_A_NAME = re.compile(
    r"\b(?:called|names?|named|terms?|words?|capital|stands? for|abbreviat\w+|acronym|number|year|date|\d+)\b", re.IGNORECASE
)


def short_answer(example: Example) -> Remark | None:
    """Whether an answer of few words stands under a question that wants an explanation; it knows English questions."""
    answer = example.answers[0]
    if len(answer.split(None, SHORT_ANSWER)) >= SHORT_ANSWER or equal(example):
        return None
    question = example.question.lstrip()[:1000]
    if not _MORE.match(question) or _ASKS_FOR_A_NAME.search(question) or any(char.isdigit() for char in answer):
        return None
    return Remark(quoted(answer))


def long_question(example: Example) -> Remark | None:
    """Whether the question has more words than people ask with."""
    count = len(example.question.split())
    return Remark(f"{count} words") if count > LONG_QUESTION else None


def stripped_apostrophe(example: Example) -> Remark | None:
    """Whether words stand there that have lost an apostrophe."""
    found = [(text[start:end], suggestion) for text in texts_of(example) for start, end, suggestion in stripped_apostrophes(text)]
    if not found:
        return None
    shown = ", ".join(f"{quoted(word)} for {quoted(suggestion)}" for word, suggestion in list(dict.fromkeys(found))[:SHOWN_PLACES])
    return Remark(shown + (f" and {len(found) - SHOWN_PLACES} more" if len(found) > SHOWN_PLACES else ""))
