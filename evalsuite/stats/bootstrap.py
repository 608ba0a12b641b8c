"""The percentile bootstrap (Efron 1979) over sufficient statistics, whole groups resampled.

A resample draws as many groups as there are, with replacement, and sums their statistics. All metrics
share the same draws, and so do two evaluations of the same examples with the same seed: the difference of
their resampled figures is a paired bootstrap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

CHUNK = 2_000_000
"""Draws held at once: some 50 MiB, however many resamples and groups there are."""


def group_sums(statistics: Array, groups: Sequence[str]) -> Array:
    """Statistics summed within each group, in the order in which groups first appear: `(groups, k)`."""
    import numpy as np

    numbers: dict[str, int] = {}
    places = np.asarray([numbers.setdefault(group, len(numbers)) for group in groups])
    sums = np.zeros((len(numbers), statistics.shape[1]))
    np.add.at(sums, places, statistics)
    return sums


def draws(groups: int, resamples: int, seed: int) -> Iterator[Array]:
    """How often each group is in each resample, chunk by chunk: `(resamples in the chunk, groups)`.

    The draws depend on the number of groups, the number of resamples and the seed alone.
    """
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(seed))
    rows = max(1, CHUNK // groups)
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        drawn = generator.integers(0, groups, size=(count, groups))
        drawn += (np.arange(count) * groups)[:, None]
        yield np.bincount(drawn.ravel(), minlength=count * groups).reshape(count, groups).astype(np.float64)


def resampled_sums(statistics: Array, groups: Sequence[str], resamples: int, seed: int) -> Array:
    """The summed statistics of each resample: `(resamples, k)`."""
    import numpy as np

    sums = group_sums(statistics, groups)
    return np.concatenate([weights @ sums for weights in draws(len(sums), resamples, seed)])


def percentile_interval(values: Array, confidence: float = 0.95) -> tuple[float, float]:
    """The middle part of resampled values."""
    import numpy as np

    tail = 50 * (1 - confidence)
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)
