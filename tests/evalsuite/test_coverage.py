"""Do 95% intervals hold the truth 95 times of 100, and do tests find nothing where there is nothing: mostly 2,000 simulated evaluations each.

Of so many, half a point to either side is chance. docs/statistics.md holds the whole table.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.evalsuite import coverage
from tests.evalsuite.coverage import bleu, f1, false_alarms, naive_and_ours, paired_coverage, paired_rates, pairs, part_of, rate

Case = Callable[[], coverage.Covered]


@pytest.mark.parametrize(("zeros", "n"), [(0.3, 50), (0.6, 50), (0.6, 500)])
def test_the_interval_of_a_mean_of_skewed_scores(zeros: float, n: int) -> None:
    found = coverage.coverage(f1(zeros), n)
    assert 93 <= found.ours <= 97, found


@pytest.mark.parametrize("n", [50, 500])
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_interval_of_a_rate(p: float, n: int) -> None:
    found = coverage.coverage(rate(p), n)
    # Hits are whole numbers, so that no interval of a rate holds just 95%: Wilson's of 0.1 over 50 answers holds 97.03% by its formula.
    assert found.method == "Wilson" and 93 <= found.ours <= 97.03 + 1.2, found


@pytest.mark.parametrize("n", [50, 500])
def test_the_interval_of_a_figure_of_the_whole_corpus(n: int) -> None:
    found = coverage.coverage(bleu(), n, evaluations=600)
    assert 93 <= found.ours <= 97, found


@pytest.mark.parametrize("n", [50, 500])
def test_the_interval_of_a_metric_that_applies_to_some_answers(n: int) -> None:
    found = coverage.coverage(part_of(0.4), n, evaluations=600)
    assert 93 <= found.ours <= 97, found


@pytest.mark.parametrize("n", [50, 500])
def test_the_interval_of_a_paired_difference(n: int) -> None:
    found = paired_coverage(*pairs(), n)
    assert 93 <= found.ours <= 97, found


@pytest.mark.parametrize("n", [50, 500])
def test_the_interval_of_a_paired_difference_of_rates(n: int) -> None:
    found = paired_coverage(*paired_rates(), n, evaluations=600)
    assert found.method == "Newcombe" and 93 <= found.ours <= 97, found


def test_answers_alike_within_groups_are_not_taken_for_independent() -> None:
    naive, ours = naive_and_ours(600)
    assert 93 <= ours.ours <= 97 and naive.ours < 70, f"groups resampled: {ours.ours:.1f}%; groups ignored: {naive.ours:.1f}%"


@pytest.mark.parametrize("n", [50, 500])
def test_the_paired_test_gives_false_alarms_no_more_often_than_it_says(n: int) -> None:
    assert false_alarms(n) <= 5.5


def test_the_paired_test_of_answers_alike_within_groups() -> None:
    ours, naive = false_alarms(500, 10), false_alarms(500, 10, grouped=False, evaluations=400)
    assert ours <= 5.5 and naive > 20, f"groups swapped whole: {ours:.1f}%; groups ignored: {naive:.1f}%"
