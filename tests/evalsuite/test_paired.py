"""Paired tests against theory, against enumeration, and by simulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics.metric import mean, scored
from evalsuite.stats.paired import holm, joined_groups, mcnemar_p, newcombe_interval, randomization_p, standard_errors_seen


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


def test_what_is_no_number_proves_nothing() -> None:
    assert randomization_p(scored([float("nan"), 1.0]), scored([1.0, 1.0]), names(2), mean, 99, seed=0) == 1.0


def test_large_values_keep_their_mirror_images() -> None:
    """Five questions: 2 of 32 choices are as far apart, whatever the unit."""
    for unit in (1.0, 1e5, 1e7):
        before, after = np.array([0.11, 0.23, 0.31, 0.07, 0.53]) * unit, np.array([0.91, 0.83, 0.77, 0.69, 0.97]) * unit
        assert randomization_p(scored(list(before)), scored(list(after)), names(5), mean, 20_000, seed=2) == pytest.approx(2 / 32, abs=0.006)


@pytest.mark.parametrize(("n", "before", "gain", "loss"), [(30, 0.5, 0.1, 0.1), (50, 0.9, 0.05, 0.1), (100, 0.2, 0.1, 0.02)])
def test_newcombes_interval_covers_what_it_says(n: int, before: float, gain: float, loss: float) -> None:
    """In 2,000 simulated evaluations, allowing for what Newcombe himself finds: 93 to 98%."""
    shares = [before - loss, loss, gain, 1 - before - gain]
    tables = np.random.default_rng(n).multinomial(n, shares, size=2000)
    covered = np.mean([low <= gain - loss <= high for low, high in (newcombe_interval(*map(float, table)) for table in tables)])
    assert 0.93 <= covered <= 0.985


def test_newcombes_interval_is_no_point_where_nothing_changed() -> None:
    low, high = newcombe_interval(0, 0, 0, 40)
    assert low == pytest.approx(-high) and 0.08 < high < 0.1
    forth, back = newcombe_interval(10, 2, 8, 20), newcombe_interval(10, 8, 2, 20)
    assert forth == pytest.approx((-back[1], -back[0]))


def test_groups_of_two_groupings_are_joined() -> None:
    assert joined_groups(["a", "a", "b", "c", "d"], ["1", "2", "2", "3", "4"]) == ["0", "0", "0", "3", "4"]


def test_more_tests_ask_for_more() -> None:
    assert standard_errors_seen(1) == pytest.approx(2.8016, abs=1e-3) and standard_errors_seen(10) > 3.6


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
