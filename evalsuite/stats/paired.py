"""Whether two sets of answers to the same questions differ beyond chance, and what many such tests at once are worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

from evalsuite.stats.bootstrap import CHUNK, group_sums
from evalsuite.stats.wilson import wilson_interval

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

TOLERANCE = 1e-12
"""Of a difference's size: sums of the same numbers in another order are no other numbers."""


def as_far(found: float, drawn: Array) -> int:
    """How many of the drawn statistics, `(permutations,)`, lie at least as far out as the one that was found.

    What is no number counts against a finding.
    """
    return int((~(drawn < found - TOLERANCE * max(1.0, abs(found)))).sum())


def randomization_p(before: Array, after: Array, groups: Sequence[str], combine: Callable[[Array], Array], permutations: int, seed: int) -> float:
    """The paired approximate randomization test (Noreen 1989), two-sided, whole groups swapped.

    If it made no difference who answered, every group of answers could as well stand on the other side.

    Args:
        before: Sufficient statistics of one side's answers, `(answers, k)`.
        after: Those of the other side's to the same questions.
        groups: The group of each question.
        combine: The figure from summed statistics, `(..., k)` to `(...)`.
        permutations: Random choices of who is swapped.
        seed: Of those choices.

    Returns:
        p = (c + 1) / (permutations + 1), where c of them differ at least as much as the two sides do.
    """
    import numpy as np

    old, new = group_sums(before, groups), group_sums(after, groups)
    gain = new - old
    observed = abs(float(combine(new.sum(axis=0)) - combine(old.sum(axis=0))))
    generator = np.random.Generator(np.random.PCG64(seed))
    rows = max(1, CHUNK // len(gain))
    further = 0
    for start in range(0, permutations, rows):
        swapped = generator.integers(0, 2, size=(min(rows, permutations - start), len(gain))) @ gain
        further += as_far(observed, np.abs(combine(new.sum(axis=0) - swapped) - combine(old.sum(axis=0) + swapped)))
    return (further + 1) / (permutations + 1)


def mcnemar_p(gained: int, lost: int) -> float:
    """The exact two-sided McNemar test (1947) of answers that are right or wrong.

    Args:
        gained: Wrong before, right after.
        lost: Right before, wrong after.

    Returns:
        How often a fair coin, tossed once for each of them, falls as unevenly or more.
    """
    from scipy.stats import binomtest

    return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def newcombe_interval(both: float, lost: float, gained: float, neither: float) -> tuple[float, float]:
    """The 95% interval of the difference of two rates of the same questions, after minus before (Newcombe 1998, method 10).

    Unlike the bootstrap it does not shrink to a point where nothing, or everything, has changed.

    Args:
        both: Right before and after.
        lost: Right before alone.
        gained: Right after alone.
        neither: Right in neither.
    """
    n = both + lost + gained + neither
    before, after = (both + lost) / n, (both + gained) / n
    (low_before, high_before), (low_after, high_after) = wilson_interval(both + lost, n), wilson_interval(both + gained, n)
    margins = (both + lost) * (gained + neither) * (both + gained) * (lost + neither)
    alike = both * neither - lost * gained
    # Newcombe's correction: where answers are alike by little, they are taken not to be.
    phi = (max(alike - n / 2, 0.0) if alike > 0 else alike) / math.sqrt(margins) if margins else 0.0

    def reach(one: float, other: float) -> float:
        return math.sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))

    gap = after - before
    return gap - reach(after - low_after, high_before - before), gap + reach(high_after - after, before - low_before)


def standard_errors_seen(tests: int) -> float:
    """Standard errors of a difference that is found four times of five where the least of so many p is below 0.05 after Holm."""
    normal = NormalDist()
    return normal.inv_cdf(1 - 0.05 / (2 * max(1, tests))) + normal.inv_cdf(0.8)


def joined_groups(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Groups of questions that either of two groupings joins, named by their first question's place."""
    parent = list(range(len(one)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for grouping in (one, other):
        first: dict[str, int] = {}
        for place, group in enumerate(grouping):
            here, there = root(place), root(first.setdefault(group, place))
            parent[max(here, there)] = min(here, there)
    return [str(root(place)) for place in range(len(one))]


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's (1979) adjusted p-values: below 0.05 for any of them only 5 times of 100 where none of the effects is there."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda pair: (pair[1], pair[0]))):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}
