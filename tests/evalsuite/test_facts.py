"""Numbers, dates, names and content words: what is read from a text, and what is held against the reference."""

from __future__ import annotations

from fractions import Fraction

import pytest

from evalsuite.metrics.completeness import content_of, stem
from evalsuite.metrics.names import names_of
from evalsuite.metrics.quantities import quantities
from evalsuite.metrics.registry import TEXT
from tests.evalsuite.test_metrics import value
from tests.evalsuite.world import prediction


def keys(text: str) -> list[tuple[str, object]]:
    return [each.key for each in quantities(text)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1,000 people", "1000 people"),
        ("3.50", "3.5"),
        ("3,5 mg", "3.5 milligrams"),
        ("1000 mg", "1 g"),
        ("500mg", "500 mg"),
        ("three days", "72 hours"),
        ("twenty-one", "21"),
        ("5 million", "5,000,000"),
        ("5 per cent", "5%"),
        ("half a cup is ½", "1/2"),
        ("3-5 days", "3 to 5 days"),
        ("$20", "20 dollars"),
        ("the 6th", "6"),
        ("37 °C", "37 degrees Celsius"),
    ],
)
def test_the_same_quantity_written_otherwise(first: str, second: str) -> None:
    assert keys(first) == keys(second) != []


@pytest.mark.parametrize(
    "text", ["12 March 2020", "12th of March 2020", "March 12, 2020", "Mar. 12th, 2020", "12.03.2020", "03/12/2020", "2020-03-12"]
)
def test_a_date_in_several_notations_is_one(text: str) -> None:
    assert keys(f"It began on {text} already.") == [("date", "2020-03-12")]


@pytest.mark.parametrize("text", ["COVID-19", "vitamin B12", "a 3D scan", "one of them", "No number.", "1. Rest\n2. Drink", "May I?"])
def test_what_is_no_number(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In the 1990s", [("", Fraction(1990))]),
        ("pressure of 120/80", [("", "120/80")]),
        ("-5 and 3-5", [("", Fraction(-5)), ("", Fraction(3)), ("", Fraction(5))]),
        ("One.", [("", Fraction(1))]),
        ("It is 5. Then 6.", [("", Fraction(5)), ("", Fraction(6))]),
        ("March 2020", [("date", "2020-03")]),
    ],
)
def test_what_is_read(text: str, expected: list[tuple[str, object]]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("answer", "reference", "score"),
    [
        ("3.5", "35", 0),
        ("5 %", "5", 0),
        ("5 mg", "5 g", 0),
        ("3", "three days", 1),
        ("3 and 3", "3", 0),
        ("no idea", "three", 0),
        ("2 before 1", "1, then 2", 1),
    ],
)
def test_numeric_match(answer: str, reference: str, score: float) -> None:
    assert value(TEXT["numeric_match"], prediction(answer, reference)) == score


def test_numbers_apply_where_there_are_numbers() -> None:
    rows = [prediction("about 3", "some"), prediction("some", "3"), prediction("some", "some")]
    applies = {
        name: TEXT[name].statistics(rows)[:, 1].tolist() for name in ("numeric_match", "number_precision", "number_recall", "unsupported_numbers")
    }
    assert applies == {"numeric_match": [0, 1, 0], "number_precision": [1, 0, 0], "number_recall": [0, 1, 0], "unsupported_numbers": [1, 1, 1]}


def test_a_number_of_the_question_is_supported() -> None:
    assert value(TEXT["unsupported_numbers"], prediction("After 2 days, rest.", "rest", question="What after two days?")) == 0
    assert value(TEXT["unsupported_numbers"], prediction("After 3 days, rest.", "rest", question="What after two days?")) == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ask Dr. Smith of the WHO. Then rest.", {"smith", "who"}),
        ("In March I met Marie Curie's sister.", {"marie", "curie"}),
        ("- Rest\n- Drink Vichy water", {"vichy"}),
        ('He said: "Go to Paris."', {"paris"}),
        ("COVID-19 is a virus.", {"covid-19"}),
        ("STOP DOING THAT NOW", set()),
    ],
)
def test_names_by_the_rule(text: str, names: set[str]) -> None:
    assert names_of(text) == names


def test_a_name_is_found_however_it_is_written() -> None:
    assert value(TEXT["name_recall"], prediction("marie curie", "It was Marie Curie")) == 1.0


STEMS = {"walking": "walk", "walked": "walk", "walks": "walk", "studies": "study", "stopped": "stop", "rest's": "rest", "glass": "glas", "red": "red"}


@pytest.mark.parametrize(("word", "expected"), STEMS.items())
def test_the_stem(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_numbers_in_words_count_once_and_stop_words_never() -> None:
    assert content_of("You should take three of the pills") == {"take", "pil", ("", Fraction(3))}


def test_completeness_is_of_the_nearest_reference() -> None:
    # The shorter one is held whole only in part of its words; the nearer by F1 counts.
    answer = prediction("rest and drink water", "aspirin", "drink water, rest, sleep")
    assert value(TEXT["completeness"], answer) == 3 / 4


def test_a_loop_is_repetition() -> None:
    assert value(TEXT["repetition"], prediction("drink more water now " * 50, "x")) > 0.9
    assert value(TEXT["repetition"], prediction("every word of this one is new", "x")) == 0
    assert TEXT["repetition"].statistics([prediction("too short", "x")]).tolist() == [[0, 0]]


def test_twice_as_long_and_half_as_long_cancel_out() -> None:
    long, short = prediction("a b c d e", "a b"), prediction("a b", "a b c d e")
    assert value(TEXT["length_ratio"], long) == 2.0
    assert value(TEXT["length_ratio"], long, short) == pytest.approx(1.0)
    assert value(TEXT["length_ratio"], prediction("", "a")) == 0.5


def test_cut_off_applies_where_the_end_is_known() -> None:
    rows = [prediction("a", "b", finish_reason="length"), prediction("a", "b", finish_reason="stop"), prediction("a", "b")]
    assert TEXT["cut_off"].statistics(rows).tolist() == [[1, 1], [0, 1], [0, 0]]


def test_long_and_odd_texts_are_read_in_time_that_grows_with_them() -> None:
    # Nothing here may be quadratic: a megabyte of any of these would then take hours.
    for piece in ("1,", "9", "May ", "- ", "a.", "one hundred ", "A", "1. "):
        text = piece * (20_000 // len(piece))
        quantities(text), names_of(text), content_of(text)
