"""Intervals against brute force and published values."""

from __future__ import annotations

import numpy as np
import pytest

from evalsuite.figures import differences, figures_of, figures_of_each
from evalsuite.metrics.exact_match import EXACT_MATCH
from evalsuite.metrics.f1 import F1
from evalsuite.metrics.metric import applies, scored
from evalsuite.metrics.registry import TEXT
from evalsuite.stats import bootstrap
from evalsuite.stats.bootstrap import draws, group_sums, percentile_interval, resampled_sums
from evalsuite.stats.wilson import wilson_interval
from tests.evalsuite.world import prediction

GROUPS = ["a", "b", "a", "c", "c", "c", "d"]


def test_groups_are_summed_in_order_of_appearance() -> None:
    sums = group_sums(np.arange(14.0).reshape(7, 2), GROUPS)
    assert sums.tolist() == [[4, 6], [2, 3], [24, 27], [12, 13]]


def test_whole_groups_are_resampled_as_a_plain_loop_does() -> None:
    statistics = np.random.default_rng(1).random((7, 3))
    (fast,) = resampled_sums([statistics], GROUPS, resamples=50, seed=9)
    names = list(dict.fromkeys(GROUPS))
    generator = np.random.Generator(np.random.PCG64(9))
    for row in fast:
        picked = [names[number] for number in generator.integers(0, len(names), size=len(names))]
        members = [at for name in picked for at, group in enumerate(GROUPS) if group == name]
        assert row == pytest.approx(statistics[members].sum(axis=0))


def test_the_size_of_chunks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    statistics = np.random.default_rng(2).random((7, 2))
    (whole,) = resampled_sums([statistics], GROUPS, 30, seed=4)
    monkeypatch.setattr(bootstrap, "CHUNK", 5)
    assert resampled_sums([statistics], GROUPS, 30, seed=4)[0] == pytest.approx(whole)


def test_every_resample_has_as_many_groups_as_there_are() -> None:
    drawn = np.concatenate(list(draws(4, 25, seed=0)))
    assert drawn.shape == (25, 4)
    assert (drawn.sum(axis=1) == 4).all()
    assert not np.array_equal(drawn, np.concatenate(list(draws(4, 25, seed=1))))


def test_the_interval_of_a_mean_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(0).normal(0.5, 0.1, 400)
    figure = figures_of([F1], {"f1": scored(list(values))}, [str(number) for number in range(400)], 10_000, seed=0).figures["f1"]
    assert figure.ci95 is not None
    # 2 * 1.96 * 0.1 / sqrt(400) = 0.0196
    assert figure.ci95[1] - figure.ci95[0] == pytest.approx(0.0196, rel=0.1)


