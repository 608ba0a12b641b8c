"""The differences of two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 2_000
"""Words of both texts together up to which they are compared; the time grows with the product of both."""

# Scripts without spaces between words are compared letter by letter, with what modifies a letter.
_LETTER = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"(?:[{_LETTER}][\u0300-\u036f\u3099\u309a\ufe00-\ufe0f]*|[.,;:!?()\"]|[^\s.,;:!?()\"{_LETTER}]+)\s*|\s+")


@dataclass(frozen=True)
class Span:
    """A part of a text.

    Attributes:
        text: The part.
        is_common: Whether the other text has it as well.
    """

    text: str
    is_common: bool


def compare_words(mine: str, other: str) -> tuple[list[Span], list[Span]] | None:
    """Both texts in parts, each of which both have or one alone; None where they are too long to compare.

    Words are equal without regard to the white space after them. The parts of a text, joined, are the text.
    """
    words, others = _WORD.findall(mine), _WORD.findall(other)
    if len(words) + len(others) > MOST_WORDS:
        return None
    matcher = SequenceMatcher(None, [word.strip() for word in words], [word.strip() for word in others], autojunk=False)
    here: list[Span] = []
    there: list[Span] = []
    for kind, first, last, other_first, other_last in matcher.get_opcodes():
        _add(here, words[first:last], kind == "equal")
        _add(there, others[other_first:other_last], kind == "equal")
    return here, there


def _add(spans: list[Span], words: Sequence[str], is_common: bool) -> None:
    if words:
        spans.append(Span("".join(words), is_common))


def marked(spans: Sequence[Span], before: str, after: str) -> list[tuple[str, bool]]:
    """The parts as they are written, with marks around what one text has alone: seen without any colour.

    Returns:
        Each piece of text, and whether it is of one text alone.
    """
    pieces: list[tuple[str, bool]] = []
    for span in spans:
        core = span.text.rstrip()
        if span.is_common or not core:
            pieces.append((span.text, False))
        else:
            pieces += [(f"{before}{core}{after}", True), (span.text[len(core) :], False)]
    return [(text, alone) for text, alone in pieces if text]
