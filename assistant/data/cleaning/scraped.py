"""What scraping leaves of pages: labels of icons and buttons, marks of footnotes."""

# ruff: noqa: RUF001
from __future__ import annotations

import re

from assistant.data.cleaning.shield import is_prose, replaced
from assistant.data.cleaning.text import Text
from assistant.data.cleaning.words import NO_FOOTNOTE

ICON = re.compile(r"(?P<gap>[ \xa0]*)(?:external|pdf|excel|word|ppt|powerpoint|media|video|audio|image|zip) icon(?![\w-])(?P<next> ?)")
ICON_GLUED = re.compile(r"(?<=icon)(?=(?:external|pdf|excel|word|ppt|media|video|audio|image|zip) icon)")
SPEAKS_OF_IT = re.compile(
    r"(?:^|\b(?:the|an?|this|that|these|any|each|every|your|its|small|click|tap|press|select|see|blue|red|of|with|called|named|and|or|on|use))$",
    re.IGNORECASE,
)
NEW_WINDOW = re.compile(r"[ \xa0]?[(\[](?:link )?opens in an? new (?:window|tab|browser window)[)\]]", re.IGNORECASE)
EDIT_MARK = re.compile(r"(?<=[\w)\"”])[ \xa0]?\[(?:edit|edit source|citation needed)\](?=[\s.,;:]|$)")
LINE = re.compile(
    r"^[ \t\xa0]*(?:\^|↑|«|<|>|»|\[)?[ \t]*(?:back to (?:the )?top|top of (?:the )?page|return to top|(?:share|print|email) this page|"
    r"skip to (?:main )?content|(?:read|learn|show|see) more|opens in an? new (?:window|tab)|external icon|pdf icon)"
    r"[ \t]*(?:\]|»|>|›|→|↑|\.\.\.|…|\.)?[ \t\xa0]*$",
    re.IGNORECASE | re.MULTILINE,
)
AT_END = re.compile(
    r"(?<=[.!?…])[ \t\xa0]+(?:(?:Read|Learn|Show) [Mm]ore|Back to [Tt]op|Share [Tt]his [Pp]age)[ \t]?"
    r"(?:»|>|›|→|↑|\.{3}|…|\.)?(?=[ \t\xa0]*(?:\n|$))"
)
BUTTONS = ("back to", "top of", "return to", " this page", "skip to", " more", "opens in a", " icon")


def leftovers(text: Text) -> str:
    """Take away what the buttons and icons of a page said."""
    now = text.text
    small = now.lower()
    if " icon" in small:
        now = replaced(ICON, _icon, ICON_GLUED.sub(" ", now))
    if "[edit" in small or "[citation" in small:
        now = replaced(EDIT_MARK, "", now)
    if any(button in small for button in BUTTONS):
        for pattern in (NEW_WINDOW, AT_END, LINE):
            now = replaced(pattern, "", now)
    return now


def _icon(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - 12) : found.start()]
    if not before.strip() and not found["gap"]:
        return found[0]
    if found["gap"] and SPEAKS_OF_IT.search(before):
        return found[0]
    return found["next"]


MAYBE = re.compile(r"[.!?,;\"”][1-9]|\[[1-9]|[.,;!?][¹²³⁰-⁹]")
BEHIND_A_STOP = re.compile(
    r"(?<![\w.])(?P<word>[a-z]{3,}|[A-Za-z-]{3,}\)|[a-z]+-[a-z]{3,})(?P<stop>[.!?,;]|[.,]?[\"”])"
    r"(?P<mark>[1-9]\d{0,2}(?:[,–-] ?[1-9]\d{0,2}){0,8})(?=\s+[A-Z\"“(•-]|\s*$)"
)
RAISED = re.compile(r"(?<=[a-z)\"”][.,;!?])[¹²³⁰-⁹]+(?:[,⁻–-][¹²³⁰-⁹]+){0,8}(?=\s|$)")
BRACKETS = re.compile(r"(?<=[\w.,;:!?)\"”])(?P<gap>[ \xa0]?)\[[1-9]\d{0,2}(?:[,;–-] ?[1-9]\d{0,2}){0,20}\](?=[\s.,;:!?)\[]|$)")
GLUED = re.compile(r"(?<![\w.'’/-])(?P<word>[a-z]{5,})(?P<mark>[1-9]\d?)(?=[,.;:)]?(?:\s|$))")
REFERS = re.compile(r"\b(?:see|ref|refs|reference|references|in|from|of|by|note|and|equation|eq|citation)$", re.IGNORECASE)
LARGEST = 150
"""The number of a footnote, at most; larger ones may be years and amounts."""


def footnotes(text: Text) -> str:
    """Take away marks of footnotes behind sentences (`disease.3 The`, `[12]`); glued to a word only where the text has others."""
    now = text.text
    if not MAYBE.search(now) or not is_prose(now):
        return now
    marks: set[int] = set()
    plain = replaced(BEHIND_A_STOP, lambda found: _behind_a_stop(found, marks), now)
    plain = replaced(RAISED, "", plain)
    if "[" in plain:
        plain = replaced(BRACKETS, lambda found: _bracket(found, marks), plain)
    if not marks:
        return plain
    return replaced(GLUED, lambda found: found["word"] if _is_next_to(int(found["mark"]), marks) else found[0], plain)


def _is_next_to(number: int, marks: set[int]) -> bool:
    return bool(marks & {number - 1, number, number + 1})


def _behind_a_stop(found: re.Match[str], marks: set[int]) -> str:
    numbers = [int(number) for number in re.findall(r"\d+", found["mark"])]
    if found["word"] in NO_FOOTNOTE or max(numbers) > LARGEST:
        return found[0]
    if found["stop"] in (",", ";") and not re.match(r"\s+[a-z]", found.string[found.end() : found.end() + 3]):
        return found[0]
    marks.update(numbers)
    return found["word"] + found["stop"]


def _bracket(found: re.Match[str], marks: set[int]) -> str:
    before = found.string[max(0, found.start() - 12) : found.start()]
    if REFERS.search(before) or re.search(r"(?:^|\n)\s*$", before):
        return found[0]
    # `argv[1]` is no footnote: glued to a word it must be followed by what ends a clause.
    if not found["gap"] and before[-1:].isalnum() and not re.match(r"[.,;]\s|[.,;]?$|\[| [a-z]{2,}", found.string[found.end() : found.end() + 4]):
        return found[0]
    marks.update(int(number) for number in re.findall(r"\d+", found[0]))
    return ""
