"""Whether two sets of answers to the same questions differ beyond chance, and what many such tests at once are worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from evalsuite.stats.bootstrap import CHUNK, group_sums

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

TOLERANCE = 1e-12
"""Sums of the same numbers in another order are no other numbers."""

SMALLEST_SEEN = 1.959964 + 0.841621
"""Standard errors of the difference that a two-sided test at 5% finds four times of five: the two normal quantiles."""


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
    as_far = 0
    for start in range(0, permutations, rows):
        swapped = generator.integers(0, 2, size=(min(rows, permutations - start), len(gain))) @ gain
        apart = np.abs(combine(new.sum(axis=0) - swapped) - combine(old.sum(axis=0) + swapped))
        as_far += int((apart >= observed - TOLERANCE).sum())
    return (as_far + 1) / (permutations + 1)


def mcnemar_p(gained: int, lost: int) -> float:
    """The exact two-sided McNemar test (1947) of answers that are right or wrong.

    Args:
        gained: Wrong before, right after.
        lost: Right before, wrong after.

    Returns:
        How often a fair coin, tossed once for each of them, falls as unevenly or more.
    """
    n = gained + lost
    tail = sum(math.comb(n, k) for k in range(min(gained, lost) + 1))
    return min(1.0, float(2 * tail / 2**n)) if n else 1.0


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's (1979) adjusted p-values: below 0.05 for any of them only 5 times of 100 where none of the effects is there."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda pair: (pair[1], pair[0]))):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}
