"""Simulated evaluations whose truth is known: how often intervals hold it, and how often tests find what is not there.

Everything is asked of the product's own functions; only the answers are invented.
`python -m tests.evalsuite.coverage` prints the table of docs/statistics.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from evalsuite.figures import differences, figures_of, figures_of_each
from evalsuite.metrics.bleu import BLEU
from evalsuite.metrics.exact_match import EXACT_MATCH
from evalsuite.metrics.f1 import F1
from evalsuite.metrics.metric import Metric, mean
from evalsuite.record.figure import Figure
from evalsuite.stats.bootstrap import percentile_interval
from evalsuite.stats.paired import randomization_p

EVALUATIONS = 2_000
AT_ONCE = 100
"""Evaluations that share a seed, and so the draws: they are resampled in one product."""
RESAMPLES = 1_000

Chance: TypeAlias = np.random.Generator
Array: TypeAlias = NDArray[np.float64]
Invent = Callable[[Chance, int], Array]
"""Statistics of so many answers, `(answers, k)`."""


@dataclass(frozen=True)
class Covered:
    """How many of 100 intervals hold the truth.

    Attributes:
        ours: The product's intervals.
        percentile: The plain percentile bootstrap's; None where it was not asked for, or the product uses a formula.
        method: As the product calls its own.
    """

    ours: float
    percentile: float | None
    method: str


def scores(values: Array) -> Array:
    return np.stack([values, np.ones(len(values))], axis=1)


def skewed(zeros: float, chance: Chance, n: int) -> Array:
    """Token F1 as small models get it: many answers share no word with the reference, the others mostly few."""
    return np.where(chance.random(n) < zeros, 0.0, chance.beta(1.5, 3.0, n))


def f1(zeros: float) -> tuple[Metric, Invent, float]:
    return F1, lambda chance, n: scores(skewed(zeros, chance, n)), (1 - zeros) / 3


def toxicity() -> tuple[Metric, Invent, float]:
    """Nearly all answers near 0, a few near 1: the hardest mean that is measured here."""
    return F1, lambda chance, n: scores(chance.beta(0.1, 3.0, n)), 0.1 / 3.1


def rate(p: float) -> tuple[Metric, Invent, float]:
    return EXACT_MATCH, lambda chance, n: scores((chance.random(n) < p).astype(float)), p


def bleu() -> tuple[Metric, Invent, float]:
    """Sentences whose n-grams match by the answer's own luck; the truth is BLEU over very many of them."""

    def invent(chance: Chance, n: int) -> Array:
        said = chance.integers(6, 30, n)
        counted = np.maximum(said[:, None] - np.arange(4), 0)
        luck = chance.beta(2.0, 3.0, n)
        matched = [chance.binomial(counted[:, 0], 0.2 + 0.7 * luck)]
        for order in range(1, 4):
            matched.append(chance.binomial(np.minimum(matched[-1], counted[:, order]), 0.3 + 0.6 * luck))
        return np.column_stack([said, chance.integers(8, 30, n), *matched, counted]).astype(float)

    return BLEU, invent, float(BLEU.combine(invent(np.random.default_rng(99), 500_000).sum(axis=0)))


def part_of(share: float) -> tuple[Metric, Invent, float]:
    """A mean over the answers that the metric applies to."""

    def invent(chance: Chance, n: int) -> Array:
        return scores(skewed(0.3, chance, n)) * (chance.random(n) < share)[:, None]

    return F1, invent, 0.7 / 3


