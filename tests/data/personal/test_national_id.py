"""National ids are found by form, check digits and, where the form is bare digits, by what stands beside them."""

from __future__ import annotations

import pytest

from assistant.data.personal.national_id import KINDS, identified
from assistant.data.personal.personal_data import find_personal_data

THERE = [
    ("at", "Versicherungsnummer 1237 010180", "1237 010180"),
    ("au", "TFN: 123 456 782", "123 456 782"),
    ("be", "85.07.30-033.28", "85.07.30-033.28"),
    ("br", "Meu CPF: 390.533.447-05.", "390.533.447-05"),
    ("ca", "SIN 123-456-782", "123-456-782"),
    ("ch", "756.9217.0769.85", "756.9217.0769.85"),
    ("cl", "12.531.909-2", "12.531.909-2"),
    ("cn", "360426199101010071", "360426199101010071"),
    ("cz", "710319/2745", "710319/2745"),
    ("de", "Meine Steuer-ID ist 36 574 261 809", "36 574 261 809"),
    ("dk", "CPR 211062-5629", "211062-5629"),
    ("ee", "isikukood 36805280109", "36805280109"),
    ("es", "(54362315K)", "54362315K"),
    ("es", "X-2482300-W", "X-2482300-W"),
    ("fi", "131052-308T", "131052-308T"),
    ("fr", "2 95 10 99 126 111 93", "2 95 10 99 126 111 93"),
    ("gb", "AB 12 34 56 C", "AB 12 34 56 C"),
    ("gb", "NHS number 943-476-5870", "943-476-5870"),
    ("hr", "33392005961 (OIB)", "33392005961"),
    ("ie", "6433435F", "6433435F"),
    ("in", "2341 2341 2346", "2341 2341 2346"),
    ("it", "RCCMNL83S18D969H", "RCCMNL83S18D969H"),
    ("kr", "860713-1000006", "860713-1000006"),
    ("mx", "BOXW310820HNERXN09", "BOXW310820HNERXN09"),
    ("nl", "BSN 1112.22.333", "1112.22.333"),
    ("no", "fødselsnummer 151086 95088", "151086 95088"),
    ("pl", "PESEL: 44051401359", "44051401359"),
    ("ro", "CNP 1630615123457", "1630615123457"),
    ("se", "880320-0016", "880320-0016"),
    ("sg", "S1234567D", "S1234567D"),
    ("tr", "kimlik 17291716060", "17291716060"),
    ("us", "912-90-3456", "912-90-3456"),
    ("za", "ID number 7503305044089", "7503305044089"),
]
NOT_THERE = [
    "54362315L",
    "2341 2341 2347",
    "131052-308U",
    "RCCMNL83S18D969A",
    "GB 12 34 56 C",
    "912-93-3456",
    "S1234567E",
    "880320-0018",
    "the order 44051401359",
    "36574261809 pieces",
    "943-476-5870",
    "sin 123-456-782",
]


@pytest.mark.parametrize(("country", "text", "what"), THERE, ids=[f"{country} {what}" for country, _, what in THERE])
def test_it_is_found_where_it_begins_and_ends(country: str, text: str, what: str) -> None:
    assert (country, what) in {(kind.country, text[start:end]) for start, end, kind in identified(text)}
    assert [(span.kind, span.text) for span in find_personal_data(text, ["national_id"])] == [("national_id", what)]


@pytest.mark.parametrize("text", NOT_THERE)
def test_a_wrong_check_digit_or_bare_digits_are_none(text: str) -> None:
    assert find_personal_data(text, ["national_id"]) == []


def test_none_is_looked_for_unless_it_is_asked_for() -> None:
    assert find_personal_data("54362315K lives at 12 Main Street") == []


def test_it_comes_before_the_telephone_that_it_looks_like() -> None:
    assert [span.kind for span in find_personal_data("CPR 211062-5629", ["phone", "national_id"])] == ["national_id"]


def test_the_same_written_in_another_way_has_the_same_key() -> None:
    one, other = (find_personal_data(text, ["national_id"])[0].key for text in ("AB 12 34 56 C", "AB123456C"))
    assert one == other


def test_every_country_has_an_example_here() -> None:
    assert {kind.country for kind in KINDS} == {country for country, _, _ in THERE}
