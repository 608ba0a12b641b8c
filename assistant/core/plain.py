"""Text from models and users as it may stand on a screen: data, never a command to the terminal."""

from __future__ import annotations

import json
from typing import Any

UNKNOWN = "\ufffd"

_TABLE: dict[int, str | None] = {
    # C0 controls become their pictures, so that an escape sequence is seen and does nothing.
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
    # C1 controls: some terminals take U+009B as the start of an escape sequence.
    **dict.fromkeys(range(0x80, 0xA0), UNKNOWN),
    # Half a character cannot be encoded, and would end the app when it is drawn.
    **dict.fromkeys(range(0xD800, 0xE000), UNKNOWN),
    # Overrides of the writing direction make a text read as something it is not.
    0x202D: UNKNOWN,
    0x202E: UNKNOWN,
    ord("\n"): "\n",
    ord("\t"): "\t",
    ord("\r"): None,
    # Python counts these as line ends and Markdown does not; a text that is drawn in pieces needs one count.
    0x2028: "\n",
    0x2029: "\n",
}

# All of them that JSON leaves as they are, and the marks that turn the writing direction about.
_UNESCAPED = (*range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))
_ESCAPES = {code: f"\\u{code:04x}" for code in _UNESCAPED}


def plain(text: str) -> str:
    """The text with all that could steer a terminal made visible; each character by itself, so pieces may be joined."""
    return text.translate(_TABLE)


def one_line(text: str) -> str:
    """The text as `plain` gives it, on one line."""
    return " ".join(plain(text).split())


def plain_json(value: Any, indent: int | None = 2) -> str:
    """The value as JSON that may stand on a screen: what could steer a terminal is escaped, so that it still says the same.

    Raises:
        ValueError: for a number that is no number, which JSON cannot say.
    """
    return json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False, default=str).translate(_ESCAPES)


def many(count: int, one: str, several: str = "") -> str:
    """A number with its noun: 1 row, 2 rows."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
