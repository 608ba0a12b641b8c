"""To which split each joined group goes: by its share, by its stratum, or where it was before.

*By share*: a number that the group's name and the seed decide, so that nothing else moves it.

*By stratum*: the groups of each value of a tag are put into a row, ordered by their shares, and the row is cut where the splits' shares
of its examples end. So every value has its shares as exactly as whole groups allow, and when rows are added the cuts move by what came,
and only groups beside a cut change their split. A group counts with all of its examples for the value that most of them have. A
group larger than the smallest held-out split is to be comes first in the row, hence to train. Where in the first group of the row the
counting begins is drawn by the value, or else values with few groups would all be rounded alike.

*Where it was*: a group that holds a row of before goes where that was; if several, to the first of train, validation and test. So nothing that an
earlier version has learned from comes into a later test; a test example that became a duplicate of it leaves the test.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from assistant.core.recipe_data import Split
from assistant.data.scratch import hash_of
from assistant.data.splitting.equality import asked, normal_form
from assistant.data.splitting.groups import share
from assistant.data.splitting.keeping import Before
from assistant.data.splitting.levelling import level
from assistant.data.splitting.split import SPLITS, SplitName, split_at

ROOTS = """SELECT waiting.number, waiting.name, waiting.words, waiting.stratum, waiting.answered, root.number AS root, root.name AS grp
    FROM waiting
    JOIN groups AS own ON own.number = waiting.grp
    JOIN groups AS root ON root.number = coalesce(own.parent, own.number)
    WHERE NOT waiting.left_out"""
"""All rows that are dealt, with their joined groups; the groups must be flat."""


class Dealing:
    """Decides, in a scratch database, once all groups are joined and flat.

    Args:
        database: Where everything is: the tables `waiting`, `groups` and `questions` are read, `before`, `pinned` and `decided` are made.
        split: The shares.
    """

    def __init__(self, database: sqlite3.Connection, split: Split) -> None:
        self._database = database
        self._split = split
        database.execute("CREATE TABLE before (hash BLOB PRIMARY KEY, rank INTEGER NOT NULL) WITHOUT ROWID")
        database.execute("CREATE TABLE pinned (root INTEGER PRIMARY KEY, rank INTEGER NOT NULL)")
        database.execute("CREATE TABLE decided (root INTEGER PRIMARY KEY, split TEXT NOT NULL)")
        database.create_function("split_of", 1, lambda group: split_at(share(split.seed, group), split), deterministic=True)
        database.create_function("big", 2, lambda size, total: _is_big(size, total, split), deterministic=True)
        database.create_function("split_in_row", 6, lambda *of: _split_in_row(*of, split=split), deterministic=True)

    def pin(self, rows: Iterable[Before]) -> None:
        """Keep the groups of these rows where they were: of those that ask the same, or have the same id and the same answers."""
        for row in rows:
            for key in (asked_hash(row), answered_hash(row.example.id, row.example.answers)):
                known = "INSERT INTO before VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET rank = min(rank, excluded.rank)"
                self._database.execute(known, (key, SPLITS.index(row.split)))
        self._database.execute(f"""
            INSERT INTO pinned SELECT root, min(rank) FROM (
                SELECT coalesce(own.parent, own.number) AS root, rank
                FROM before JOIN questions USING (hash) JOIN groups AS own ON own.number = questions.grp
                UNION ALL SELECT root, rank FROM ({ROOTS}) AS rows JOIN before ON before.hash = rows.answered
            ) GROUP BY root""")

    def decide(self) -> None:
        """Give every joined group its split."""
        if self._split.stratify is None:
            names = "".join(f" WHEN {rank} THEN '{name}'" for rank, name in enumerate(SPLITS))
            self._database.execute(f"""
                INSERT INTO decided SELECT DISTINCT root, CASE rank{names} ELSE split_of(grp) END
                FROM ({ROOTS}) LEFT JOIN pinned USING (root)""")
        else:
            self._decide_by_stratum(self._split.seed)
            level(self._database, self._split, ROOTS)

    def moved(self) -> dict[str, int]:
        """How many rows of before that are still there are in another split now, as `test to train`; wants the rows dealt."""
        counted = self._database.execute(f"""
            SELECT before.rank, decided.split, count(*)
            FROM ({ROOTS}) AS rows JOIN before ON before.hash = rows.answered JOIN decided USING (root)
            GROUP BY before.rank, decided.split ORDER BY before.rank, decided.split""")
        return {f"{SPLITS[rank]} to {split}": rows for rank, split, rows in counted if SPLITS[rank] != split}

    def pinned(self) -> int:
        """How many joined groups hold a row of before."""
        return int(self._database.execute("SELECT count(*) FROM pinned").fetchone()[0])

    def _decide_by_stratum(self, seed: int) -> None:
        of_each_value = f"SELECT root, grp, stratum, count(*) AS size FROM ({ROOTS}) GROUP BY root, stratum"
        groups = f"""SELECT root, grp, stratum, sum(size) OVER (PARTITION BY root) AS size,
            row_number() OVER (PARTITION BY root ORDER BY size DESC, stratum) AS turn FROM ({of_each_value})"""
        totals = f"""SELECT root, grp, stratum, size, coalesce(rank, -1) AS rank, sum(size) OVER (PARTITION BY stratum) AS total,
            {", ".join(f"sum(CASE rank WHEN {rank} THEN size ELSE 0 END) OVER (PARTITION BY stratum) AS has_{rank}" for rank in range(3))}
            FROM ({groups}) LEFT JOIN pinned USING (root) WHERE turn = 1"""
        row = """sum(size) OVER (PARTITION BY stratum, rank < 0 ORDER BY big(size, total) DESC, share(:seed, grp), grp ROWS UNBOUNDED PRECEDING)"""
        self._database.execute(
            f"""INSERT INTO decided SELECT root, split_in_row(rank, before + share(:seed, 'stratum ' || stratum) * size, total, has_0, has_1, has_2)
                FROM (SELECT *, {row} - size AS before FROM ({totals}))""",
            {"seed": seed},
        )


def asked_hash(row: Before) -> bytes:
    """A question as the table `questions` has it."""
    return hash_of(repr(asked(row.example)))


def answered_hash(name: str, answers: Iterable[str]) -> bytes:
    """An id together with its answers: the row, though its question be mended."""
    return hash_of(repr((name, *map(normal_form, answers))))


def _is_big(size: int, total: int, split: Split) -> bool:
    held_out = [part for part in (split.validation, split.test) if part > 0]
    return bool(held_out) and size > total * min(held_out) / (split.train + split.validation + split.test)


def _split_in_row(rank: int, place: float, total: int, train: int, validation: int, test: int, *, split: Split) -> SplitName:
    """The split of a group.

    Args:
        rank: Of the split where it was before; -1 for none.
        place: Where in the row of the others it stands, in examples.
        total: Examples of its stratum.
        train: Of these, how many stay in train because they were there.
        validation: The same of validation.
        test: The same of test.
        split: The shares.
    """
    if rank >= 0:
        return SPLITS[rank]
    whole = split.train + split.validation + split.test
    wanted = [max(total * getattr(split, name) / whole - has, 0.0) for name, has in zip(SPLITS, (train, validation, test), strict=True)]
    rest = total - train - validation - test
    return split_at(place / rest, split.model_copy(update=dict(zip(SPLITS, wanted, strict=True))))
