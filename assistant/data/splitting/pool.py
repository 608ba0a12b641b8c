"""All examples of a recipe from when they are read until they are kept, however many there are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from assistant.core.recipe_data import Limit, Split
from assistant.data.example import Example
from assistant.data.splitting.groups import Groups, share
from assistant.data.splitting.split import SPLITS, Dealt, SplitName, split_at, words_of
from assistant.data.splitting.unique import Unique

SEEDS_TRIED = 100
"""Seeds tried for few groups, where a seed can leave a split without any."""


class Pool:
    """Examples that come one by one, and leave in splits when the last has come.

    They wait in the scratch database as JSON, because what split an example falls to is known only when
    all groups are joined.

    Args:
        database: Where they are: the table `waiting`, besides those of the parts.
        split: How they are dealt.

    Attributes:
        unique: What was found more than once.
    """

    def __init__(self, database: sqlite3.Connection, split: Split) -> None:
        self._database = database
        self._split = split
        self._groups = Groups(database, split.seed)
        self._dealt = Dealt(database)
        self.unique = Unique(database)
        columns = "number INTEGER PRIMARY KEY, name TEXT NOT NULL, grp INTEGER NOT NULL, words INTEGER NOT NULL, content TEXT NOT NULL"
        database.execute(f"CREATE TABLE waiting ({columns})")
        database.create_function("split_of", 1, lambda group: split_at(share(split.seed, group), split), deterministic=True)

    def add(self, example: Example) -> None:
        """Take in an example, unless one before it says the same."""
        # A duplicate joins groups as well: its group and that of the first ask the same.
        group = self._groups.add(example)
        first = self.unique.first(example)
        if first:
            row = (first.id, group, words_of(first), json.dumps(first.to_json()))
            self._database.execute("INSERT INTO waiting (name, grp, words, content) VALUES (?, ?, ?, ?)", row)

    def deal(self, limit: Limit) -> None:
        """Deal all examples to the splits, and leave out what is beyond the limits."""
        self._groups.flatten()
        self._database.execute("""
            INSERT INTO dealt SELECT waiting.number, split_of(root.name), waiting.name, root.name, waiting.words
            FROM waiting
            JOIN groups AS own ON own.number = waiting.grp
            JOIN groups AS root ON root.number = coalesce(own.parent, own.number)
            ORDER BY waiting.number""")
        for name in SPLITS:
            self._dealt.limit(name, getattr(limit, name), self._split.seed)

    def examples(self, split: SplitName) -> Iterator[Example]:
        """The examples dealt to a split, in the order in which they came, each in its joined group."""
        # A CROSS JOIN is walked from left to right, here in the order of the numbers.
        rows = "SELECT dealt.grp, content FROM dealt CROSS JOIN waiting USING (number) WHERE split = ? ORDER BY dealt.number"
        for group, content in self._database.execute(rows, (split,)):
            yield Example.from_json({**json.loads(content), "group": group})

    def count(self) -> int:
        """How many examples there are, before the limits."""
        return int(self._database.execute("SELECT count(*) FROM waiting").fetchone()[0])

    def groups(self) -> tuple[int, int]:
        """How many groups there are before and after joining."""
        return self._groups.count()

    def summary(self, split: SplitName) -> dict[str, Any]:
        """What a split has, for the report."""
        return self._dealt.summary(split)

    def empty_split(self) -> SplitName | None:
        """The first split that is to have a share and has no example; None where all have."""
        return next((name for name in SPLITS if getattr(self._split, name) > 0 and not self._dealt.count(name)), None)

    def seed_that_works(self) -> int | None:
        """The first seed that would give every split its examples; None if none of many does."""
        wanted = {name for name in SPLITS if getattr(self._split, name) > 0}
        for seed in range(SEEDS_TRIED):
            met: set[SplitName] = set()
            for place in self._groups.shares(seed):
                met.add(split_at(place, self._split))
                if wanted <= met:
                    return seed
        return None
