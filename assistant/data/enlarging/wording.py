"""What two wordings of a question have in common: their words, their numbers, what they deny."""

from __future__ import annotations

import re
from collections import Counter

from assistant.data.splitting.equality import normal_form

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_DENYING = "no not never none nothing nobody nowhere neither nor without cannot hardly except"
_NOT = frozenset(_DENYING.split())

_UNIT_WORDS = (
    "mg mcg g kg ml l dl cm mm m km ft lb lbs oz iu mmol mmhg kcal cal hz khz mhz ghz kb mb gb tb bit bits byte bytes percent degree degrees "
    "gram grams kilogram kilograms milligram milligrams microgram micrograms litre litres liter liters millilitre millilitres milliliter "
    "milliliters metre metres meter meters centimetre centimetres centimeter centimeters millimeter millimeters inch inches feet foot mile miles "
    "pound pounds ounce ounces celsius fahrenheit second seconds minute minutes hour hours day days week weeks month months year years watt "
    "watts volt volts joule joules calorie calories dollar dollars euro euros cent cents"
)
UNITS = frozenset(_UNIT_WORDS.split())
"""Words that say what a number counts."""


def words_of(text: str) -> list[str]:
    """The words of a text as they count in comparisons: lower case, without punctuation."""
    return _WORD.findall(normal_form(text))


def numbers_of(text: str) -> Counter[str]:
    """The numbers of a text, each as it is written."""
    return Counter(_NUMBER.findall(text))


def denials_of(text: str) -> Counter[str]:
    """The words of a text that deny something; `n't` counts as `not`."""
    return Counter(word for word in map(_denial, words_of(text)) if word)


def is_denial(word: str) -> bool:
    """Whether a word denies something."""
    return bool(_denial(word.lower()))


def overlap(one: str, other: str) -> float:
    """Jaccard similarity of the words of two texts: words in both through words in either; 1 where neither has any."""
    first, second = set(words_of(one)), set(words_of(other))
    return len(first & second) / len(first | second) if first | second else 1.0


def _denial(word: str) -> str:
    if word in _NOT:
        return "not" if word == "cannot" else word
    return "not" if word.endswith(("n't", "n\u2019t")) else ""
