"""What a check says of one row, and the small things that all checks share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.data.checking.finding import Severity
from assistant.data.example import Example
from assistant.data.splitting.equality import normal_form

SHOWN = 60
"""Characters of a row that a detail quotes at most."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Remark:
    """One thing that a check has found in a row.

    Attributes:
        detail: What is particular to this row, in a few words.
        severity: How bad it is, where that differs from what the check says of itself.
    """

    detail: str = ""
    severity: Severity | None = None


Look = Callable[[Example], "Remark | None"]
"""Looks at one cleaned row, and knows no other."""


def words_of(text: str) -> list[str]:
    """The words of a text as they count for equality: no punctuation, no case."""
    return _WORD.findall(normal_form(text))


def texts_of(example: Example) -> Iterator[str]:
    """Everything that is said in an example: what went before, the question, every answer."""
    yield from (message["content"] for message in example.history)
    yield example.question
    yield from example.answers


def quoted(text: str) -> str:
    """A piece of a row, short enough and on one line, for a detail."""
    line = " ".join(text[: 4 * SHOWN].split())
    return f"`{line if len(line) <= SHOWN else line[:SHOWN] + '...'}`"


def quoted_end(text: str) -> str:
    """The end of a text, short enough and on one line, for a detail."""
    line = " ".join(text[-4 * SHOWN :].split())
    return f"`{line if len(line) <= SHOWN else '...' + line[-SHOWN:]}`"
