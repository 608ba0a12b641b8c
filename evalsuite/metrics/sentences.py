"""Where the sentences of a text end: a rule of marks, not of a language.

It knows the marks of Latin, Greek, Cyrillic, Arabic, Indic, Ethiopic, Burmese, Khmer and East Asian scripts, and
common English abbreviations. In doubt it does not part: two sentences taken for one hurt less than half a
sentence taken for a whole. Thai, which writes no marks between sentences, is parted at line ends alone.
"""

from __future__ import annotations

import re

CLOSING = "\"'\u2019\u201d\u00bb)\\]\u300d\u300f\uff09"
SPACED = ".!?\u2026\u037e\u061f\u06d4\u0964\u0965\u1362\u1367\u1368\u104b\u17d4"
"""Marks that end a sentence where white space follows."""
UNSPACED = "\u3002\uff01\uff1f\uff61"
"""Marks of scripts that write no space between sentences."""

END = re.compile(f"[{UNSPACED}]+[{CLOSING}]*|[{SPACED}]+[{CLOSING}]*(?=\\s)")
NEVER_LAST = frozenset(
    ["mr", "mrs", "ms", "dr", "prof", "rev", "hon", "st", "sr", "jr", "gen", "col", "sgt", "capt", "lt", "vs", "e.g", "i.e", "cf", "al"]
)
"""What stands before a full stop that ends no sentence."""
BEFORE_NUMBERS = frozenset(["no", "nos", "fig", "figs", "eq", "sec", "ch", "vol", "p", "pp", "ca", "approx", "art", "tab"])
"""What ends no sentence where a number follows."""
BULLET = re.compile(r"^\s*(?:[-*\u2022\u2013]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s+")


def sentences(text: str) -> list[str]:
    """The sentences of a text in their order, without bullets and numbers of lists; each holds a letter or a digit."""
    found: list[str] = []
    for line in text.splitlines():
        line = BULLET.sub("", line)
        start = 0
        for match in END.finditer(line):
            if _ends(line, match):
                found.append(line[start : match.end()])
                start = match.end()
        found.append(line[start:])
    return [sentence for each in found if any(map(str.isalnum, sentence := each.strip()))]


def _ends(line: str, match: re.Match[str]) -> bool:
    """Whether a sentence ends with this mark."""
    if match[0][0] in UNSPACED:
        return True
    after = line[match.end() :].lstrip().lstrip("\"'\u2018\u201c\u00ab(\u00bf\u00a1[")
    # A small letter continues the sentence; letters of scripts without capitals begin one.
    if after[:1].islower():
        return False
    if match[0][0] != "." or match[0].startswith(".."):
        return True
    words = line[: match.start()].split()
    word = words[-1].lstrip("\"'(\u201c\u2018[") if words else ""
    if after[:1].isdigit() and word.lower() in BEFORE_NUMBERS:
        return False
    # J. Smith; and what is abbreviated before a name.
    return not (len(word) == 1 and word.isupper()) and word.lower() not in NEVER_LAST
