"""What is left uneven when groups have several values of a tag: a few of them change places, those that even out most.

Dealing by strata puts a group where the value of most of its examples wants it; the others come along. Here the numbers of all values are looked
at together, and that of all examples with them: that group of several values is moved whose move lowers the sum of squared deviations most,
each value's in units of its examples, until none lowers it by as much as `WORTH`, one after another. So most groups stay where their hash has
put them, and where every group has one value nothing is moved.
"""

from __future__ import annotations

import sqlite3

from assistant.core.recipe_data import Split
from assistant.data.splitting.split import SPLITS

WORTH = 0.02
"""A move that lowers the sum by less is not made: it would move much for little."""
MOST_MOVES = 2_000
"""Moves at most."""
MOST_VALUES = 1_000
"""A tag of more values is no class; its groups are left where they were dealt."""


def level(database: sqlite3.Connection, split: Split, rows: str) -> int:
    """Move groups between splits until the values of the tag have the shares that whole groups allow.

    Args:
        database: Where they are dealt: the table `decided` is changed; groups in `pinned` stay.
        split: The shares.
        rows: An SQL query for the rows that are dealt: `root`, `grp`, `stratum`.

    Returns:
        How many moves were made.
    """
    import numpy as np
    from scipy.sparse import csr_array

    values = {value: place for place, (value,) in enumerate(database.execute(f"SELECT DISTINCT stratum FROM ({rows}) ORDER BY stratum"))}
    if not 1 < len(values) <= MOST_VALUES:
        return 0
    counted = f"""SELECT root, stratum, count(*), max(grp) AS grp, (SELECT split FROM decided WHERE decided.root = r.root),
        EXISTS (SELECT 1 FROM pinned WHERE pinned.root = r.root) FROM ({rows}) AS r GROUP BY root, stratum ORDER BY share(?, grp), grp, stratum"""
    roots: dict[int, int] = {}
    cells, at, fixed = [], [], []
    for root, value, count, _, where, pinned in database.execute(counted, (split.seed,)):
        if root not in roots:
            roots[root] = len(roots)
            at.append(SPLITS.index(where))
            fixed.append(bool(pinned))
        cells.append((roots[root], values[value], count))
    group, value, count = (np.asarray(column) for column in zip(*cells, strict=True))
    place, free = np.asarray(at), ~np.asarray(fixed) & (np.bincount(group) > 1)
    if not free.any():
        return 0
    # All examples are one value more, so that what is even for each is even for all.
    everything = np.full(len(group), len(values))
    group, value, count = np.tile(group, 2), np.concatenate([value, everything]), np.tile(count, 2)
    totals = np.bincount(value, weights=count, minlength=len(values) + 1)
    shares = np.asarray([getattr(split, name) for name in SPLITS])
    shares = shares / shares.sum()
    has = np.stack([np.bincount(value, weights=count * (place[group] == part), minlength=len(values) + 1) for part in range(len(SPLITS))])
    off = has - shares[:, None] * totals
    matrix = csr_array((count.astype(np.float64), (group, value)), shape=(len(roots), len(values) + 1))
    own = matrix.power(2) @ (1 / totals)
    numbers, moves = list(roots), 0
    while moves < MOST_MOVES:
        best = (-WORTH, -1, -1)
        for here in range(len(SPLITS)):
            for there in np.flatnonzero(shares > 0).tolist():
                if there != here:
                    change = np.where(free & (place == here), 2 * (matrix @ ((off[there] - off[here]) / totals) + own), np.inf)
                    least = int(np.argmin(change))
                    best = min(best, (float(change[least]), least, there))
        _, moved, there = best
        if moved < 0:
            break
        brings = matrix[[moved]].toarray()[0]
        off[place[moved]] -= brings
        off[there] += brings
        place[moved] = there
        database.execute("UPDATE decided SET split = ? WHERE root = ?", (SPLITS[there], numbers[moved]))
        moves += 1
    return moves
