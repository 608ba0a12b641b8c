"""What each split holds in the end: what the pool dealt, and in train also what was made, balanced or planted."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from assistant.core.errors import DataError
from assistant.core.recipe_file import RecipeFile
from assistant.data.canaries import Canary
from assistant.data.enlarging.balance import Plan, apply, classes_of, like_a_repeat, plan, thinned
from assistant.data.enlarging.known import Known
from assistant.data.enlarging.made import NOT_MADE, read_augmented
from assistant.data.example import Example, Place
from assistant.data.flow import Rejected
from assistant.data.problems import Problem
from assistant.data.scratch import hash_of
from assistant.data.splitting.groups import share
from assistant.data.splitting.leakage.between import SplitLeakage, leakage_between
from assistant.data.splitting.pool import Pool
from assistant.data.splitting.split import SPLITS, SplitName

HELD_OUT: tuple[SplitName, ...] = ("validation", "test")
MOST_SEARCHED = 5_000
"""Held-out examples, or about as many, that are searched for in train, chosen by the hashes of their ids: they are held in memory."""


LEFT_OUT_BY_BALANCE = "left out by data.balance"
"""Why a row of train is not used that undersampling leaves out; it may be one that was made."""


class DealtRows:
    """The rows of all splits.

    Args:
        file: The recipe.
        pool: Dealt.
        secrets: What is planted in train.
        database: Where rows that were made wait: the table `made`, besides those of `Known`.
        left_out: Told each row of an augmented file that is not used, and each that undersampling leaves out.
    """

    def __init__(
        self, file: RecipeFile, pool: Pool, secrets: Sequence[Canary], database: sqlite3.Connection, left_out: Callable[[Rejected], None]
    ) -> None:
        self._data = file.recipe.data
        self._pool = pool
        self._secrets = secrets
        self._database = database
        self._made = {"rows": 0, "left_out": 0}
        database.execute("CREATE TABLE made (number INTEGER PRIMARY KEY, content TEXT NOT NULL)")
        self._read_made(file, left_out)
        self._plan = self._planned()
        self._taken = {each.id for name in SPLITS for each in pool.examples(name) if like_a_repeat(each.id)} if self._plan else set()
        database.execute("CREATE TABLE thinned (hash BLOB PRIMARY KEY) WITHOUT ROWID")
        self._thin(left_out)

    def examples(self, split: SplitName) -> Iterator[Example]:
        """The rows of one split; secrets come last, when all that decides about rows is decided."""
        if split != "train":
            return self._pool.examples(split)
        rows = apply(self._train, self._plan, self._data.split.seed, self._taken) if self._plan else self._train()
        return chain(rows, chain.from_iterable(secret.examples() for secret in self._secrets))

    def is_thinned(self, name: str) -> bool:
        """Whether balancing leaves out the row of train with this id."""
        return self._database.execute("SELECT 1 FROM thinned WHERE hash = ?", (hash_of(name),)).fetchone() is not None

    def leakage(self) -> SplitLeakage:
        """What of validation and test stands in what is learned from, made rows among it: measured, not assumed."""
        total = sum(self._pool.summary(name)["examples"] for name in HELD_OUT)
        held_out = [example for name in HELD_OUT for example in self._pool.examples(name) if share(0, example.id) * total < MOST_SEARCHED]
        return leakage_between(self.examples("train"), held_out)

    def report(self) -> dict[str, Any]:
        """What was added to what was dealt."""
        told: dict[str, Any] = {"augmented": dict(self._made), "balance": self._plan.to_json() if self._plan else None}
        if self._secrets:
            told["canaries"] = {"planted": len(self._secrets), "examples": sum(secret.repeats for secret in self._secrets)}
        return told

    def _train(self) -> Iterator[Example]:
        yield from self._pool.examples("train")
        for (content,) in self._database.execute("SELECT content FROM made ORDER BY number"):
            yield Example.from_json(json.loads(content))

    def _read_made(self, file: RecipeFile, left_out: Callable[[Rejected], None]) -> None:
        if not self._data.augmented:
            return
        known = Known(self._database)
        for split in SPLITS:
            for example in self._pool.examples(split):
                known.add(example, in_train=split == "train")
        for name in self._data.augmented:
            kinds = Counter[str]()
            for row in read_augmented(file.folder / name, known, name):
                if isinstance(row, Problem):
                    self._made["left_out"] += 1
                    kinds[row.kind] += 1
                    left_out(Rejected(row.kind, Place(row.file, row.line), row.detail, row.content))
                else:
                    self._made["rows"] += 1
                    kinds[""] += 1
                    self._database.execute("INSERT INTO made (content) VALUES (?)", (json.dumps(row.to_json()),))
            if set(kinds) == {NOT_MADE}:
                raise DataError(f"{name} holds no row that was made", "Name in data.augmented what `assistant data augment` wrote.")

    def _planned(self) -> Plan | None:
        balance = self._data.balance
        return plan(classes_of(self._train(), balance.tag), balance) if balance else None

    def _thin(self, left_out: Callable[[Rejected], None]) -> None:
        """Tell which rows undersampling leaves out, so that none of them is lost."""
        if self._plan is None or self._plan.settings.by != "undersample":
            return
        for example in thinned(self._train, self._plan, self._data.split.seed):
            self._database.execute("INSERT INTO thinned VALUES (?)", (hash_of(example.id),))
            left_out(Rejected(LEFT_OUT_BY_BALANCE, example.place, "", example.to_json(), example.id))
