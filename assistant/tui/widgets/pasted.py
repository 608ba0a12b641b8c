"""Large texts that were pasted: a short chip stands for each where the user writes, the whole is sent.

A field that holds megabytes redraws slowly at every key. Knows no widget.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.core.plain import plain

LARGE_LINES = 30
LARGE_CHARACTERS = 4_000
"""A paste above one of the two becomes a chip."""

_CHIP = re.compile(r"\[pasted \d+: [\d,]+ (?:lines|characters)\]")
# Looking for these alone is many times faster than `plain` over a text that holds none.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ud800-\udfff]+")


@dataclass(frozen=True)
class Draft:
    """What is being written, to be put aside and taken up again in the same composer.

    Attributes:
        shown: As it stands there, with chips.
        cursor: Row and column.
    """

    shown: str = ""
    cursor: tuple[int, int] = (0, 0)


class Pasted:
    """The texts behind the chips of one field, kept as long as the field: undo and history bring chips back."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def chip(self, text: str) -> str:
        """A new chip that stands for a text."""
        lines = text.count("\n") + 1
        size = f"{lines:,} lines" if lines > LARGE_LINES else f"{len(text):,} characters"
        chip = f"[pasted {len(self._texts) + 1}: {size}]"
        self._texts[chip] = text
        return chip

    def expanded(self, shown: str) -> str:
        """A text with all that its chips stand for."""
        return _CHIP.sub(lambda match: self._texts.get(match[0], match[0]), shown)

    def places(self, line: str) -> list[tuple[int, int]]:
        """Where in a line chips begin and end."""
        return [match.span() for match in _CHIP.finditer(line) if match[0] in self._texts]


def is_large(text: str) -> bool:
    """Whether a chip should stand for it."""
    return len(text) > LARGE_CHARACTERS or text.count("\n") >= LARGE_LINES


def harmless(text: str) -> str:
    """A pasted text with its line ends as they are kept here, and its control sequences made visible.

    Terminals send the line ends of what is pasted as carriage returns.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _STEERING.sub(lambda match: plain(match[0]), text)
