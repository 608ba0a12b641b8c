"""Intervals of percentiles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import quantile_test

from evalsuite.stats.quantiles import _weighted, grouped_interval, needed, order_interval


@pytest.mark.parametrize(("percent", "n"), [(50, 6), (95, 72), (99, 368)])
def test_how_many_samples_an_interval_needs(percent: int, n: int) -> None:
    samples = list(range(n))
    assert needed(percent) == n
    assert order_interval(samples, percent) is not None
    assert order_interval(samples[1:], percent) is None


@pytest.mark.parametrize(("percent", "n"), [(50, 6), (50, 24), (50, 101), (95, 72), (95, 300), (99, 400), (99, 5000)])
def test_order_statistics_are_those_of_scipy(percent: int, n: int) -> None:
    samples = np.random.default_rng(n).gamma(2, 50, n)
    theirs = quantile_test(samples, p=percent / 100).confidence_interval(0.95)
    assert order_interval(list(samples), percent) == pytest.approx((theirs.low, theirs.high))


def test_a_median_of_ten_lies_between_the_second_and_the_ninth() -> None:
    """P(B <= 1) = 11/1024 = 0.011 for B of ten fair coins, P(B <= 2) = 0.055: a table of any textbook."""
    assert order_interval([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 50) == (2, 9)


def test_it_holds_the_percentile_as_often_as_it_says() -> None:
    generator = np.random.default_rng(1)
    held = 0
    for _ in range(1000):
        low, high = order_interval(list(generator.exponential(1, 100)), 95) or (0, 0)
        held += low <= -np.log(0.05) <= high
    assert held >= 940


def test_equal_samples_leave_no_doubt() -> None:
    assert order_interval([3.0] * 10, 50) == (3.0, 3.0)
    assert grouped_interval([[3.0, 3.0], [3.0]], 95) == (3.0, 3.0)


def test_a_resample_has_the_percentile_that_numpy_gives_it() -> None:
    values = np.array([1.0, 2.0, 5.0, 9.0])
    times = np.array([0, 3, 1, 2])
    for percent in (0, 10, 50, 95, 99, 100):
        assert _weighted(values, times, percent) == pytest.approx(np.percentile(np.repeat(values, times), percent))


def test_samples_that_belong_together_say_less_than_independent_ones() -> None:
    """Twenty answers, each with a pace of its own: fifty gaps of one answer are no fifty witnesses."""
    generator = np.random.default_rng(2)
    groups = [list(generator.normal(pace, 0.1, 50)) for pace in generator.normal(10, 2, 20)]
    low, high = grouped_interval(groups, 50)
    apart = order_interval([gap for group in groups for gap in group], 50)
    assert apart is not None
    assert high - low > 3 * (apart[1] - apart[0])


def test_the_same_seed_draws_the_same() -> None:
    groups = [[1.0, 2.0], [3.0], [], [4.0, 8.0, 9.0]]
    assert grouped_interval(groups, 50, seed=5) == grouped_interval(groups, 50, seed=5)
