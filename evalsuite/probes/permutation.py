"""Permutation tests within blocks: whether it matters which of several things was said in one and the same place.

A block is a test example, asked once with each of several statements. If a statement makes no difference,
the answers of a block could as well have been given to each other's statements. Examples of one group are
not independent of each other, so that they are all permuted alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from evalsuite.stats.bootstrap import CHUNK, group_sums
from evalsuite.stats.paired import as_far

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

ALL = ""
"""Under this name a test tells of all sets together."""


def treated_alike_p(outcomes: Mapping[str, Array], groups: Sequence[str], permutations: int, seed: int) -> dict[str, float]:
    """Whether some statement of a set is treated otherwise than the rest of it, again and again.

    The statistic is that of a randomized block design: the sum over statements of the squared distance of
    their total from the mean total. Over all sets it is the sum of theirs.

    Args:
        outcomes: By set, what was measured of each example with each statement: `(examples, statements)`.
        groups: The group of each example.
        permutations: Random permutations of the statements within each group.
        seed: Of them.

    Returns:
        p by set, and under `ALL` that of all sets: (c + 1) / (permutations + 1), c of them at least as far apart as found.
    """
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(seed))
    found: dict[str, float] = {}
    together = np.zeros(permutations + 1)
    for name, values in outcomes.items():
        sums = group_sums(values, groups)
        drawn = [_apart(sums.sum(axis=0)[None])]
        rows = max(1, CHUNK // sums.size)
        for start in range(0, permutations, rows):
            shape = (min(rows, permutations - start), *sums.shape)
            order = generator.random(shape).argsort(axis=-1)
            drawn.append(_apart(np.take_along_axis(np.broadcast_to(sums, shape), order, axis=-1).sum(axis=1)))
        apart = np.concatenate(drawn)
        together += apart
        found[name] = _p(apart)
    found[ALL] = _p(together)
    return found


def further_apart_p(cosines: Mapping[str, Array], told: Mapping[str, int], groups: Sequence[str], permutations: int, seed: int) -> dict[str, float]:
    """Whether answers under the statements of a set lie further apart than under as many that say nothing; one-sided.

    The statistic is the mean cosine among neutral statements minus that among the set's. Which of both are
    called neutral is exchanged within each group.

    Args:
        cosines: By set, between the answers of each example: `(examples, statements, statements)`, the set's own
            statements first, the neutral ones behind them.
        told: By set, how many statements are its own.
        groups: The group of each example.
        permutations: Random choices of what counts as the set's own.
        seed: Of them.

    Returns:
        As `treated_alike_p`.
    """
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(seed))
    found: dict[str, float] = {}
    together = np.zeros(permutations + 1)
    for name, table in cosines.items():
        # The first choice is the one that was made.
        choices = list(combinations(range(table.shape[1]), told[name]))
        excess = np.stack([_likeness(table, _others(chosen, table.shape[1])) - _likeness(table, chosen) for chosen in choices], axis=1)
        sums = group_sums(excess, groups)
        drawn = [sums[:, 0].sum()[None]]
        rows = max(1, CHUNK // len(sums))
        for start in range(0, permutations, rows):
            chosen_each = generator.integers(0, len(choices), size=(min(rows, permutations - start), len(sums)))
            drawn.append(sums[np.arange(len(sums)), chosen_each].sum(axis=1))
        apart = np.concatenate(drawn)
        together += apart
        found[name] = _p(apart)
    found[ALL] = _p(together)
    return found


def _apart(totals: Array) -> Array:
    """The squared distances of totals from their mean, summed: `(..., statements)` to `(...)`."""
    centred = totals - totals.mean(axis=-1, keepdims=True)
    squared: Array = (centred**2).sum(axis=-1)
    return squared


def _likeness(table: Array, chosen: Sequence[int]) -> Array:
    """The mean cosine among the chosen statements, `(examples,)`."""
    import numpy as np

    one, other = zip(*combinations(chosen, 2), strict=True)
    mean: Array = table[:, np.asarray(one), np.asarray(other)].mean(axis=1)
    return mean


def _others(chosen: Sequence[int], count: int) -> tuple[int, ...]:
    return tuple(place for place in range(count) if place not in chosen)


def _p(apart: Array) -> float:
    """Of what was found, which comes first, among what was drawn."""
    return (as_far(float(apart[0]), apart[1:]) + 1) / len(apart)
