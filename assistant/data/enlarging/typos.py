"""The same question as it is typed in haste, for robustness: neighbours on the keyboard, swapped, lost and doubled letters.

About one word in eight gets one error. What carries the sense is left alone: first letters, numbers and the word after
one, units, denials, names, abbreviations, addresses and short words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from assistant.data.enlarging.wording import UNITS, is_denial
from assistant.data.example import Example

ONE_IN = 8
SHORTEST = 4
TRIES = 5
"""Different new questions of one at most."""
ROWS_OF_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_TOKEN = re.compile(r"\S+")


def typos(example: Example, dice: random.Random) -> Iterator[str]:
    """The question with typing errors, several times anew; nothing where no word can bear one.

    Args:
        example: Of which the question is mistyped.
        dice: Draws.
    """
    text = example.question
    tokens = list(_TOKEN.finditer(text))
    bearing = [place for place in range(len(tokens)) if _bears(tokens[place].group(), tokens[place - 1].group() if place else "")]
    if not bearing:
        return
    for _ in range(TRIES):
        new = text
        for place in sorted(dice.sample(bearing, min(len(bearing), max(1, round(len(tokens) / ONE_IN)))), reverse=True):
            start, end = tokens[place].span()
            new = new[:start] + with_error(new[start:end], dice) + new[end:]
        yield new


def with_error(token: str, dice: random.Random) -> str:
    """A word with one error behind its first letter; never as it was.

    Args:
        token: A word, with punctuation behind it or not; at least two letters.
        dice: Draws.
    """
    word = token.rstrip("?.,!;:")
    rest = token[len(word) :]
    at = dice.randrange(1, len(word))
    kind = dice.choice(("swap", "drop", "double", "neighbour"))
    if kind == "swap" and at + 1 < len(word) and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :] + rest
    if kind == "drop":
        return word[:at] + word[at + 1 :] + rest
    if kind == "neighbour" and (near := neighbours(word[at])):
        return word[:at] + dice.choice(near) + word[at + 1 :] + rest
    return word[: at + 1] + word[at:] + rest


def neighbours(letter: str) -> tuple[str, ...]:
    """The letters left and right of this one on an English keyboard; none for what is not on it."""
    for row in ROWS_OF_KEYS:
        place = row.find(letter)
        if place >= 0:
            return tuple(row[near] for near in (place - 1, place + 1) if 0 <= near < len(row))
    return ()


def _bears(token: str, before: str) -> bool:
    word = token.rstrip("?.,!;:")
    plain = len(word) >= SHORTEST and word.isascii() and word.isalpha() and word[1:].islower()
    # A word with a capital within a sentence is a name.
    named = word[:1].isupper() and bool(before) and before[-1] not in ".?!:"
    return plain and not named and word.lower() not in UNITS and not is_denial(word) and not any(map(str.isdigit, before))
