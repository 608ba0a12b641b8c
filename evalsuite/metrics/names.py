"""The proper names of a text, by a rule and not by a model.

A name is a word with a capital that does not begin a sentence, a line or a quotation, and an acronym anywhere
(two letters or more, all capitals: `WHO`, `COVID-19`). Months, `I` and titles (`Dr`) are none; in a text that
shouts, acronyms are none. A name of several words counts as its words. Names that begin every sentence they
stand in are missed, and German nouns would all be names.
"""

from __future__ import annotations

import re
from functools import lru_cache

from evalsuite.metrics.quantities import MONTH_NAMES

_WORD = re.compile(r"[^\W\d_][^\W_]*(?:[-'\u2019.&][^\W_]+)*")
_ENDS = re.compile(r"(?:[.!?:;…][\"'”\u2019)\]]*\s+|[\n\r]\s*|[\"“\u2018(\[]\s*|[*#>•|-]\s+)$")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|No|Jr|Sr|[A-Z])\.\s+$")
_NOT_NAMES = {name.lower() for name in MONTH_NAMES} | {"i", "i'm", "i've", "i'll", "i'd", "mr", "mrs", "ms", "dr", "prof"}
SHOUTING = 0.5
"""Where more of the words than this are all capitals, capitals say nothing."""


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """Every word of a text in small letters, among which a name of another text is looked for."""
    return frozenset(_plain(found[0]) for found in _WORD.finditer(text))


@lru_cache(maxsize=4096)
def names_of(text: str) -> frozenset[str]:
    """The names of a text, in small letters."""
    found = list(_WORD.finditer(text))
    capitals = sum(_is_acronym(each[0]) for each in found)
    shouts = capitals > SHOUTING * len(found) and len(found) > 2
    names = set()
    for each in found:
        word = each[0]
        if not word[0].isupper() or _plain(word) in _NOT_NAMES:
            continue
        if _is_acronym(word):
            if not shouts:
                names.add(_plain(word))
        elif not _begins(text[max(0, each.start() - 12) : each.start()], each.start()):
            names.add(_plain(word))
    return frozenset(names)


def _is_acronym(word: str) -> bool:
    letters = [character for character in re.sub(r"['\u2019]s$", "", word) if character.isalpha()]
    return len(letters) > 1 and all(map(str.isupper, letters))


def _begins(before: str, start: int) -> bool:
    return start == 0 or not before.strip() or bool(_ENDS.search(before) and not _ABBREVIATION.search(before))


def _plain(word: str) -> str:
    return re.sub(r"['\u2019]s$", "", word).lower()
