"""Every example once, and every id once."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from assistant.data.example import Example
from assistant.data.splitting.equality import said


class Tally:
    """How often each of many names was counted: a Counter in a scratch database.

    Args:
        database: Where the counts are.
        table: Name of their table.
    """

    def __init__(self, database: sqlite3.Connection, table: str) -> None:
        self._database = database
        self._table = table
        database.execute(f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, times INTEGER NOT NULL)")

    def add(self, name: str) -> None:
        """Count a name once more."""
        self._database.execute(f"INSERT INTO {self._table} (name, times) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET times = times + 1", (name,))

    def total(self) -> int:
        """The sum of all counts."""
        return int(self._database.execute(f"SELECT coalesce(sum(times), 0) FROM {self._table}").fetchone()[0])

    def most_common(self, most: int = -1) -> Iterator[tuple[str, int]]:
        """Names and counts, the largest first, among equals the one that was counted first; -1 for all."""
        yield from self._database.execute(f"SELECT name, times FROM {self._table} ORDER BY times DESC, number LIMIT ?", (most,))


class Unique:
    """The examples met so far, by what they say and by their ids, in a scratch database.

    Args:
        database: Where they are remembered: the tables `said`, `dropped` and `renamed`.

    Attributes:
        dropped: By id of the example kept, how often it was found again.
        renamed: By id, how many other examples had the same one and got another.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE said (hash BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE) WITHOUT ROWID")
        self.dropped = Tally(database, "dropped")
        self.renamed = Tally(database, "renamed")

    def same_as(self, example: Example) -> str | None:
        """The id of the first example that says the same; None if none does."""
        found = self._database.execute("SELECT name FROM said WHERE hash = ?", (_digest(example).digest()[:16],)).fetchone()
        return found[0] if found else None

    def first(self, example: Example) -> Example | None:
        """The example with an id of its own if none before it says the same; else None."""
        digest = _digest(example)
        content = digest.digest()[:16]
        if self._take(content, example.id):
            return example
        same = self._database.execute("SELECT name FROM said WHERE hash = ?", (content,)).fetchone()
        if same:
            self.dropped.add(same[0])
            return None
        self.renamed.add(example.id)
        name = f"{example.id}~{digest.hexdigest()[:8]}"
        while not self._take(content, name):
            name += "~"
        return replace(example, id=name)

    def _take(self, content: bytes, name: str) -> bool:
        """Remember an example, unless its content or its name is known."""
        return self._database.execute("INSERT OR IGNORE INTO said VALUES (?, ?)", (content, name)).rowcount > 0


def _digest(example: Example) -> hashlib._Hash:
    return hashlib.sha256(repr(said(example)).encode("utf-8", "surrogatepass"))
