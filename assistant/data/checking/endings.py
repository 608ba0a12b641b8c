"""How texts end: in mid-sentence, without a stop, without a question mark."""

# ruff: noqa: RUF001
from __future__ import annotations

import re

from assistant.data.checking.remark import Remark, quoted, quoted_end
from assistant.data.example import Example

CLOSING = "\"'”’»)]}*_`"
"""What may follow the mark that ends a sentence."""
ENDS = ".!?…;:。！？｡؟।॥։።៕"
"""What ends a sentence, or a line before more of it."""

FEWEST_WORDS = 5
"""Shorter answers are names and numbers, which want no stop."""
LOOKED_BACK = 400
"""Characters before the end among which an open bracket counts; further back it is a slip of typing."""

GOES_ON = frozenset(
    (
        *("and", "or", "but", "nor", "the", "an", "of", "because", "although", "whereas", "whether", "than", "including", "include", "includes"),
        *("if", "while", "unless", "into", "per", "via", "your", "their", "its"),
    )
)
"""Small words, as they are written, that no sentence ends with."""
_SUCH_AS = re.compile(r"\b(?:such as|due to|as well as|in order to|e\.g\.|i\.e\.)$")

_FENCE = "```"
# Items of lists and rows of tables end as they like.
_ENDS_IN_LIST = re.compile(r"(?:^|\n)[ \t]*(?:[-*•+][ \t]|\d{1,3}[.)][ \t]|\|)[^\n]*\Z")
_SMILEY = re.compile(r"[:;=8]['-]?\($")


def truncated(example: Example) -> Remark | None:
    """Whether the answer breaks off: what stands at its end cannot be one."""
    text = example.answers[0].rstrip()
    if len(text.split(None, FEWEST_WORDS)) < FEWEST_WORDS or _FENCE in text[-LOOKED_BACK:]:
        return None
    reason = _broken_off(text)
    return Remark(f"{reason}: {quoted_end(text)}") if reason else None


def _broken_off(text: str) -> str:
    tail = text[-LOOKED_BACK:]
    last = tail[-1]
    if last in ",，、":
        return "ends with a comma"
    if last in "([{<“«" and not _SMILEY.search(tail):
        return "ends with an open bracket or quotation"
    if tail.endswith(("...", "…")) and not tail.endswith(("etc...", "....")):
        return "ends with an ellipsis"
    if last == ":" and tail[-2:-1].isalnum():
        return "ends with a colon"
    if last == "-" and tail[-2:-1].isalpha():
        return "ends in mid-word"
    if last in ENDS:
        return ""
    if tail.split()[-1] in GOES_ON or _SUCH_AS.search(tail):
        return "ends with a word that wants another"
    opened, closed = tail.rfind("("), tail.rfind(")")
    if opened > closed and tail.count("(") > tail.count(")") and len(tail) - opened > 2 and not _SMILEY.search(tail[: opened + 1]):
        return "a bracket is not closed"
    return ""


def no_final_stop(example: Example) -> Remark | None:
    """Whether the last sentence of the answer has no end; what breaks off is told as that alone."""
    text = example.answers[0].rstrip()
    bare = text.rstrip(CLOSING)
    if not bare or bare[-1] in ENDS or text.endswith(_FENCE) or _ENDS_IN_LIST.search(text[-LOOKED_BACK:]):
        return None
    if len(text.split(None, FEWEST_WORDS)) < FEWEST_WORDS or truncated(example):
        return None
    return Remark(f"ends with {quoted_end(text)}")


_SUBJECT = r"(?:i|you|we|they|he|she|it|there|this|that|these|those|the|a|an|my|your|our|his|her|their|its|any|anyone|someone|people)"
_OPENS = re.compile(
    r"(?:who|whom|whose|what|why|which|how|is|are|am|was|were|does|did|can|could|should|would|isn't|aren't|doesn't|don't|didn't|can't|won't)\s"
    rf"|(?:do|have|has|had|will|may|shall|must)\s+{_SUBJECT}\s"
    r"|(?:when|where)\s+(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|had|to)\s",
    re.IGNORECASE,
)
_EXCLAIMS = re.compile(r"(?:what an?|how \w+!)\s", re.IGNORECASE)


def no_question_mark(example: Example) -> Remark | None:
    """Whether the question opens as English questions do, and holds no question mark."""
    question = example.question.lstrip()
    if any(mark in question for mark in "?？؟;") or not _OPENS.match(question) or _EXCLAIMS.match(question):
        return None
    if question.rstrip(CLOSING).endswith("!"):
        return None
    return Remark(quoted(question))
