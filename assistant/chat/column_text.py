"""Text as SQLite can keep it without loss.

Two things that a text may hold break in a column: half a character (a lone surrogate, from a broken paste) is no UTF-8
and is refused, and at a zero byte SQLite's own functions and its index take the text to end. Each is kept as a mark and
four hexadecimal digits, and comes back as it was. Knows no table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MARK = "\U0010ffff"
"""A code point that no text uses: it is reserved for use inside programs."""

_UNKEPT = re.compile(f"[\0\ud800-\udfff{MARK}]")
_KEPT = re.compile(f"{MARK}([0-9a-f]{{4}})")


def kept(text: str) -> str:
    """The text as it goes into a column; itself where it holds nothing that breaks."""
    # The mark itself, should it ever occur, is written as ffff, which nothing else is written as.
    return _UNKEPT.sub(lambda found: f"{MARK}{min(ord(found[0]), 0xFFFF):04x}", text)


def unkept(column: bytes) -> str:
    """The text of a column as it was.

    Raises:
        UnicodeDecodeError: The column is no UTF-8: the file is damaged.
    """
    text = column.decode()
    return _KEPT.sub(lambda found: MARK if found[1] == "ffff" else chr(int(found[1], 16)), text) if MARK in text else text


def kept_values(values: Any) -> Any:
    """The values of a statement, named or in order, with their texts as they go into columns."""
    if isinstance(values, Mapping):
        return {name: _kept_value(value) for name, value in values.items()}
    return tuple(_each(values))


def _each(values: Sequence[Any]) -> Iterator[Any]:
    return map(_kept_value, values)


def _kept_value(value: Any) -> Any:
    return kept(value) if isinstance(value, str) else value
