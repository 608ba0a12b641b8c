"""The numbers of a text, with their units, and its dates; read by rules, for English.

`1,000` is 1000 and `3,50` is 3.5; `3.50` is 3.5; `three`, `twenty-one` and `5 million` are numbers; `6th` is
6; `1/2` and `½` are a half, and `120/80` is one thing of its own, as are `3.11.2` and `10:30`. `one` is a number
only before a unit, a magnitude or alone, since it is mostly a pronoun. What letters are glued to (`B12`, `COVID-19`,
`3D`) and what counts the points of a list (`2. Rest.`) is no number. In `3 to 5 days` both are days.

A date is one thing: `2020-03-12`, `12 March 2020`, `March 12th, 2020`, `12.03.2020` and `03/12/2020` are the same;
of two numbers between slashes the month is the first, unless only the second can be. Knows no metric.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest

from evalsuite.metrics.units import CURRENCIES, UNITS

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = _ONES.split()
TENS = {word: 10 * tens for tens, word in enumerate(_TENS.split(), 2)}
WORDS = {**{word: number for number, word in enumerate(ONES)}, **TENS}
MAGNITUDES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
HALVES = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
MONTH_NAMES = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
MONTHS = {name[:length].lower(): at for at, name in enumerate(MONTH_NAMES, 1) for length in (3, 4, len(name))}

_MONTH = rf"(?P<month>{'|'.join(MONTH_NAMES)}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_DATES = [
    re.compile(r"(?<![\w.-])(?P<year>\d{4})-(?P<number>[01]?\d)-(?P<day>[0-3]?\d)(?![\w-])"),
    re.compile(r"(?<![\w./])(?P<first>[0-3]?\d)/(?P<second>[0-3]?\d)/(?P<year>\d{4})(?![\w/])"),
    re.compile(r"(?<![\w.])(?P<day>[0-3]?\d)\.\s?(?P<number>[01]?\d)\.\s?(?P<year>\d{4})(?!\w)"),
    re.compile(rf"(?<!\w){_DAY}\s+(?:of\s+)?{_MONTH},?(?:\s+(?P<year>\d{{4}})\b)?"),
    re.compile(rf"(?<!\w){_MONTH}\s+{_DAY}\b(?!\s*[%:]|[.,]\d)(?:,?\s+(?P<year>\d{{4}})\b)?"),
    re.compile(rf"(?<!\w){_MONTH},?\s+(?P<year>\d{{4}})\b"),
]
_WHOLE = re.compile(r"(?<![\w.:/-])(?:\d+(?:\.\d+){2,}|\d{1,2}:\d{2}(?::\d{2})?)(?![\w:])")
_SPELLED = rf"(?:{'|'.join(TENS)})[-\s](?:{'|'.join(ONES[1:10])})|{'|'.join(sorted(WORDS, key=len, reverse=True))}"
_DIGITS = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]*\d)|\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})+(?:\.\d+)?"
    r"|\d+,\d{1,2}(?![\d,])|\d+/\d+|\d+(?:\.\d+)?[½¼¾⅓⅔]?|\.\d+|[½¼¾⅓⅔]"
)
_NUMBER = re.compile(
    rf"(?P<currency>[{CURRENCIES}]\s?)?(?:(?<![\w.])(?<![A-Z]-)(?P<sign>(?<![\w)])[-\u2212](?=[\d.]))?(?P<digits>{_DIGITS})(?P<ordinal>st|nd|rd|th)?"
    rf"|\b(?P<words>{_SPELLED})\b)(?:[\s-]+(?P<magnitude>{'|'.join(MAGNITUDES)})s?\b)?",
    re.IGNORECASE,
)
_UNIT = re.compile(
    rf"[\s\u00a0-]?\s?(?P<unit>per\s?cent|{'|'.join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))})(?![^\W_])", re.IGNORECASE
)
_POINT = re.compile(r"^[ \t]*(?:[*#>-][ \t]*)?(?:\*\*)?\d{1,2}[.)](?=\s|$)", re.MULTILINE)
_BETWEEN = re.compile(r"\s?(?:-|\u2013|\u2014|to|or|and)\s?", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """A number or a date.

    Attributes:
        value: As written, without its unit; of a date, or of what is no one number, the text that stands for it.
        kind: Of the unit; empty without one, `date` of a date.
        base: The value in the base unit of the kind.
    """

    value: Fraction | str
    kind: str
    base: Fraction | str

    @property
    def key(self) -> tuple[str, Fraction | str]:
        """Equal for equal quantities: 1000 mg and 1 g."""
        return self.kind, self.base


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers and dates of a text, in their order; digits beyond a hundred in a row are none."""
    if not any(map(str.isdecimal, text)) and not _NUMBER.search(text):
        return ()
    left = _POINT.sub(lambda found: " " * len(found[0]), text)
    placed: list[tuple[int, int, Quantity]] = []
    for pattern in _DATES:
        for found in pattern.finditer(left):
            date = _date(found)
            if date:
                placed.append((found.start(), found.end(), date))
                left = left[: found.start()] + "\0" * (found.end() - found.start()) + left[found.end() :]
    for found in _WHOLE.finditer(left):
        placed.append((found.start(), found.end(), Quantity(found[0], "", found[0])))
        left = left[: found.start()] + "\0" * (found.end() - found.start()) + left[found.end() :]
    placed += _numbers(left)
    return tuple(_with_shared_units(sorted(placed, key=lambda each: each[0]), text))


