"""Words by others of the same meaning, where it is safe to say what a word means without understanding the sentence.

There is no tagger and no reading of the sense here. So a word is only replaced if it nearly always has one and the same
meaning, as counted in texts whose senses people marked (WordNet's tag counts), and by a word that nearly always means
that very thing as well. Rare words, which is what a domain's terms are, numbers, names, units and denials stay.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.data.enlarging.wording import UNITS, is_denial, words_of
from assistant.data.example import Example
from assistant.models.wordnet import Part, Sense, WordNet

COMMON = 5
"""Marked occurrences from which a word is a common one."""
DOMINANT = 0.8
"""Share of a word's marked occurrences that its chief sense must have."""
DOMINANT_OTHER = 0.6
"""The same for the word that replaces it."""
SHORTEST, LONGEST = 4, 30
MOST_AT_ONCE = 2
"""Words that are replaced in one new question."""

_TOKEN = re.compile(r"\S+")
_PUNCTUATION = "?.,!;:()\"'\u201c\u201d\u2018\u2019"
_SMALL_OR_TRICKY = (
    # Small words whose sense is their grammar, and words whose exact degree is the question.
    "have having does doing done make makes made making take takes took taken taking give gives given giving goes going gone come comes coming "
    "keep keeps kept keeping said says seem seems become becomes feel feels feeling look looks looking know knows knowing think thinks want wants "
    "need needs like likes mean means used uses using work works working call calls called such same other others another each every some many "
    "much more most less least very only just even also still ever again always often sometimes usually about around over under before after "
    "during between within through since until while when where which what whom whose that this these those there here then than well high higher "
    "highest low lower lowest left right early late first last next long short large small great little good better best bad worse worst male "
    "female mother father child children people person patient patients women woman thing things kind kinds type types part parts form forms way "
    "ways time times please thank thanks hello dear sure able both must shall should would could might will able possible "
    # Chief sense in the marked texts, which are news and novels, and another one in questions.
    "state states cold cell cells virus test tests page site link file files drive window windows screen mouse network server program run runs "
    "running account step steps attribute attributes percent percentage group groups commission finding recall mode static "
    "marked charge charges interest bank balance store share shares board post posts card cards order orders"
)
_KEPT = frozenset(_SMALL_OR_TRICKY.split())
_UNUSUAL = (
    # What WordNet holds for the same and nobody would write in its place.
    "presently beast beasts furnish furnishes furnished furnishing instal metropolis edifice edifices merchandising fleet babe babes mill mills "
    "someone someones youngster youngsters decidedly pressing recollect advocate advocates advocated engineering goddam goddamned regain kid "
    "kids impute ascribe pretty tons dozens scores determination grouping groupings pronounced wholly"
)
_NEVER_PUT = frozenset(_UNUSUAL.split())


@dataclass(frozen=True)
class _Place:
    """A word that may be replaced: where it stands, and by what."""

    start: int
    end: int
    others: tuple[str, ...]


def synonyms(example: Example, dice: random.Random, wordnet: WordNet) -> Iterator[str]:
    """The question with one or two of its words replaced, in several ways; none where no word is safe.

    Args:
        example: Its tags and its group's name are kept as they are, wherever they stand in the question.
        dice: Draws.
        wordnet: Where words come from.
    """
    kept = {word for text in (example.group, *example.tags.values()) for word in words_of(text)}
    places = list(_places(example.question, kept, wordnet))
    dice.shuffle(places)
    given = {example.question}
    for size in range(min(MOST_AT_ONCE, len(places)), 0, -1):
        for start in range(0, len(places), size):
            question = _replaced(example.question, places[start : start + size], dice)
            if question not in given:
                given.add(question)
                yield question


def replacements(word: str, wordnet: WordNet) -> tuple[str, ...]:
    """Words that mean the same as a common one with one chief meaning, in the same inflected form; in WordNet's order."""
    for lemma, part, ending in _basic_forms(word, wordnet):
        sense = _chief(lemma, wordnet, DOMINANT, COMMON)
        if sense and sense.part == part:
            found = (_inflected(other, part, ending, wordnet) for other in wordnet.words(sense) if _replaces(other, lemma, sense, wordnet))
            return tuple(other for other in found if other)
    return ()