def alike(size: int) -> tuple[Metric, Invent, float]:
    """Answers that share most of their luck with the others of their group: a correlation of about 0.8 within groups."""

    def invent(chance: Chance, n: int) -> Array:
        return scores(np.clip(np.repeat(chance.beta(1.2, 2.4, n // size), size) + chance.normal(0, 0.1, n), -1, 2))

    # Noise is symmetric and clipped nowhere near: the mean is the groups'.
    return replace(F1, low=-1.0, high=2.0), invent, 1 / 3


def coverage(
    case: tuple[Metric, Invent, float], n: int, groups: Sequence[str] | None = None, evaluations: int = EVALUATIONS, beside: bool = False
) -> Covered:
    """How often the product's interval of a figure holds the truth; `beside` it how often the plain percentile bootstrap's does."""
    metric, invent, truth = case
    chance = np.random.default_rng(n)
    named = [str(place) for place in range(n)] if groups is None else groups
    found: list[Figure] = []
    plain: list[tuple[float, float]] = []
    for seed in range(evaluations // AT_ONCE):
        metrics = [replace(metric, name=str(number)) for number in range(AT_ONCE)]
        resampled = figures_of(metrics, {each.name: invent(chance, n) for each in metrics}, named, RESAMPLES, seed)
        found += resampled.figures.values()
        plain += [percentile_interval(drawn[np.isfinite(drawn)]) for drawn in resampled.draws.values()] if beside else []
    method = str(found[0].interval_method)
    return Covered(share_of(found, truth), held(plain, truth) if plain and method != "Wilson" else None, method)


def paired_coverage(
    before: Invent, after: Invent, metric: Metric, truth: float, n: int, evaluations: int = EVALUATIONS, beside: bool = False
) -> Covered:
    """How often the interval of a paired difference holds the truth; `after` gets the same chance as `before`, anew."""
    groups = [str(place) for place in range(n)]
    found: list[Figure] = []
    plain: list[tuple[float, float]] = []
    for seed in range(evaluations // AT_ONCE):
        metrics = [replace(metric, name=str(number)) for number in range(AT_ONCE)]
        chances = [[seed, number, n] for number in range(AT_ONCE)]
        sides = [
            {each.name: invent(np.random.default_rng(chance), n) for each, chance in zip(metrics, chances, strict=True)} for invent in (before, after)
        ]
        old, new = figures_of_each([(metrics, side) for side in sides], groups, RESAMPLES, seed)
        found += differences(new, old).values()
        plain += [percentile_interval(new.draws[each.name] - old.draws[each.name]) for each in metrics] if beside else []
    method = str(found[0].interval_method)
    return Covered(share_of(found, truth), held(plain, truth) if plain and method != "Newcombe" else None, method)


def pairs() -> tuple[Invent, Invent, Metric, float]:
    """Two trainings: hard questions are hard for both, each answer has luck of its own, and one gains a little."""

    def side(luck: int, gain: float) -> Invent:
        def invent(chance: Chance, n: int) -> Array:
            hard = skewed(0.3, chance, n)
            own = chance.beta(1.5, 3.0, (2, n))[luck]
            again = chance.random((2, n))[luck] < 0.4
            return scores(np.where(again, own, hard) * (1 - gain) + gain * (hard > 0))

        return invent

    # Of a side: 0.4 · 1/3 + 0.6 · 0.7/3, less a tenth of that, plus a tenth of the 0.7 that share a word.
    whole = 0.4 / 3 + 0.6 * 0.7 / 3
    return side(0, 0.0), side(1, 0.1), F1, -0.1 * whole + 0.1 * 0.7


def few_changed() -> tuple[Invent, Invent, Metric, float]:
    """Only 15 answers of 100 are others than before, no better and no worse: most differences are 0."""

    def old(chance: Chance, n: int) -> Array:
        return scores(skewed(0.3, chance, n))

    def new(chance: Chance, n: int) -> Array:
        before = skewed(0.3, chance, n)
        return scores(np.where(chance.random(n) < 0.15, skewed(0.3, chance, n), before))

    return old, new, F1, 0.0


def paired_rates() -> tuple[Invent, Invent, Metric, float]:
    """Of 100 answers 10 become right and 5 wrong."""

    def side(after: bool) -> Invent:
        def invent(chance: Chance, n: int) -> Array:
            at = chance.random(n)
            return scores(((at < 0.45) if not after else (at >= 0.05) & (at < 0.55)).astype(float))

        return invent

    return side(False), side(True), EXACT_MATCH, 0.05


def false_alarms(n: int, size: int = 1, grouped: bool = True, evaluations: int = EVALUATIONS, permutations: int = 199) -> float:
    """How many of 100 tests find p of 0.05 or less between two that are equally good."""
    chance = np.random.default_rng([n, size])
    groups = [str(place // size if grouped else place) for place in range(n)]
    alarms = 0
    for trial in range(evaluations):
        hard = skewed(0.3, chance, n)
        luck = np.repeat(chance.normal(0, 0.2, (2, n // size)), size, axis=1) + chance.normal(0, 0.05, (2, n))
        before, after = (scores(hard + each) for each in luck)
        alarms += randomization_p(before, after, groups, mean, permutations, trial) <= 0.05
    return 100 * alarms / evaluations


def share_of(figures: Sequence[Figure], truth: float) -> float:
    return held([figure.ci95 or (np.nan, np.nan) for figure in figures], truth)


def held(intervals: Sequence[tuple[float, float]], truth: float) -> float:
    return 100 * float(np.mean([low <= truth <= high for low, high in intervals]))


def naive_and_ours(evaluations: int = EVALUATIONS) -> tuple[Covered, Covered]:
    """500 answers in 50 groups: groups ignored, and groups resampled."""
    grouped = [str(place // 10) for place in range(500)]
    return coverage(alike(10), 500, None, evaluations, True), coverage(alike(10), 500, grouped, evaluations, True)


def rows() -> Iterator[tuple[str, str, Covered]]:
    """What is measured, over how many answers, and what came out."""
    for n in (20, 50, 500):
        yield "mean, 30% of the scores 0", str(n), coverage(f1(0.3), n, beside=True)
        yield "mean, 60% of the scores 0", str(n), coverage(f1(0.6), n, beside=True)
        yield "mean, nearly all near 0 (toxicity)", str(n), coverage(toxicity(), n, beside=True)
        for p in (0.1, 0.5, 0.9):
            yield f"rate of {p:g}", str(n), coverage(rate(p), n)
        yield "BLEU", str(n), coverage(bleu(), n, beside=True)
        yield "mean that applies to 4 answers of 10", str(n), coverage(part_of(0.4), n, beside=True)
        yield "paired difference of means", str(n), paired_coverage(*pairs(), n, beside=True)
        yield "paired difference of means, 15% of the answers changed", str(n), paired_coverage(*few_changed(), n, beside=True)
        yield "paired difference of rates", str(n), paired_coverage(*paired_rates(), n)
    naive, ours = naive_and_ours()
    yield "mean of answers alike within groups", "500 in 50 groups", ours
    yield "the same, groups ignored", "500", naive
    for count in (7, 10, 20):
        grouped = [str(place // 10) for place in range(10 * count)]
        yield "mean of answers alike within groups", f"{10 * count} in {count} groups", coverage(alike(10), 10 * count, grouped, beside=True)


def main() -> None:
    started = time.perf_counter()
    print("| figure | answers | 95% interval | holds the truth | plain percentile bootstrap |\n|---|---|---|---|---|")
    for what, n, covered in rows():
        plain = "" if covered.percentile is None else f"{covered.percentile:.1f}%"
        print(f"| {what} | {n} | {covered.method} | {covered.ours:.1f}% | {plain} |", flush=True)
    print("\n| paired randomization test of two that are equally good | answers | p of 0.05 or less, of 10,000 |\n|---|---|---|")
    for n, size, grouped in ((50, 1, True), (500, 1, True), (500, 10, True), (500, 10, False)):
        said = f"{n}" if size == 1 else f"{n} in {n // size} groups{'' if grouped else ', groups ignored'}"
        print(
            f"| {'answers on their own' if size == 1 else 'answers alike within groups'} | {said} | {false_alarms(n, size, grouped, 10_000):.1f}% |",
            flush=True,
        )
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