def _numbers(text: str) -> Iterator[tuple[int, int, Quantity]]:
    for found in _NUMBER.finditer(text):
        value = _value(found)
        if value is None:
            continue
        unit = _UNIT.match(text, found.end())
        after = text[found.end() : found.end() + 2]
        # Letters that are glued to digits make another word of them, unless they are a unit, or years: 1990s.
        if unit is None and found["words"] is None and after[:1].isalpha() and not (after[:1] == "s" and not after[1:].isalpha()):
            continue
        lone = found["words"] is not None and found["words"].lower() == "one" and not found["magnitude"]
        if lone and unit is None and text.strip(" .!\n").lower() != "one":
            continue
        word = found["currency"] or (re.sub(r"per\s?cent", "percent", unit["unit"], flags=re.IGNORECASE) if unit else "")
        kind, factor = UNITS.get(word.strip().lower(), ("", Fraction(1)))
        base = value * factor if isinstance(value, Fraction) else value
        yield found.start(), unit.end() if unit and not found["currency"] else found.end(), Quantity(value, kind, base)


def _value(found: re.Match[str]) -> Fraction | str | None:
    times = MAGNITUDES.get((found["magnitude"] or "").lower(), 1)
    if found["words"]:
        return Fraction(sum(WORDS[word] for word in re.split(r"[-\s]", found["words"].lower())) * times)
    digits = found["digits"]
    if len(digits) > 100:
        return None
    whole, half = (digits[:-1], HALVES[digits[-1]]) if digits[-1] in HALVES else (digits, Fraction(0))
    if "/" in whole:
        over, under = map(int, whole.split("/"))
        # 1/2 is a share, 120/80 a reading: not one number.
        return Fraction(over, under) if over < under else f"{over}/{under}"
    whole = re.sub(r"[,\u00a0\u2009\u202f](?=\d{3})", "", whole).replace(",", ".")
    return (Fraction(whole or 0) + half) * times * (-1 if found["sign"] else 1)


def _date(found: re.Match[str]) -> Quantity | None:
    parts = found.groupdict()
    day = int(parts.get("day") or 0)
    if parts.get("first"):
        month, day = int(parts["first"]), int(parts["second"])
        if month > 12:
            month, day = day, month
    else:
        month = int(parts["number"]) if parts.get("number") else MONTHS[parts["month"].lower()]
    if not 1 <= month <= 12 or day > 31:
        return None
    written = f"{parts.get('year') or ''}-{month:02}" + (f"-{day:02}" if day else "")
    return Quantity(written, "date", written)


def _with_shared_units(placed: list[tuple[int, int, Quantity]], text: str) -> Iterator[Quantity]:
    """Give a number without a unit that of the next one, where only `to` and the like stands between."""
    for (_, end, quantity), following in zip_longest(placed, placed[1:]):
        if following and not quantity.kind and isinstance(quantity.value, Fraction) and _BETWEEN.fullmatch(text[end : following[0]]):
            other = following[2]
            if isinstance(other.value, Fraction) and isinstance(other.base, Fraction) and other.kind and other.value:
                yield replace(quantity, kind=other.kind, base=quantity.value * (other.base / other.value))
                continue
        yield quantity
