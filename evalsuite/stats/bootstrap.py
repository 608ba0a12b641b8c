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
COUNTED = 100_000
"""Draws counted at a time: few enough that the counts stay in the processor's cache."""


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
    rows, few = max(1, CHUNK // groups), max(1, COUNTED // groups)
    for start in range(0, resamples, rows):
        chunk = np.empty((min(rows, resamples - start), groups))
        for first in range(0, len(chunk), few):
            part = chunk[first : first + few]
            drawn = generator.integers(0, groups, size=part.shape)
            drawn += (np.arange(len(part)) * groups)[:, None]
            part[:] = np.bincount(drawn.ravel(), minlength=part.size).reshape(part.shape)
        yield chunk


def resampled_sums(tables: Sequence[Array], groups: Sequence[str], resamples: int, seed: int) -> list[Array]:
    """The summed statistics of each resample, `(resamples, k)`, from each table of the same answers, `(answers, k)`."""
    import numpy as np

    sums = [group_sums(statistics, groups) for statistics in tables]
    by_chunk = [[weights @ each for each in sums] for weights in draws(len(set(groups)), resamples, seed)]
    return [np.concatenate(chunks) for chunks in zip(*by_chunk, strict=True)]


def percentile_interval(values: Array, confidence: float = 0.95) -> tuple[float, float]:
    """The middle part of resampled values."""
    import numpy as np

    tail = 50 * (1 - confidence)
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)
