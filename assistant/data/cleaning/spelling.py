"""Spelling, by SymSpell's English dictionary and the words that the data itself uses.

Garbe (2012), "1000x faster spelling correction": candidates are found by deleting letters on both sides.
"""

# ruff: noqa: RUF001
from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.data.cleaning.apostrophes import Suggestion
from assistant.data.cleaning.shield import shielded_in, touches
from assistant.data.cleaning.text import Text

if TYPE_CHECKING:
    from symspellpy import SymSpell

WORD = re.compile(r"(?<![\w'’@#$&./\\~:-])[a-z]{5,24}(?![\w@/\\-]|['’]\w|\.\w)")
"""Words in small letters, bare: names, abbreviations, parts of paths and compounds are none."""
ANY_WORD = re.compile(r"[^\W\d_]{3,40}")
COMMON = 3_000_000
"""How often a suggestion stands in the dictionary's corpus at least; a rarer word is no likely intention."""
COMMON_ENOUGH_FOR_ANOTHER_VOWEL = 20_000_000
"""The same where one vowel stands for another: `seperate`, but not acidemia for academia."""
CLEARLY = 20
"""How many times more often than the next candidate."""
LONG = 9
"""Letters of a word from which one too many is a slip and not another word: not malin for main."""
OFTEN = 3
"""Texts that use a word, from which it is one of the domain."""
MOST_WORDS = 200_000
"""Domain words that are kept in memory, the most frequent first."""
ENDINGS = ("s", "es", "ed", "ing", "ly", "er", "ers", "ness", "able", "less", "like", "al")
BEGINNINGS = ("un", "re", "non", "pre", "sub", "anti", "over", "multi", "auto", "bio", "neuro", "micro", "hyper", "hypo")
"""What words of the dictionary take on without becoming wrong."""
BATCH = 50_000
"""Different words that are counted in memory before they are written down."""


def suggestions(text: str, known_words: Collection[str] = frozenset()) -> list[Suggestion]:
    """What is likely misspelt, and what was meant; outside of code and addresses, in order.

    A word is left alone if the dictionary, or the domain, has it, and if not exactly one frequent word is a single letter away.

    Args:
        text: Any text; English is assumed.
        known_words: Words of the domain in lower case, besides the dictionary's.
    """
    found: list[Suggestion] = []
    spans: tuple[tuple[int, int], ...] | None = None
    for match in WORD.finditer(text):
        word = match[0]
        if word in known_words:
            continue
        meant = _meant(word)
        if not meant:
            continue
        spans = shielded_in(text) if spans is None else spans
        if not touches(spans, *match.span()):
            found.append((*match.span(), meant))
    return found


def spelling(text: Text) -> str:
    """Write what was meant."""
    pieces: list[str] = []
    at = 0
    for start, end, meant in suggestions(text.text, text.known):
        pieces += [text.text[at:start], meant]
        at = end
    return "".join([*pieces, text.text[at:]]) if pieces else text.text


def domain_words(texts: Iterable[str], database: sqlite3.Connection, often: int = OFTEN, most: int = MOST_WORDS) -> frozenset[str]:
    """The words that a stream of texts uses often, in lower case; memory is bounded, what is counted lies in the database.

    Args:
        texts: Read once.
        database: A scratch database; gets the table `domain_words`.
        often: In how many texts a word must stand.
        most: How many words are given back at most, the most frequent first.
    """
    database.execute("CREATE TABLE domain_words (word TEXT PRIMARY KEY, texts INTEGER NOT NULL) WITHOUT ROWID")
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({word.lower() for word in ANY_WORD.findall(text)})
        if len(counts) >= BATCH:
            _write(counts, database)
    _write(counts, database)
    rows = database.execute("SELECT word FROM domain_words WHERE texts >= ? ORDER BY texts DESC, word LIMIT ?", (often, most))
    return frozenset(word for (word,) in rows)


def _write(counts: Counter[str], database: sqlite3.Connection) -> None:
    database.executemany(
        "INSERT INTO domain_words (word, texts) VALUES (?, ?) ON CONFLICT (word) DO UPDATE SET texts = texts + excluded.texts", sorted(counts.items())
    )
    counts.clear()


@lru_cache(maxsize=1)
def _dictionary() -> SymSpell:
    """The packaged dictionary; two seconds, once a process."""
    from importlib.resources import as_file, files

    from symspellpy import SymSpell

    speller = SymSpell(max_dictionary_edit_distance=1, prefix_length=7)
    with as_file(files("symspellpy") / "frequency_dictionary_en_82_765.txt") as path:
        speller.load_dictionary(str(path), term_index=0, count_index=1, encoding="utf-8")
    return speller


@lru_cache(maxsize=100_000)
def _meant(word: str) -> str:
    """The one word that was likely meant; empty if this one is right, or if that is not clear."""
    from symspellpy import Verbosity

    speller = _dictionary()
    if word in speller.words or _is_inflected(word, speller):
        return ""
    near = sorted(speller.lookup(word, Verbosity.ALL, max_edit_distance=1), key=lambda each: (-each.count, each.term))
    if not near or (len(near) > 1 and near[1].count * CLEARLY > near[0].count):
        return ""
    meant: str = near[0].term
    return meant if near[0].count >= _least(word, meant) and _as_american(meant) != _as_american(word) else ""


def _least(word: str, meant: str) -> float:
    """How common a word must be to be what was meant; infinity if people do not err this way."""
    never = float("inf")
    if word[0] != meant[0] or word[-1] != meant[-1] or "'" in meant:
        return never
    if len(word) > len(meant):
        return COMMON if _has_one_too_many(word, meant) else never
    if len(word) < len(meant) or sorted(word) == sorted(meant):
        return COMMON
    wrong = [pair for pair in zip(word, meant, strict=True) if pair[0] != pair[1]]
    return COMMON_ENOUGH_FOR_ANOTHER_VOWEL if all(letter in "aeiou" for pair in wrong for letter in pair) else never


def _has_one_too_many(word: str, meant: str) -> bool:
    """Whether a letter of a word is surely too many: it is doubled, or the word is long and no two words grown together (`exampleis`)."""
    at = next((place for place, letter in enumerate(meant) if word[place] != letter), len(meant))
    doubled = at > 0 and word[at] == word[at - 1]
    return doubled or (len(word) >= LONG and not word.endswith(("is", "s")))


def _as_american(word: str) -> str:
    """British and American ways of writing become one: neither is an error."""
    for british, american in (("our", "or"), ("ys", "yz"), ("is", "iz"), ("ae", "e"), ("oe", "e"), ("ll", "l"), ("ogue", "og")):
        word = word.replace(british, american)
    return word


def _is_inflected(word: str, speller: SymSpell) -> bool:
    return any(_has_ending(word, end, speller) for end in ENDINGS) or any(
        word.startswith(start) and len(word) - len(start) > 3 and word[len(start) :] in speller.words for start in BEGINNINGS
    )


def _has_ending(word: str, ending: str, speller: SymSpell) -> bool:
    base = word.removesuffix(ending)
    if base == word or len(base) < 4 or base not in speller.words:
        return False
    # `occuring` is no form of occur, as the dictionary has it with two letters.
    return base + base[-1] + ending not in speller.words
