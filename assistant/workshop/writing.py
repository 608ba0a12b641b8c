"""More rows written by a model: other wordings of questions, and new questions with answers that a document bears out.

Any engine writes: the embedded base, a version, a server. What it writes is text like any other that came from outside:
it is parsed strictly, and what does not look like one question (or a question and an answer) is none. The sieve decides
about the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from assistant.core.home import Home
from assistant.core.messages import Message
from assistant.core.recipe_data import Augment
from assistant.core.recipe_file import RecipeFile
from assistant.data.enlarging.augment import Turn
from assistant.data.enlarging.made import GROUNDED, Made
from assistant.data.enlarging.passages import Passage, unsupported
from assistant.data.enlarging.sieve import Draft, Sieve, draft_of
from assistant.data.example import Example
from assistant.engines.opening import open_engine
from assistant.engines.protocol import Engine, Request, Sampling
from assistant.registry.target import Target, find_target

AT_ONCE = 16
"""Requests that an engine is given at once; how many it answers at a time is its own matter."""
LONGEST_QUESTION = 400
"""Characters of a question from which it is none."""
LONGEST_ANSWER = 2000

SYSTEM = "You work on questions and their answers. You write what you are asked for and nothing else."
REWORD = "Ask this in other words, with the same meaning, names and numbers: {}"
REWORDED = (
    ("How do I renew my passport?", "What do I have to do to get my passport renewed?"),
    ("What are the side effects of aspirin?", "Which side effects can aspirin have?"),
    ("Why is the sky blue?", "What makes the sky look blue?"),
    ("Can I pay 20 euros by card?", "Is it possible to use my card to pay 20 euros?"),
)
"""Solved beforehand, as turns of the conversation: a small base follows an example where it does not follow an instruction."""
ASK = "Text: {}\n\nWrite one question that this text answers, and its answer in the words of the text."
ASKED = (
    (
        "The library is open from nine in the morning to six in the evening on weekdays. On Saturdays it closes at noon. Books can be kept for four "
        "weeks and renewed twice, unless somebody else is waiting for them. Who brings a book back late pays a fee of 20 cents a day.",
        "Question: How long can I keep a book from the library?\nAnswer: Books can be kept for four weeks and renewed twice, unless somebody else is "
        "waiting for them.",
    ),
    (
        "Basil likes a warm and sunny place. It is watered when the soil feels dry, in the morning if possible, and from below, because wet leaves "
        "become ill. Whoever cuts the tips of the shoots often gets a bushy plant; the flowers are taken off, since they make the leaves bitter.",
        "Question: Why should the flowers of basil be taken off?\nAnswer: The flowers of basil are taken off, since they make the leaves bitter.",
    ),
)
_LABEL = re.compile(r"^(?:(?:the |my )?(?:rewritten |reworded |new |same )?question(?: in other words)?|q|paraphrase|rewrite)\s*:\s*", re.IGNORECASE)
_PAIR = re.compile(r"(?:^|\n)[ \t]*\**question\**:\**[ \t]*([^\n]{2,400})\n+[ \t]*\**answer\**:\**[ \t]*([^\n]{2,2000})", re.IGNORECASE)


def find_writer(file: RecipeFile, home: Home) -> Target:
    """Who writes: what `data.augment.writer` names, or the recipe's base; by the recipe's own engine.

    Raises:
        TargetError: There is no such thing.
        BaseError: The base cannot be had.
    """
    target = find_target(file.recipe.data.augment.writer or file.recipe.base, home, file)
    # A writer is told what to do by each request, not what the assistant is told.
    return replace(target, recipe=target.recipe.model_copy(update={"engine": file.recipe.engine}))


def open_writer(file: RecipeFile, home: Home) -> Engine:
    """The engine that writes; close it afterwards.

    Raises:
        UserError: There is no such thing, or no engine can speak for it.
    """
    return open_engine(find_writer(file, home), home)


class Paraphraser:
    """The method `paraphrase`: a rewriter that asks a model, several rows at once.

    Args:
        engine: Who writes.
        settings: What the recipe says; its seed makes each draft of a row another one.

    Attributes:
        unread: Answers that were no question, by reason.
    """

    def __init__(self, engine: Engine, settings: Augment) -> None:
        self._engine = engine
        self._settings = settings
        self.unread: Counter[str] = Counter()

    def __call__(self, turns: Sequence[Turn]) -> list[Draft | None]:
        """A draft of each; None where what was written is no question, which gives the row up for this method."""
        texts = _written(self._engine, [self._request(turn) for turn in turns])
        return [self._draft(turn, text) for turn, text in zip(turns, texts, strict=True)]

    def _request(self, turn: Turn) -> Request:
        # The first draft is the likeliest; those after it are sampled, each by a seed of its own.
        sampled = Sampling(max_new_tokens=64, temperature=0.7, top_p=0.9, seed=self._settings.seed + turn.number)
        return _request(REWORD, REWORDED, turn.example.question, sampled if turn.number else Sampling(max_new_tokens=64))

    def _draft(self, turn: Turn, text: str) -> Draft | None:
        question = read_question(text)
        if question is None:
            self.unread["no question was written"] += 1
            return None
        return draft_of(turn.example, question, "paraphrase", turn.number)


def grounded(passages: Iterable[Passage], engine: Engine, sieve: Sieve) -> Iterator[Made]:
    """New questions with answers out of documents.

    A pair is kept only if the passage bears the answer out: every number of it and four of five content words stand there.

    Args:
        passages: What is asked about.
        engine: Who writes.
        sieve: What decides about a pair that is borne out; its tally counts the others as well.
    """
    each = iter(passages)
    while batch := list(islice(each, AT_ONCE)):
        sampling = Sampling(max_new_tokens=192)
        texts = _written(engine, [_request(ASK, ASKED, passage.text, sampling) for passage in batch])
        drafts = []
        for passage, text in zip(batch, texts, strict=True):
            pair = read_pair(text)
            reason = "no question and answer were written" if pair is None else unsupported(*pair, passage.text)
            if pair is None or reason is not None:
                sieve.tally.add(GROUNDED, reason)
                continue
            drafts.append(_grounded(passage, *pair))
        yield from (made for made in sieve.judge(drafts) if made)


def read_question(text: str) -> str | None:
    """The one question that a model wrote; None where it wrote anything else.

    A label before it and quotes around it are taken off. Whatever stands after its line is not read.
    """
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = _LABEL.sub("", line.strip("*").strip()).strip().strip("\"'\u201c\u201d").strip()
    one = line.endswith("?") and line.count("?") == 1 and len(line) <= LONGEST_QUESTION
    return line if one and any(map(str.isalpha, line)) and "\ufffd" not in line else None


def read_pair(text: str) -> tuple[str, str] | None:
    """The question and the answer that a model wrote in the form it was given; None where it did not."""
    found = _PAIR.search(text)
    if found is None:
        return None
    question, answer = read_question(found[1]), found[2].strip().strip('"\u201c\u201d').strip()
    whole = len(answer) <= LONGEST_ANSWER and answer.endswith((".", "!", ")")) and "..." not in answer
    return (question, answer) if question and whole else None


def _grounded(passage: Passage, question: str, answer: str) -> Draft:
    example = Example(f"{passage.place}~{GROUNDED}", question, (answer,), f"document: {passage.document}", made_by=GROUNDED)
    return Draft(example, passage.place, passage.text, has_original=False)


def _request(form: str, solved: Sequence[tuple[str, str]], text: str, sampling: Sampling) -> Request:
    """What is asked of a model, after what it would have been right to answer before."""
    said: list[Message] = []
    for before, after in solved:
        said += [Message(role="user", content=form.replace("{}", before)), Message(role="assistant", content=after)]
    # A system message of its own keeps out what the assistant is told; `replace`, since the text may hold braces of its own.
    return Request((Message(role="system", content=SYSTEM), *said, Message(role="user", content=form.replace("{}", text))), sampling)


def _written(engine: Engine, requests: Sequence[Request]) -> list[str]:
    """What was written to each; nothing where it was cut off."""
    answers = engine.generate(requests, batch_size=AT_ONCE) if requests else []
    return [answer.text if answer.finish_reason == "stop" else "" for answer in answers]
