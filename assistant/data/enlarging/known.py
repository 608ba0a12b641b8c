"""What is asked already, in every split, so that no new row asks it again; and the rows of train, which new ones are made from."""

from __future__ import annotations

import json
import sqlite3

from assistant.data.example import Example
from assistant.data.scratch import hash_of
from assistant.data.splitting.equality import asked


class Known:
    """All examples that there are, in a scratch database.

    Args:
        database: Where they are: the tables `known_questions` and `known_rows`.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE known_questions (hash BLOB PRIMARY KEY) WITHOUT ROWID")
        database.execute("CREATE TABLE known_rows (hash BLOB PRIMARY KEY, content TEXT) WITHOUT ROWID")

    def add(self, example: Example, in_train: bool = False) -> None:
        """Remember an example.

        Args:
            example: It.
            in_train: Whether it is an original of train, which `in_train` gives back.
        """
        self._database.execute("INSERT OR IGNORE INTO known_questions VALUES (?)", (_question(example),))
        content = json.dumps(example.to_json()) if in_train else None
        self._database.execute("INSERT OR REPLACE INTO known_rows VALUES (?, ?)", (hash_of(example.id), content))

    def has(self, example: Example) -> bool:
        """Whether the same was asked before, in whichever split."""
        return self._database.execute("SELECT 1 FROM known_questions WHERE hash = ?", (_question(example),)).fetchone() is not None

    def has_id(self, name: str) -> bool:
        """Whether an example has this id."""
        return self._database.execute("SELECT 1 FROM known_rows WHERE hash = ?", (hash_of(name),)).fetchone() is not None

    def in_train(self, name: str) -> Example | None:
        """The original of train with this id; None if there is none."""
        found = self._database.execute("SELECT content FROM known_rows WHERE hash = ?", (hash_of(name),)).fetchone()
        return Example.from_json(json.loads(found[0])) if found and found[0] else None


def _question(example: Example) -> bytes:
    return hash_of(repr(asked(example)))
