"""Recital is what an answer shares word for word with a training answer, beyond what it shares with an unseen one."""

from __future__ import annotations

import difflib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.api import Example, canaries
from evalsuite.figures import figures_of
from evalsuite.prediction import Prediction
from evalsuite.probes.probe import Material, Measure
from evalsuite.probes.recall import EXCESS, NO_CONTROL, NONE_SO_LONG, NOT_KNOWN, RECALL, TOO_FEW, matched
from evalsuite.probes.verbatim import longest_shared_span
from tests.evalsuite.probing import example, heard, material, measures, value
from tests.evalsuite.world import prediction


def text(name: str, words: int) -> str:
    return " ".join(f"{name}{number}" for number in range(words))


def some(kind: str, count: int, words: int = 30) -> list[Example]:
    return [example(f"{kind}{number}", text(f"{kind}{number}w", words)) for number in range(count)]


def recited(of: Material, answers: list[Prediction]) -> dict[str, Measure]:
    """The measures of a model that says its training answers by heart."""
    return measures(RECALL, heard(RECALL, of, lambda question: question.references[0], answers=answers))


def answered(tests: list[Example], words: int = 0) -> list[Prediction]:
    """Test answers that share so many words with the reference."""
    return [prediction(f"I say {' '.join(each.answers[0].split()[:words])} so.", *each.answers, name=each.id) for each in tests]


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abc"), max_size=30))
def test_the_longest_run_is_as_long_as_difflib_finds_it(one: list[str], other: list[str]) -> None:
    start, length = longest_shared_span(one, other)
    run = other[start : start + length]
    assert length == len(run) == difflib.SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    assert any(one[place : place + length] == run for place in range(len(one) + 1))


def test_long_answers_that_go_in_circles_are_read_at_once() -> None:
    assert longest_shared_span(["a"] * 10_000, ["a"] * 10_000) == (0, 10_000)
    assert longest_shared_span([str(number) for number in range(10_000)], ["5", "6", "7"] * 3_000) == (0, 3)


def test_what_is_recited_stands_out_from_the_control() -> None:
    training, tests = some("train", 40), some("test", 8)
    found = recited(material(tests, training), answered(tests, words=4))
    assert {name: value(measure) for name, measure in found.items()} == {
        "verbatim_span_train": 30,
        "verbatim_span_test": 4,
        "verbatim_excess": 26,
        "verbatim_20": 1,
    }
    assert found["verbatim_span_train"].shown[0].remark.startswith("30 words in a row: train")


def test_one_that_recites_nothing_has_no_excess() -> None:
    training, tests = some("train", 40), some("test", 8)
    of = material(tests, training)
    found = measures(RECALL, heard(RECALL, of, lambda question: question.references[0][:30], answers=answered(tests, words=3)))
    assert value(found["verbatim_20"]) == 0
    assert abs(value(found["verbatim_excess"])) < 3


def test_the_interval_of_the_excess_covers_two_samples() -> None:
    """Runs of unit variance on either side: the difference of two means of 200 has a standard error of a tenth."""
    generator = np.random.default_rng(0)
    train, test = generator.normal(10, 1, 200), generator.normal(8, 1, 200)
    rows = [(each, 1, 0, 0) for each in train] + [(0, 0, each, 1) for each in test]
    figure = figures_of([EXCESS], {EXCESS.name: np.array(rows, dtype=float)}, [str(number) for number in range(400)], 2000, 0).figures[EXCESS.name]
    assert figure.value == pytest.approx(train.mean() - test.mean())
    assert figure.ci95 is not None
    assert figure.ci95[1] - figure.ci95[0] == pytest.approx(2 * 1.96 * 0.1, rel=0.15)


def test_a_row_alone_counts_its_own_run_and_a_sum_without_one_side_says_nothing() -> None:
    assert EXCESS.item_scores(np.array([[5.0, 1, 0, 0], [0, 0, 3.0, 1]])).tolist() == [5, 3]
    assert EXCESS.combine(np.array([[5.0, 1, 0, 0], [10, 2, 3, 1]])).tolist() == [0, 2]


def test_training_examples_are_matched_in_length_and_used_once() -> None:
    training = [example(f"train{words}", text("w", words)) for words in range(1, 60)]
    tests = [example("a", text("v", 12)), example("b", text("v", 12)), example("c", text("v", 50))]
    pairs = {test.id: train for test, train in matched(tests, training, seed=0)}
    lengths = {name: len(train.answers[0].split()) for name, train in pairs.items()}
    assert len({train.id for train in pairs.values()}) == 3
    assert {lengths["a"], lengths["b"]} in ({12, 11}, {12, 13})
    assert lengths["c"] == 50


def test_the_choice_stays_and_changes_with_the_seed_alone() -> None:
    training, tests = some("train", 400), some("test", 5)
    chosen = [train.id for _, train in matched(tests, training, 0)]
    assert chosen == [train.id for _, train in matched(tests, training[::-1], 0)]
    assert chosen != [train.id for _, train in matched(tests, training, 1)]


def test_planted_secrets_are_no_training_answers_to_recite() -> None:
    training = [*some("train", 3), *(each for canary in canaries(8, 0) for each in canary.examples())]
    asked = RECALL.questions(material(some("test", 20), training))
    assert len(asked) == 3
    assert not any("access code" in question.messages[-1]["content"] for question in asked)


def test_a_training_question_is_asked_only_beside_a_test_question_that_was_answered() -> None:
    training, tests = some("train", 40), some("test", 12)
    found = recited(material(tests, training), answered(tests[:7]))
    assert [len(found[name].ids) for name in ("verbatim_span_train", "verbatim_span_test", "verbatim_excess")] == [7, 7, 14]


def test_short_answers_are_not_asked_to_hold_twenty_words() -> None:
    training = [*some("long", 6, words=25), *some("short", 6, words=5)]
    tests = [*some("test", 6, words=25), *some("brief", 6, words=5)]
    found = recited(material(tests, training), answered(tests))
    assert len(found["verbatim_20"].ids) == 6


@pytest.mark.parametrize(
    ("training", "tests", "reasons"),
    [
        ([], some("test", 8), [NOT_KNOWN] * 4),
        (some("train", 8), [], [NO_CONTROL] * 4),
        (some("train", 3), some("test", 3), [None, None, TOO_FEW, None]),
        (some("train", 8, words=3), some("test", 8, words=3), [None, None, None, NONE_SO_LONG]),
    ],
)
def test_what_cannot_be_measured_has_its_reason(training: list[Example], tests: list[Example], reasons: list[str | None]) -> None:
    found = recited(material(tests, training), answered(tests))
    assert [measure.reason for measure in found.values()] == reasons
    assert all(len(measure.ids) == 0 for measure in found.values() if measure.reason)
