"""A text as words and shingles: what two texts are compared by.

Knows no example and no split.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from assistant.data.example import Example
from assistant.data.splitting.equality import asked, normal_form

SHINGLE_WORDS = 3
"""Words of a word shingle."""
SHINGLE_CHARACTERS = 5
"""Characters of a character shingle."""

UNPARTED = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""Kana and ideographs: these scripts put no space between words, so that each of their characters counts as one."""

Shingles = frozenset[str] | frozenset[tuple[str, ...]]
"""What a text is made of, each piece once."""


class _Separators(dict[int, str | None]):
    """What each character becomes, found out when it is first met: letters, marks and digits stay, all else parts words."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        category = unicodedata.category(character)
        if any(first <= code <= last for first, last in UNPARTED):
            self[code] = f" {character} "
        elif category == "Cf":
            # A soft hyphen or a joiner stands inside a word.
            self[code] = None
        else:
            self[code] = character if category[0] in "LMN" else " "
        return self[code]


_SEPARATORS = _Separators()


@dataclass(frozen=True)
class Read:
    """A question and an answer as they are compared.

    Attributes:
        asked: The question after what was said before it, in normal form.
        question: Its words.
        answered: The answer in normal form.
        answer: Its words.
    """

    asked: tuple[str, ...]
    question: list[str]
    answered: str
    answer: list[str]


def read(example: Example, answer: str) -> Read:
    """An example with one of its answers as it is compared."""
    question, answered = asked(example), normal_form(answer)
    return Read(question, words_of(" ".join(question)), answered, words_of(answered))


def words_of(text: str) -> list[str]:
    """The words of a text in normal form, without punctuation."""
    return text.translate(_SEPARATORS).split()


def word_shingles(words: list[str]) -> frozenset[tuple[str, ...]]:
    """Every three words in a row; of fewer than three, all of them together; none of no words."""
    if len(words) < SHINGLE_WORDS:
        return frozenset([tuple(words)] if words else [])
    return frozenset(zip(*(words[ahead:] for ahead in range(SHINGLE_WORDS)), strict=False))


def character_shingles(words: list[str]) -> frozenset[str]:
    """Every five characters in a row of the words with single spaces between them; of fewer than five, all of them together."""
    text = " ".join(words)
    if len(text) < SHINGLE_CHARACTERS:
        return frozenset([text] if text else [])
    return frozenset(text[start : start + SHINGLE_CHARACTERS] for start in range(len(text) - SHINGLE_CHARACTERS + 1))
