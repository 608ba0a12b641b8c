"""Street addresses by their form, and what has nearly that form."""

from __future__ import annotations

import time

import pytest

from assistant.data.personal.personal_data import ORDER, find_personal_data
from tests.beside import DATA, beside
from tests.evalsuite.personal_data_sources import PATTERNS, measured

THERE = [
    ("He lives at 12 Main Street.", "12 Main Street"),
    ("Write to 1600 Pennsylvania Ave NW, Washington, DC 20500 now", "1600 Pennsylvania Ave NW, Washington, DC 20500"),
    ("31 Center Drive, MSC 2560", "31 Center Drive, MSC 2560"),
    ("221B Baker Street, London NW1 6XE", "221B Baker Street, London NW1 6XE"),
    ("4 Privet Close, Woking GU21 4AB", "4 Privet Close, Woking GU21 4AB"),
    ("at 5 W. 42nd Street, Apt. 7", "5 W. 42nd Street, Apt. 7"),
    ("P.O. Box 1234", "P.O. Box 1234"),
    ("PSC 0413, Box 8144\nAPO AA 42323", "PSC 0413, Box 8144\nAPO AA 42323"),
    ("Hauptstraße 5, 10115 Berlin", "Hauptstraße 5, 10115 Berlin"),
    ("Augsburger Strasse 36", "Augsburger Strasse 36"),
    ("10 rue de la Paix, 75002 Paris", "10 rue de la Paix, 75002 Paris"),
    ("Calle de Alcalá 48", "Calle de Alcalá 48"),
    ("ul. Narewska 94", "ul. Narewska 94"),
    ("Mannerheimintie 12 B", "Mannerheimintie 12 B"),
    ("Prinsengracht 263", "Prinsengracht 263"),
]
NOT_THERE = [
    "In 1929 Wall Street crashed.",
    "In 2004 Supreme Court judges met.",
    "Take 2 tablets in 10 days; 5 Mount St Helens hikes.",
    "On 12 March Dr Smith saw 3 patients.",
    "Adobe Creative Suite 6 and test suite 12",
    "It went viral via Email 24 times.",
    "Chromosome 7 and Type 2 Diabetes",
    "Figure 3 The Way Home",
    "route 66",
]


@pytest.mark.parametrize(("text", "what"), THERE, ids=[what for _, what in THERE])
def test_it_is_found_where_it_begins_and_ends(text: str, what: str) -> None:
    assert [(span.kind, span.text) for span in find_personal_data(text, ["address"])] == [("address", what)]


@pytest.mark.parametrize("text", NOT_THERE)
def test_what_only_looks_like_it_is_passed_over(text: str) -> None:
    assert find_personal_data(text, ["address"]) == []


def test_on_labelled_rows_finds_are_right_and_most_are_found() -> None:
    beside(PATTERNS)
    counts = measured(DATA, "even", ORDER)[0]
    for kind, recall in (("address", 0.6), ("national_id", 0.6)):
        assert (counts[kind].precision or 0) >= 0.95
        assert (counts[kind].recall or 0) >= recall


@pytest.mark.parametrize("unit", ["1", ".", "@", ":", " ", "1 ", "12 Aa ", "A'A ", "http://", "(1", "\n> 1 Aa", "a@a."])
def test_hostile_texts_take_no_longer_than_they_are_long(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        began = time.process_time()
        find_personal_data(text, ORDER)
        return time.process_time() - began

    short = max(seconds(20_000), 0.01)
    assert seconds(100_000) < 15 * short
