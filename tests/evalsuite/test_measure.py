"""Scoring many answers: shared out to other processes or not, the statistics are the same."""

from __future__ import annotations

import random

import numpy as np
import pytest

from assistant.api import UserError
from evalsuite import measure
from evalsuite.metrics.metric import Metric, Worked, mean, scored
from evalsuite.metrics.registry import TEXT
from evalsuite.prediction import Prediction
from tests.evalsuite.world import prediction

CHANCE = random.Random(3)
PREDICTIONS = [prediction(*("".join(CHANCE.choices("ab ,\n", k=30)) for _ in range(3)), name=str(number)) for number in range(40)]
METRICS = list(TEXT.values())


def length(said: list[int]) -> Metric:
    """A metric that must read all answers in this process, as a classifier does; `said` gets how many it was given at once."""

    def statistics(predictions: list[Prediction]) -> np.ndarray:
        said.append(len(predictions))
        return scored([len(each.text) for each in predictions])

    return Metric(name="length", title="", meaning="", example=Worked("", (), 0), signature=lambda given: "", statistics=statistics, combine=mean)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "PART", 7)


@pytest.mark.usefixtures("small_parts")
def test_answers_shared_out_to_other_processes_score_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    alone = measure.measure(PREDICTIONS, [*METRICS, length(given)]).statistics
    monkeypatch.setattr(measure, "SHARE_FROM", 0)
    monkeypatch.setattr(measure, "describe_machine", lambda: {"cores": 2})
    shared = measure.measure(PREDICTIONS, [*METRICS, length(given)]).statistics
    assert given == [40, 40]
    assert list(alone) == list(shared) == [*TEXT, "length"]
    for name, statistics in alone.items():
        assert np.array_equal(shared[name], statistics), name
        assert np.array_equal(statistics, [*METRICS, length(given)][list(alone).index(name)].statistics(PREDICTIONS)), name


@pytest.mark.usefixtures("small_parts")
def test_on_one_core_no_other_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "SHARE_FROM", 0)
    monkeypatch.setattr(measure, "describe_machine", lambda: {"cores": 1})
    monkeypatch.setattr(measure, "ProcessPoolExecutor", None)
    assert set(measure.measure(PREDICTIONS, METRICS).statistics) == set(TEXT)


def choking(on: set[str]) -> Metric:
    def statistics(predictions: list[Prediction]) -> np.ndarray:
        for each in predictions:
            if each.id in on:
                raise ZeroDivisionError(f"cannot read {each.id}")
        return scored([1.0 for _ in predictions])

    return Metric(name="choking", title="", meaning="", example=Worked("", (), 0), signature=lambda given: "", statistics=statistics, combine=mean)


def test_a_metric_that_raises_on_one_answer_is_taken_over_the_others() -> None:
    measured = measure.measure(PREDICTIONS, [choking({"3"})])
    assert measured.failures == {"choking": {3: "ZeroDivisionError: cannot read 3"}}
    assert measured.statistics["choking"].tolist() == [[0.0, 0.0] if place == 3 else [1.0, 1.0] for place in range(40)]


@pytest.mark.usefixtures("small_parts")
def test_a_text_metric_that_raises_in_one_part_is_whole_in_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "TEXT", {"choking": choking({str(place) for place in (8, *range(14, 21))})})
    measured = measure.measure(PREDICTIONS, [choking(set())])
    assert sorted(measured.failures["choking"]) == [8, *range(14, 21)]
    assert measured.statistics["choking"].sum() == 2 * (40 - 8)


def test_a_metric_that_raises_on_every_answer_is_an_error_of_two_lines() -> None:
    with pytest.raises(UserError, match="the metric choking fails on every answer: ZeroDivisionError"):
        measure.measure(PREDICTIONS, [choking({each.id for each in PREDICTIONS})])
