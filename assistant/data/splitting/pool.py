"""All examples of a recipe from when they are read until they are kept, however many there are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from assistant.core.recipe_data import Duplicates, Limit, Split
from assistant.data.example import Example, Place
from assistant.data.splitting.dealing import ROOTS, Dealing, answered_hash
from assistant.data.splitting.groups import Groups
from assistant.data.splitting.keeping import Before
from assistant.data.splitting.same.finding import Found, find_meaning, find_near
from assistant.data.splitting.same.meaning import Encode
from assistant.data.splitting.same.near import Same
from assistant.data.splitting.split import SPLITS, Dealt, SplitName, split_at, words_of
from assistant.data.splitting.unique import Unique

SEEDS_TRIED = 100
"""Seeds tried for few groups, where a seed can leave a split without any."""

WAITING = """CREATE TABLE waiting (number INTEGER PRIMARY KEY, name TEXT NOT NULL, grp INTEGER NOT NULL, words INTEGER NOT NULL,
    stratum TEXT NOT NULL, answered BLOB NOT NULL, left_out INTEGER NOT NULL DEFAULT 0, file TEXT, line INTEGER, content TEXT NOT NULL)"""


class Pool:
    """Examples that come one by one, and leave in splits when the last has come.

    They wait in the scratch database as JSON, because what split an example falls to is known only when
    all groups are joined. In order: `add` all, then `same`, `leave_out` at any time before `deal`, then what asks for splits.

    Args:
        database: Where they are: the table `waiting`, besides those of the parts.
        split: How they are dealt.

    Attributes:
        unique: What was found more than once.
        found: What `same` found, by kind; a kind that was not looked for is missing.
    """

    def __init__(self, database: sqlite3.Connection, split: Split) -> None:
        self._database = database
        self._split = split
        self._groups = Groups(database, split.seed)
        self._dealt = Dealt(database)
        self.unique = Unique(database)
        self.found: dict[str, Found] = {}
        database.execute(WAITING)
        self._dealing = Dealing(database, split)

    def add(self, example: Example) -> int | None:
        """Take in an example, unless one before it says the same.

        Returns:
            Its number; None for an exact duplicate, of which `duplicate_of` knows more.
        """
        # A duplicate joins groups as well: its group and that of the first ask the same.
        group = self._groups.add(example)
        first = self.unique.first(example)
        if first is None:
            return None
        stratum = first.tags.get(self._split.stratify, "") if self._split.stratify else ""
        place = (first.place.file, first.place.line) if first.place else (None, None)
        row = (first.id, group, words_of(first), stratum, answered_hash(first.id, first.answers), *place, json.dumps(first.to_json()))
        columns = "name, grp, words, stratum, answered, file, line, content"
        return self._database.execute(f"INSERT INTO waiting ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row).lastrowid

    def duplicate_of(self, example: Example) -> str | None:
        """The id of the example in the pool that says the same; None if none does."""
        return self.unique.same_as(example)

    def name_of(self, number: int) -> str:
        """The id of the example with this number: its own, unless another one had that before."""
        return str(self._database.execute("SELECT name FROM waiting WHERE number = ?", (number,)).fetchone()[0])

    def number_of(self, name: str) -> int:
        """The number of the example with this id; looks at all of them."""
        return int(self._database.execute("SELECT number FROM waiting WHERE name = ?", (name,)).fetchone()[0])

    def example(self, number: int) -> Example:
        """The example with this number, in the group it came with."""
        row = self._database.execute("SELECT content, file, line FROM waiting WHERE number = ?", (number,)).fetchone()
        return _example(*row)

    def each(self) -> Iterator[tuple[int, Example]]:
        """All examples that are not left out, with their numbers, in the order in which they came, each in the group it came with."""
        rows = self._database.execute("SELECT number, content, file, line FROM waiting WHERE NOT left_out ORDER BY number")
        return ((number, _example(content, file, line)) for number, content, file, line in rows)

    def leave_out(self, number: int) -> None:
        """Let an example fall to no split; what its group was joined with stays joined."""
        self._database.execute("UPDATE waiting SET left_out = 1 WHERE number = ?", (number,))

    def same(self, settings: Duplicates, encode: Encode | None = None) -> Iterator[Same]:
        """Find what is nearly the same or means the same, and join the groups of what is found.

        Rows that are to be dropped are told and not left out: their `what` is `both`. Each of them is told with one that stays.

        Args:
            settings: What is looked for.
            encode: Gives texts their embeddings; needed where `meaning` is not ignored.

        Raises:
            ValueError: It is needed, and is not given.
        """
        if settings.near != "ignore":
            self.found["near"] = Found()
            yield from find_near(self._groups, self._groups_of_each(), self.each(), settings.near_above, self.found["near"])
        if settings.meaning != "ignore":
            if encode is None:
                raise ValueError("questions that mean the same are looked for by embeddings, and nothing gives them")
            self.found["meaning"] = Found()
            yield from find_meaning(self._groups, self._group_of, self.each(), settings.meaning_above, encode, self.example, self.found["meaning"])

    def deal(self, limit: Limit, before: Iterable[Before] = ()) -> None:
        """Deal all examples to the splits, and leave out what is beyond the limits.

        Args:
            limit: At most so many of each split.
            before: Rows of an earlier clean.jsonl, whose groups stay where they were.
        """
        self._groups.flatten()
        self._dealing.pin(before)
        self._dealing.decide()
        self._database.execute(f"INSERT INTO dealt SELECT number, split, name, grp, words FROM ({ROOTS}) JOIN decided USING (root) ORDER BY number")
        for name in SPLITS:
            self._dealt.limit(name, getattr(limit, name), self._split.seed)

    def examples(self, split: SplitName) -> Iterator[Example]:
        """The examples dealt to a split, in the order in which they came, each in its joined group."""
        # A CROSS JOIN is walked from left to right, here in the order of the numbers.
        rows = "SELECT dealt.grp, content, file, line FROM dealt CROSS JOIN waiting USING (number) WHERE split = ? ORDER BY dealt.number"
        for group, *row in self._database.execute(rows, (split,)):
            yield replace(_example(*row), group=group)

    def dealt(self) -> Iterator[tuple[int, Example, SplitName | None]]:
        """All examples that are not left out, each in its joined group, with the split it was dealt to; None beyond a limit."""
        self._groups.flatten()
        rows = f"""SELECT number, rows.grp, content, file, line, dealt.split FROM ({ROOTS}) AS rows
            JOIN waiting USING (number) LEFT JOIN dealt USING (number) ORDER BY number"""
        for number, group, content, file, line, split in self._database.execute(rows):
            yield number, replace(_example(content, file, line), group=group), split

    def kept(self) -> dict[str, Any]:
        """What became of the rows of before: how many groups hold one, and how many rows changed their split, as `test to train`."""
        return {"groups": self._dealing.pinned(), "moved": self._dealing.moved()}

    def count(self) -> int:
        """How many examples there are that are not left out, before the limits."""
        return int(self._database.execute("SELECT count(*) FROM waiting WHERE NOT left_out").fetchone()[0])

    def groups(self) -> tuple[int, int]:
        """How many groups there are before and after joining."""
        return self._groups.count()

    def questions(self) -> int:
        """How many different questions there are, case and spaces aside; those of duplicates and of what was left out among them."""
        return self._groups.questions()

    def largest_group(self) -> int:
        """How many examples the largest joined group has; wants them dealt."""
        return int(self._database.execute(f"SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM ({ROOTS}) GROUP BY root)").fetchone()[0])

    def summary(self, split: SplitName) -> dict[str, Any]:
        """What a split has, for the report."""
        return self._dealt.summary(split)

    def empty_split(self) -> SplitName | None:
        """The first split that is to have a share and has no example; None where all have."""
        return next((name for name in SPLITS if getattr(self._split, name) > 0 and not self._dealt.count(name)), None)

    def seed_that_works(self) -> int | None:
        """The first seed that would give every split its examples; None if none of many does, or where more than the seed decides."""
        if self._split.stratify or self._split.keep:
            return None
        wanted = {name for name in SPLITS if getattr(self._split, name) > 0}
        for seed in range(SEEDS_TRIED):
            met: set[SplitName] = set()
            for place in self._groups.shares(seed, f"SELECT root FROM ({ROOTS})"):
                met.add(split_at(place, self._split))
                if wanted <= met:
                    return seed
        return None

    def _groups_of_each(self) -> Iterator[int]:
        return (group for (group,) in self._database.execute("SELECT grp FROM waiting WHERE NOT left_out ORDER BY number"))

    def _group_of(self, number: int) -> int:
        return int(self._database.execute("SELECT grp FROM waiting WHERE number = ?", (number,)).fetchone()[0])


def _example(content: str, file: str | None, line: int | None) -> Example:
    example = Example.from_json(json.loads(content))
    return example if file is None or line is None else replace(example, place=Place(file, line))
