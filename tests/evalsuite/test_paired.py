"""Paired tests against theory, against enumeration, and by simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics.metric import mean, scored
from evalsuite.stats.paired import holm, mcnemar_p, randomization_p


def names(n: int) -> list[str]:
    return [str(number) for number in range(n)]


def test_randomization_comes_near_to_trying_every_choice() -> None:
    """With eight questions there are 256 choices of who is swapped."""
    generator = np.random.default_rng(3)
    before, after = generator.random(8), generator.random(8) + 0.2
    gaps = after - before
    all_choices = [abs(np.mean(gaps * signs)) for signs in itertools.product((-1, 1), repeat=8)]
    exact = np.mean([each >= abs(gaps.mean()) - 1e-12 for each in all_choices])
    p = randomization_p(scored(list(before)), scored(list(after)), names(8), mean, 20_000, seed=1)
    assert p == pytest.approx(exact, abs=0.012)


def test_the_same_answers_differ_by_chance_alone() -> None:
    same = scored([0.1, 0.9, 0.4])
    assert randomization_p(same, same, names(3), mean, 200, seed=0) == 1.0


def test_no_p_is_zero() -> None:
    p = randomization_p(scored([0.0] * 60), scored([1.0] * 60), names(60), mean, 999, seed=0)
    assert p == pytest.approx(1 / 1000)


def false_alarms(cluster: int, grouped: bool) -> float:
    """How often p is below 0.05 where two systems are equally good, and the answers of a group fare alike."""
    generator = np.random.default_rng(cluster)
    alarms = 0
    for trial in range(400):
        luck = np.repeat(generator.normal(size=(2, 40)), cluster, axis=1)
        before, after = (scored(list(row)) for row in luck + generator.normal(size=(2, 40 * cluster)) * 0.3)
        groups = [str(place // cluster) if grouped else str(place) for place in range(40 * cluster)]
        alarms += randomization_p(before, after, groups, mean, 199, seed=trial) <= 0.05
    return alarms / 400


def test_it_gives_no_more_false_alarms_than_it_says() -> None:
    """5% of 400 trials, with three standard errors."""
    assert false_alarms(1, grouped=True) < 0.083


def test_answers_that_fare_alike_are_not_taken_for_many() -> None:
    assert false_alarms(5, grouped=True) < 0.083
    assert false_alarms(5, grouped=False) > 0.2, "the naive way is wrong, or this shows nothing"


@pytest.mark.parametrize(
    # Two-sided binomial tests with a fair coin, by hand: 2 * (1 + 10) / 2^10, and so on.
    ("gained", "lost", "p"),
    [(0, 0, 1.0), (1, 9, 22 / 1024), (9, 1, 22 / 1024), (0, 5, 2 / 32), (3, 3, 1.0), (2, 6, 2 * (1 + 8 + 28) / 256)],
)
def test_mcnemar_is_a_coin_that_is_counted(gained: int, lost: int, p: float) -> None:
    assert mcnemar_p(gained, lost) == pytest.approx(p)


def test_mcnemar_of_many() -> None:
    assert 0 < mcnemar_p(4000, 4400) < 0.001


def test_holm_by_hand() -> None:
    """0.01 x 4; 0.02 x 3; 0.03 x 2 = 0.06, as the one before; 0.5 x 1."""
    assert holm({"d": 0.5, "b": 0.02, "a": 0.01, "c": 0.03}) == pytest.approx({"d": 0.5, "b": 0.06, "a": 0.04, "c": 0.06})
    assert holm({}) == {}


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0, 1), max_size=8))
def test_holm_never_makes_anything_surer_and_keeps_the_order(p_values: dict[str, float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= adjusted[name] <= 1 for name, p in p_values.items())
    for one, other in itertools.combinations(p_values, 2):
        if p_values[one] < p_values[other]:
            assert adjusted[one] <= adjusted[other]
