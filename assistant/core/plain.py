"""Text from models and users as it may stand on a screen: data, never a command to the terminal."""

from __future__ import annotations

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


def plain(text: str) -> str:
    """The text with all that could steer a terminal made visible; each character by itself, so pieces may be joined."""
    return text.translate(_TABLE)


def one_line(text: str) -> str:
    """The text as `plain` gives it, on one line."""
    return " ".join(plain(text).split())