def _places(question: str, kept: set[str], wordnet: WordNet) -> Iterator[_Place]:
    before = ""
    for match in _TOKEN.finditer(question):
        token = match.group()
        # What has anything but punctuation around it is an address, a path, code or a part of a longer word.
        word = token.strip(_PUNCTUATION)
        if _is_free(word) and word not in kept:
            others = tuple(other for other in replacements(word, wordnet) if _fits_article(before, word, other))
            if others:
                start = match.start() + token.index(word)
                yield _Place(start, start + len(word), others)
        before = token.lower()


def _is_free(word: str) -> bool:
    plain = SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha() and word.islower()
    return plain and word not in _KEPT and word not in UNITS and not is_denial(word)


def _fits_article(before: str, word: str, other: str) -> bool:
    return before not in ("a", "an") or (word[0] in "aeiou") == (other[0] in "aeiou")


def _replaced(question: str, places: list[_Place], dice: random.Random) -> str:
    for place in sorted(places, key=lambda place: -place.start):
        question = question[: place.start] + dice.choice(place.others) + question[place.end :]
    return question


def _chief(lemma: str, wordnet: WordNet, share: float, least: int) -> Sense | None:
    """The sense that a word nearly always has; None if there is none such."""
    senses = wordnet.senses(lemma)
    total = sum(sense.count for sense in senses)
    return senses[0] if senses and total >= least and senses[0].count >= share * total else None


def _replaces(other: str, lemma: str, sense: Sense, wordnet: WordNet) -> bool:
    if other == lemma or not other.isalpha() or not other.islower() or len(other) < SHORTEST or other in _KEPT | _NEVER_PUT:
        return False
    chief = _chief(other, wordnet, DOMINANT_OTHER, 2)
    return chief is not None and (chief.part, chief.offset) == (sense.part, sense.offset)


def _basic_forms(word: str, wordnet: WordNet) -> Iterator[tuple[str, Part, str]]:
    """What a word may be a form of: the basic form, its part of speech, and the regular ending; the word itself first."""
    if any(wordnet.basic_forms(word, part) for part in ("noun", "verb")):
        return
    if wordnet.senses(word):
        chief = wordnet.senses(word)[0]
        yield word, chief.part, ""
        return
    for ending in ("s", "ed", "ing"):
        if not word.endswith(ending):
            continue
        part: Part
        for part in ("noun", "verb") if ending == "s" else ("verb",):
            for lemma in _stems(word, ending):
                if any(sense.part == part for sense in wordnet.senses(lemma)) and _inflected(lemma, part, ending, wordnet) == word:
                    yield lemma, part, ending


def _stems(word: str, ending: str) -> Iterator[str]:
    stem = word.removesuffix(ending)
    yield stem
    yield stem + "e"
    if ending == "s" and stem.endswith("e"):
        yield stem[:-1]
    if stem.endswith("ie"):
        yield stem[:-2] + "y"
    if ending == "ed" and stem.endswith("i"):
        yield stem[:-1] + "y"


def _inflected(lemma: str, part: Part, ending: str, wordnet: WordNet) -> str | None:
    """A word with a regular ending; None where it takes none, or where its last letter might be doubled."""
    if not ending:
        return lemma
    if wordnet.is_irregular(lemma, part):
        return None
    with_y = lemma.endswith("y") and lemma[-2] not in "aeiou"
    if ending == "s":
        if with_y:
            return lemma[:-1] + "ies"
        return lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) else "s") if not lemma.endswith("o") else None
    if lemma.endswith("e"):
        return None if lemma.endswith(("ee", "ye", "oe", "ie")) else lemma[:-1] + ending
    if with_y and ending == "ed":
        return lemma[:-1] + "ied"
    if re.search(r"[^aeiou][aeiou][bdfgklmnprstvz]$", lemma):
        return None
    return lemma + ending
