"""What a model says is data: control characters in it must not reach a terminal."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """The text without control characters, line ends and tabs excepted."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
