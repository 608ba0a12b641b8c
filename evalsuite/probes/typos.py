"""The probe `typos`: questions as they are typed in haste.

About one word in six gets one error: two neighbouring letters swapped, a letter left out, doubled, or
replaced by its neighbour on the keyboard. What carries the sense is left alone: first letters, numbers,
the word after a number, units, abbreviations, short words.
"""

from __future__ import annotations

import re

from evalsuite.probes.chance import number, pick
from evalsuite.probes.variants import variant_probe

ONE_IN = 6
SHORTEST = 4
KINDS = ("swap", "drop", "double", "neighbour")
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_UNIT_WORDS = (
    "gram grams kilogram kilograms milligram milligrams microgram micrograms litre litres liter liters millilitre millilitres milliliter "
    "milliliters metre metres meter meters centimetre centimetres centimeter centimeters inch inches feet foot mile miles pound pounds "
    "ounce ounces degree degrees celsius fahrenheit percent second seconds minute minutes hour hours days week weeks month months year "
    "years watt watts volt volts ampere amperes joule joules calorie calories kilocalories pascal hertz byte bytes mmhg mmol kcal"
)
UNITS = frozenset(_UNIT_WORDS.split())
_WORD = re.compile(r"\S+")
_EDGES = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)


def mistyped(text: str, name: str) -> str:
    """The text with typing errors; as it is where no word can bear one.

    Args:
        text: A question.
        name: What decides which errors: the example's id.
    """
    words = list(_WORD.finditer(text))
    bearing = [place for place in range(len(words)) if _bears(words[place].group(), words[place - 1].group() if place else "")]
    count = min(len(bearing), max(1, round(len(words) / ONE_IN)))
    chosen = sorted(bearing, key=lambda place: (number("typos", name, str(place), below=2**64), place))[:count]
    pieces, end = [], 0
    for place in sorted(chosen):
        match = words[place]
        before, core, after = _parts(match.group())
        pieces += [text[end : match.start()], before, with_error(core, f"{name}/{place}"), after]
        end = match.end()
    return "".join((*pieces, text[end:]))


def with_error(word: str, name: str) -> str:
    """The word with one error behind its first letter; never as it was.

    Args:
        word: At least two letters, small but for the first.
        name: What decides which error.
    """
    at = 1 + number("place", name, below=len(word) - 1)
    kind = pick(KINDS, "kind", name)
    if kind == "swap":
        at = min(at, len(word) - 2)
        if at >= 1 and word[at] != word[at + 1]:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "neighbour" and (near := neighbours(word[at])):
        return word[:at] + pick(near, "key", name) + word[at + 1 :]
    return word[: at + 1] + word[at:]


def neighbours(letter: str) -> tuple[str, ...]:
    """The letters left and right of this one on an English keyboard; none for what is not on it."""
    for row in KEYS:
        place = row.find(letter)
        if place >= 0:
            return tuple(row[near] for near in (place - 1, place + 1) if 0 <= near < len(row))
    return ()


def _bears(token: str, before: str) -> bool:
    """Whether an error in the word changes how it is typed and not what is asked."""
    core = _parts(token)[1]
    after_number = any(map(str.isdigit, before))
    return len(core) >= SHORTEST and core.isalpha() and core[1:].islower() and core.lower() not in UNITS and not after_number


def _parts(token: str) -> tuple[str, str, str]:
    match = _EDGES.match(token)
    assert match is not None  # every part may be empty
    return match[1], match[2], match[3]


TYPOS = variant_probe(
    "typos",
    "Typing errors",
    "Whether answers stay right where one word in six is mistyped.",
    {"typos": mistyped},
)