def test_answers_of_one_group_are_not_counted_as_many() -> None:
    scores = scored([1.0] * 50 + [0.0] * 50)
    alone = figures_of([F1], {"f1": scores}, [str(number) for number in range(100)], 2000, 0).figures["f1"]
    grouped = figures_of([F1], {"f1": scores}, [str(number // 10) for number in range(100)], 2000, 0).figures["f1"]
    assert alone.ci95 and grouped.ci95
    assert grouped.ci95[1] - grouped.ci95[0] > 2.5 * (alone.ci95[1] - alone.ci95[0])
    assert grouped.interval_method == "BCa bootstrap and Student's t over 10 groups"


def test_one_group_has_no_interval_and_says_why() -> None:
    figure = figures_of([F1], {"f1": scored([0.2, 0.4])}, ["a", "a"], 100, 0).figures["f1"]
    assert (figure.value, figure.ci95) == (pytest.approx(0.3), None)
    assert figure.reason and "two independent groups" in figure.reason


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_no_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one answer"):
        wilson_interval(0, 0)


def test_a_rate_has_wilsons_interval_where_answers_are_independent() -> None:
    scores = {"exact_match": scored([1.0] * 81 + [0.0] * 182)}
    alone = figures_of([EXACT_MATCH], scores, [str(number) for number in range(263)], 500, 0).figures["exact_match"]
    assert alone.interval_method == "Wilson"
    assert alone.ci95 == pytest.approx((0.2553, 0.3662), abs=5e-5)
    grouped = figures_of([EXACT_MATCH], scores, [str(number // 2) for number in range(263)], 500, 0).figures["exact_match"]
    assert grouped.interval_method == "BCa bootstrap and Student's t over 132 groups"


def test_a_rate_of_nothing_in_groups_is_not_claimed_to_be_certain() -> None:
    figure = figures_of([EXACT_MATCH], {"exact_match": scored([0.0] * 40)}, [str(number // 2) for number in range(40)], 500, 0).figures["exact_match"]
    assert figure.interval_method == "Wilson over 20 groups"
    assert figure.ci95 == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_one_hit_more_never_makes_a_high_rate_less_likely() -> None:
    """Resamples of one hit in seven groups would say less than those of none; a gate on the interval would then reward the hit."""
    groups = [str(number // 6) for number in range(42)]
    ends = []
    for hits in range(43):
        scores = {"exact_match": scored([1.0] * hits + [0.0] * (42 - hits))}
        ends.append(figures_of([EXACT_MATCH], scores, groups, 500, 0).figures["exact_match"].ci95)
    assert all(end is not None for end in ends)
    assert ends[0] == pytest.approx(wilson_interval(0, 7)) and ends[42] == pytest.approx(wilson_interval(7, 7))
    lows, highs = zip(*ends, strict=True)
    assert min(highs) >= wilson_interval(0, 7)[1] - 1e-9 and max(lows) <= wilson_interval(7, 7)[0] + 1e-9
    method = figures_of([EXACT_MATCH], {"exact_match": scored([1.0] + [0.0] * 41)}, groups, 500, 0).figures["exact_match"].interval_method
    assert method == "BCa bootstrap and Student's t over 7 groups, at least as wide as Wilson's for none or all of them"


def test_a_difference_between_answers_that_are_all_alike_is_not_claimed_to_be_certain() -> None:
    groups = [str(number) for number in range(20)]
    none = figures_of([F1], {"f1": scored([0.0] * 20)}, groups, 500, 0)
    difference = differences(none, none)["f1"]
    assert (difference.value, difference.ci95) == (0.0, None)
    assert difference.reason and "score alike" in difference.reason


def test_a_difference_is_taken_in_pairs() -> None:
    hard = np.random.default_rng(3).random(200)
    groups = [str(number) for number in range(200)]
    base = figures_of([F1], {"f1": scored(list(hard * 0.9))}, groups, 2000, 0)
    target = figures_of([F1], {"f1": scored(list(hard * 0.9 + 0.1))}, groups, 2000, 0)
    difference = differences(target, base)["f1"]
    # Each answer gained the same: what makes questions hard cancels out, whatever the intervals of the two say.
    assert difference.value == pytest.approx(0.1)
    assert difference.ci95 == pytest.approx((0.1, 0.1))
    assert target.figures["f1"].ci95 and target.figures["f1"].ci95[1] - target.figures["f1"].ci95[0] > 0.05


def test_all_metrics_share_one_set_of_draws() -> None:
    predictions = [prediction("a b c d e"[: 2 * number + 1], "a b c d e", name=str(number)) for number in range(5)]
    metrics = list(TEXT.values())
    statistics = {metric.name: metric.statistics(predictions) for metric in metrics}
    groups = [each.group for each in predictions]
    together = figures_of(metrics, statistics, groups, 300, 0).figures
    for metric in metrics:
        assert figures_of([metric], statistics, groups, 300, 0).figures[metric.name] == together[metric.name]
        assert together[metric.name].n == applies(statistics[metric.name]).sum()


def test_several_sets_of_statistics_side_by_side_get_the_figures_that_each_gets_alone() -> None:
    groups = [str(number // 2) for number in range(60)]
    metrics = [F1, EXACT_MATCH]
    chance = np.random.default_rng(8)
    samples = [{"f1": scored(list(chance.random(60)))}, {}, {"exact_match": scored([float(n % 3 == 0) for n in range(60)])}]
    together = figures_of_each([(metrics, each) for each in samples], groups, 400, 2)
    assert [list(each.figures) for each in together] == [["f1"], [], ["exact_match"]]
    for sample, found in zip(samples, together, strict=True):
        alone = figures_of(metrics, sample, groups, 400, 2)
        assert alone.figures == found.figures
        assert all(np.array_equal(found.draws[name], drawn) for name, drawn in alone.draws.items())


@pytest.mark.parametrize(("chunk", "counted"), [(1, 1), (40, 40), (55, 20), (10_000, 10_000)])
def test_how_many_draws_are_held_and_counted_at_once_changes_none_of_them(monkeypatch: pytest.MonkeyPatch, chunk: int, counted: int) -> None:
    whole = np.concatenate(list(draws(11, 37, seed=5)))
    monkeypatch.setattr(bootstrap, "CHUNK", chunk)
    monkeypatch.setattr(bootstrap, "COUNTED", counted)
    assert np.array_equal(np.concatenate(list(draws(11, 37, seed=5))), whole)
    assert (whole.sum(axis=1) == 11).all()


def test_the_interval_is_the_middle_95_percent() -> None:
    assert percentile_interval(np.arange(1001.0)) == pytest.approx((25, 975))
