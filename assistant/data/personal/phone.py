"""Telephone numbers by their form, and where the form says too little by the words beside them.

No list of all countries' numbering plans: a number counts where it opens with `+`, is grouped as in North
America, opens with a trunk zero and is grouped, or where a word says that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_EXTENSION = r"(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?"
_NOT_BEFORE = r"(?<![\w.+#$€£-])(?<!\d,)"
_NOT_AFTER = r"(?!\w|[.,]\d|-\d|\s?%)"

_INTERNATIONAL = re.compile(rf"(?<![\w+])\+\d(?:[ .\-/]?\(?\d+\)?){{1,7}}{_EXTENSION}(?!\w)")
_NORTH_AMERICAN = re.compile(
    rf"{_NOT_BEFORE}(?:1[-. ])?(?:\([2-9]\d\d\)[-. ]?|[2-9]\d\d([-. ]))[2-9]\d\d[-. ]\d{{4}}{_EXTENSION}{_NOT_AFTER}",
)
# Behind other groups of digits it is the rest of a longer number.
_TRUNK = re.compile(rf"{_NOT_BEFORE}(?<!\d )\(?0\d{{1,5}}\)?(?:[ .\-/]\(?\d{{2,8}}\)?){{1,5}}{_EXTENSION}{_NOT_AFTER}")
# Dates; and of the United States, postal codes with their four further digits, and the form of social security numbers.
_OTHER = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{4}|\d{4}([./-])\d{1,2}\2\d{1,2}|\d{5}-\d{4}$|\d{3}-\d\d-\d{4}$")

_GROUPS = re.compile(rf"{_NOT_BEFORE}\(?\d{{1,13}}\)?(?:[ .-]\(?\d{{2,8}}\)?){{0,5}}{_EXTENSION}{_NOT_AFTER}")
_WORDS = r"(?:tele)?phones?|tel|mobile|cell(?:phone)?|fax|whatsapp|hotline|helpline|landline"
# An office is at a street number; only with a colon is it a telephone's.
_SAID_BEFORE = re.compile(
    rf"(?i)(?:\b(?:desk|office):|\b(?:{_WORDS})(?:\s+(?:number|no))?|\bcall(?:ed|ing)?(?:\s+(?:me|us|him|her|them))?|\bdial|\banswering|\breach\s+\w+"
    r"|\bmy\s+(?:\w+\s+)?number)(?:\s+(?:is|at|on)|\.|:)*\s*(?:at\s+|on\s+)?$"
)
_SAID_AFTER = re.compile(rf"(?i)^[\s,\-(\\]{{0,3}}(?:{_WORDS}|desk|office)\b")
_OF_SOMETHING_ELSE = re.compile(r"(?i)\b(?:account|card|order|security|case|ticket|reference|invoice|serial|tracking|model|policy)\s+(?:number|no)\b")
NEAR = 40
"""Characters before a number in which a word can say what it is."""


def phone_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where telephone numbers begin and end."""
    for match in _INTERNATIONAL.finditer(text):
        if 8 <= _count(match[0]) <= 15 + _extension(match[0]):
            yield _trimmed(text, match)
    for match in _NORTH_AMERICAN.finditer(text):
        yield match.span()
    for match in _TRUNK.finditer(text):
        if 9 <= _count(match[0]) <= 15 and not _OTHER.match(match[0]):
            yield _trimmed(text, match)
    for match in _GROUPS.finditer(text):
        if 7 <= _count(match[0]) <= 13 and not _OTHER.match(match[0]) and _said(text, *match.span()):
            yield _trimmed(text, match)


def _said(text: str, start: int, end: int) -> bool:
    """Whether a word beside a number says that it is a telephone number, and none that it is another."""
    before = text[max(0, start - NEAR) : start]
    return not _OF_SOMETHING_ELSE.search(before) and bool(_SAID_BEFORE.search(before) or _SAID_AFTER.match(text[end : end + NEAR]))


def _count(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _extension(text: str) -> int:
    """How many digits stand behind the number proper."""
    return _count(text.partition("x")[2])


def _trimmed(text: str, match: re.Match[str]) -> tuple[int, int]:
    """A bracket that closes, or opens, outside the number is not its own."""
    start, end = match.span()
    opened, closed = match[0].count("("), match[0].count(")")
    if text[start] == "(" and opened > closed:
        start += 1
    if text[end - 1] == ")" and closed > opened:
        end -= 1
    return start, end
