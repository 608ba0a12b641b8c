"""Metrics that do not apply to every answer: what counts, what is written, and what is read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.api import read_jsonl
from evalsuite.answers import best_and_worst
from evalsuite.figures import TO_NONE, differences, figures_of
from evalsuite.metrics.exact_match import EXACT_MATCH
from evalsuite.metrics.f1 import F1
from evalsuite.metrics.metric import Metric, applies, mean, scored
from evalsuite.metrics.registry import TEXT
from evalsuite.record.figure import Figure
from evalsuite.scores import Order, Scores, read_scores, score, write_scores
from evalsuite.stats.wilson import wilson_interval
from tests.evalsuite.world import prediction

NAMES = [str(number) for number in range(40)]
HALF = scored([float(number % 4 == 0) for number in range(40)]) * (np.arange(40) % 2 == 0)[:, None]
"""Even answers alone have a score: half of them 1."""


def figure(metric: Metric, table: NDArray[np.float64], groups: list[str] = NAMES) -> Figure:
    return figures_of([metric], {metric.name: table}, groups, 500, 0).figures[metric.name]


def test_a_mean_of_nothing_is_no_number() -> None:
    assert np.isnan(mean(np.zeros(2))) and mean(np.asarray([[1.0, 2.0], [0.0, 0.0]]))[0] == 0.5


def test_n_is_the_answers_that_it_applies_to() -> None:
    found = figure(F1, HALF)
    assert (found.value, found.n) == (0.5, 20)
    assert found.ci95 and found.ci95[0] < 0.5 < found.ci95[1]


def test_an_interval_is_about_as_wide_as_over_these_answers_alone() -> None:
    among, alone = figure(F1, HALF), figure(F1, HALF[::2], NAMES[:20])
    assert among.ci95 and alone.ci95
    assert among.ci95[1] - among.ci95[0] == pytest.approx(alone.ci95[1] - alone.ci95[0], rel=0.15)


def test_a_rate_gets_wilsons_interval_over_these_answers() -> None:
    found = figure(EXACT_MATCH, HALF)
    assert found.interval_method == "Wilson" and found.ci95 == pytest.approx(wilson_interval(10, 20))


def test_it_applies_to_none() -> None:
    found = figure(F1, np.zeros((40, 2)))
    assert (found.value, found.ci95, found.n, found.reason) == (None, None, 0, TO_NONE)


def test_groups_without_such_an_answer_are_no_evidence() -> None:
    table = np.zeros((40, 2))
    table[:10] = [0.5, 1.0]
    table[0] = [0.9, 1.0]
    assert "one" in str(figure(F1, table, [str(number // 10) for number in range(40)]).reason)
    assert figure(F1, table, [str(number // 5) for number in range(40)]).interval_method == "BCa bootstrap and Student's t over 2 groups"


def test_draws_without_such_an_answer_are_left_out() -> None:
    """Two of 40 answers: every seventh draw holds neither."""
    table = np.zeros((40, 2))
    table[:2] = [[0.2, 1.0], [0.4, 1.0]]
    resampled = figures_of([F1], {"f1": table}, NAMES, 2000, 0)
    assert np.isnan(resampled.draws["f1"]).mean() == pytest.approx((38 / 40) ** 40, abs=0.03)
    found = resampled.figures["f1"]
    assert found.ci95 == (0.0, 1.0), "Student's t of two answers knows nothing"


def test_counts_of_a_corpus_apply_everywhere() -> None:
    assert applies(np.zeros((3, 10))).all() and not applies(np.zeros((3, 2))).any()


def test_a_difference_needs_it_on_both_sides() -> None:
    whole, none = (figures_of([F1], {"f1": table}, NAMES, 300, 0) for table in (HALF, np.zeros((40, 2))))
    found = differences(whole, none)["f1"]
    assert (found.value, found.ci95, found.reason) == (None, None, TO_NONE)


def test_a_rate_that_applies_to_other_answers_on_each_side_is_still_compared() -> None:
    odd = np.roll(HALF, 1, axis=0)
    old, new = (figures_of([EXACT_MATCH], {"exact_match": table}, NAMES, 500, 0) for table in (HALF, odd))
    found = differences(new, old)["exact_match"]
    assert (found.value, found.n, found.interval_method) == (0.0, 20, "paired BCa bootstrap and Student's t")
    assert found.ci95 and found.ci95[0] < -0.1 and found.ci95[1] > 0.1


def numbers_found() -> Metric:
    """A metric that applies where the reference has a number, with (hits, numbers) as its statistics."""

    def statistics(predictions: object) -> NDArray[np.float64]:
        return np.asarray([[1.0, 2.0], [0.0, 0.0], [3.0, 4.0]])

    return replace(TEXT["f1"], name="numbers_found", statistics=statistics, combine=mean)


PREDICTIONS = [prediction(text, "a b", name=name) for name, text in (("1", "a"), ("2", "b c"), ("3", "a b"))]


def test_a_score_of_nothing_is_null_and_comes_back_as_it_was(tmp_path: Path) -> None:
    flat = replace(numbers_found(), name="flat", statistics=lambda predictions: np.asarray([[0.5, 1.0], [0.0, 0.0], [0.75, 1.0]]))
    scores = score(PREDICTIONS, Order([TEXT["f1"]], [], None, 0))
    for metric in (numbers_found(), flat):
        table = metric.statistics(PREDICTIONS)
        items = [float(each) if applied else None for each, applied in zip(metric.item_scores(table), applies(table), strict=True)]
        scores = replace(
            scores,
            cards={**scores.cards, metric.name: scores.cards["f1"]},
            statistics={**scores.statistics, metric.name: table},
            items={**scores.items, metric.name: items},
        )
    write_scores(tmp_path, scores, PREDICTIONS, "key")
    rows = read_jsonl(tmp_path / "scores.jsonl")
    assert [row["scores"]["flat"] for row in rows] == [0.5, None, 0.75] == [row["scores"]["numbers_found"] for row in rows]
    assert rows[0]["statistics"] == {"numbers_found": [1, 2]}, "where counts weigh answers, the scores do not say it all"
    back = read_scores(tmp_path, PREDICTIONS)
    assert isinstance(back, Scores) and back.items == scores.items
    assert all(np.array_equal(back.statistics[name], table) for name, table in scores.statistics.items())


def test_a_null_of_a_metric_that_applies_makes_scores_unreadable(tmp_path: Path) -> None:
    scores = score(PREDICTIONS, Order([TEXT["bleu"]], [], None, 0))
    write_scores(tmp_path, scores, PREDICTIONS, "key")
    rows = read_jsonl(tmp_path / "scores.jsonl")
    rows[1]["scores"]["bleu"] = None
    (tmp_path / "scores.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert read_scores(tmp_path, PREDICTIONS) is None


def test_what_does_not_apply_is_neither_best_nor_worst() -> None:
    scores = score(PREDICTIONS, Order([TEXT["f1"]], [], None, 0))
    scores = replace(scores, items={"f1": [0.5, None, 1.0]})
    best, worst = best_and_worst(PREDICTIONS, scores, None, None)
    assert ([each.id for each in best], [each.id for each in worst]) == (["3"], ["1"])
