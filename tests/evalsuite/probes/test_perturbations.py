"""What the probes of robustness do to a question, by what must hold of any question."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.probes.case import capitals, small
from evalsuite.probes.chance import number, sample
from evalsuite.probes.distraction import SENTENCES, distracted
from evalsuite.probes.rewording import reworded
from evalsuite.probes.typos import KINDS, UNITS, mistyped, with_error

Change = Callable[[str, str], str]
CHANGES: list[Change] = [mistyped, small, capitals, distracted, reworded]
QUESTIONS = [
    "What is the usual dose of 20 mg tablets for 3 weeks?",
    "How can I lower a fever of 39.5 degrees?",
    "Why do people with DVT wear compression stockings for 12 hours?",
    "What are the symptoms of type 2 diabetes?",
    "Is $100 enough, or {} and 5% more?",
]
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=200)
names = st.text(max_size=8)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


@pytest.mark.parametrize("change", CHANGES)
@given(text=texts, name=names)
def test_the_same_question_gives_the_same_question(change: Change, text: str, name: str) -> None:
    assert change(text, name) == change(text, name)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("text", QUESTIONS)
def test_numbers_never_change(change: Change, text: str) -> None:
    assert all(numbers(change(text, str(name))) == numbers(text) for name in range(50))


@given(text=texts, name=names)
def test_typing_errors_leave_digits_first_letters_and_white_space(text: str, name: str) -> None:
    typed = mistyped(text, name)
    assert [letter for letter in typed if letter.isdigit()] == [letter for letter in text if letter.isdigit()]
    assert [word[0] for word in typed.split()] == [word[0] for word in text.split()]
    assert re.findall(r"\s+", typed) == re.findall(r"\s+", text)


@given(st.lists(st.sampled_from(["fever", "medicine", "sleeping", "headache", "doctor"]), min_size=1, max_size=40), names)
def test_one_word_in_six_is_mistyped(words: list[str], name: str) -> None:
    typed = mistyped(" ".join(words), name).split()
    assert sum(one != other for one, other in zip(words, typed, strict=True)) == max(1, round(len(words) / 6))


@pytest.mark.parametrize("text", ["Take 20 milligrams", "5 tablets a day", "DVT or COPD?", *sorted(UNITS)])
def test_units_the_word_after_a_number_and_abbreviations_are_typed_rightly(text: str) -> None:
    spared = {*UNITS, "tablets", "DVT", "COPD?"}
    for name in range(50):
        assert [word for word in mistyped(text, str(name)).split() if word in spared] == [word for word in text.split() if word in spared]


@given(st.text("abcdefghijklmnopqrstuvwxyzé", min_size=2, max_size=12), names)
def test_an_error_changes_a_word_by_one_letter_at_most_and_never_nothing(word: str, name: str) -> None:
    typed = with_error(word, name)
    assert typed != word
    assert typed[0] == word[0]
    assert abs(len(typed) - len(word)) <= 1


def test_every_kind_of_error_is_made() -> None:
    made = {with_error("abdomen", str(name)) for name in range(400)}
    assert {len(word) for word in made} == {6, 7, 8}
    assert any(sorted(word) == sorted("abdomen") for word in made), "none is swapped"
    assert any(len(word) == 7 and sorted(word) != sorted("abdomen") for word in made), "none has a neighbouring key"
    assert len(KINDS) == 4


@given(text=texts, name=names)
def test_a_distraction_stands_before_or_after_the_question_and_leaves_it_whole(text: str, name: str) -> None:
    asked = distracted(text, name)
    assert any(asked in (f"{sentence} {text}", f"{text} {sentence}") for sentence in SENTENCES)


def test_distractions_stand_on_both_sides() -> None:
    assert {distracted("Why?", str(name)).startswith("Why?") for name in range(30)} == {True, False}


@pytest.mark.parametrize(
    ("question", "moved"),
    [
        ("What are the symptoms of measles?", "what the symptoms of measles are"),
        ("What is gout?", "what gout is"),
        ("How can I calm a cough?", "What can I do to calm a cough?"),
        ("How do I treat a burn?", "What must I do to treat a burn?"),
        ("Why do people snore?", "What is the reason that people snore?"),
    ],
)
def test_a_common_opening_is_turned_round(question: str, moved: str) -> None:
    assert all(moved in reworded(question, str(name)) for name in range(20))


@pytest.mark.parametrize(
    "question",
    ["What is causing my cough?", "What is the medicine used for?", "What is the best way to treat a cold?", "Can I drive?", "Is {} a {0}?"],
)
def test_a_question_that_cannot_be_turned_is_framed_as_it_stands(question: str) -> None:
    assert all(question in reworded(question, str(name)) and reworded(question, str(name)) != question for name in range(20))


@given(st.integers(1, 100), names)
def test_a_number_by_hash_is_below_its_bound(below: int, name: str) -> None:
    assert 0 <= number("for a test", name, below=below) < below


def test_a_sample_keeps_its_order_and_mostly_its_members_as_items_come() -> None:
    few, more = [str(item) for item in range(100)], [str(item) for item in range(110)]
    chosen, later = sample(few, 20, str, "s"), sample(more, 20, str, "s")
    assert chosen == sorted(chosen, key=int)
    assert len(chosen) == 20
    assert len({*chosen} & {*later}) >= 14
