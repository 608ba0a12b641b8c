"""Intervals of percentiles: by order statistics for independent samples, by resampled groups for those that belong together.

Order statistics (Hahn and Meeker 1991, section 5.2) assume no distribution: how many of n independent samples
lie below a percentile is binomial, so that two of the sorted samples hold it between them 19 times in 20.
Knows no requests and no times.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evalsuite.stats.bootstrap import percentile_interval

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

RESAMPLES = 1000
"""Of the groups. The ends of an interval of times need no more: their third digit is noise of the machine."""


def needed(percent: float, confidence: float = 0.95) -> int:
    """How many independent samples an interval of this percentile needs: with fewer, one of its ends lies beyond every sample.

    A whole sample may lie on one side of the percentile with probability `max(p, 1 - p) ** n`, which is not to
    exceed a tail.
    """
    tail = (1 - confidence) / 2
    share = percent / 100
    return math.ceil(math.log(tail) / math.log(max(share, 1 - share)))


def order_interval(samples: Sequence[float], percent: float, confidence: float = 0.95) -> tuple[float, float] | None:
    """The interval of a percentile of independent samples; None where there are too few.

    Args:
        samples: Independent, in any order.
        percent: Above 0 and below 100.
        confidence: At least so likely the interval holds the percentile; more, since it steps from sample to sample.
    """
    import numpy as np

    # The whole of scipy.stats, whose quantile_test says the same, takes a second to import.
    from scipy.special import bdtr

    n = len(samples)
    if n < needed(percent, confidence):
        return None
    tail = (1 - confidence) / 2
    below = bdtr(np.arange(n + 1), n, percent / 100)  # below[k]: at most k samples lie below the percentile
    # Ends as ranks from 1: fewer than `low` lie below it at most so likely, and `high` or more as well.
    low, high = int(np.searchsorted(below, tail, side="right")), int(np.searchsorted(below, 1 - tail)) + 1
    ordered = np.sort(np.asarray(samples, dtype=float))
    return float(ordered[low - 1]), float(ordered[high - 1])


def grouped_interval(groups: Sequence[Sequence[float]], percent: float, seed: int = 0, resamples: int = RESAMPLES) -> tuple[float, float]:
    """The interval of a percentile over all samples of groups, by a percentile bootstrap of whole groups.

    Args:
        groups: Samples that belong together, such as the gaps of one answer: `(groups, samples of each)`.
        percent: Of all samples together, by linear interpolation.
        seed: Of the draws.
        resamples: How many.
    """
    import numpy as np

    held = [np.asarray(group, dtype=float) for group in groups if len(group)]
    values = np.concatenate(held)
    order = np.argsort(values, kind="stable")
    ordered, owner = values[order], np.repeat(np.arange(len(held)), [len(group) for group in held])[order]
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = np.empty(resamples)
    for number in range(resamples):
        times = np.bincount(generator.integers(0, len(held), size=len(held)), minlength=len(held))
        drawn[number] = _weighted(ordered, times[owner], percent)
    return percentile_interval(drawn)


def _weighted(ordered: Array, times: Any, percent: float) -> float:
    """The percentile of sorted values of which each is there so many times, as `numpy.percentile` of all of them would give it."""
    import numpy as np

    until = np.cumsum(times)
    place = (int(until[-1]) - 1) * percent / 100
    rank = math.floor(place)
    low, high = ordered[np.searchsorted(until, [rank, min(rank + 1, int(until[-1]) - 1)], side="right")]
    return float(low + (high - low) * (place - rank))
