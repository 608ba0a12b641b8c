"""Groups of examples, of which those that share a question are one, so that no question stands in two splits."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable

from assistant.data.example import Example
from assistant.data.scratch import hash_of
from assistant.data.splitting.equality import asked


def share(seed: int, text: str) -> float:
    """A number in [0, 1) that depends on `seed` and `text` alone."""
    # A float has 53 bits; with more of them the largest would be rounded to 1.
    return (int.from_bytes(hashlib.sha256(f"{seed}:{text}".encode()).digest()[:8], "big") >> 11) / 2**53


class Groups:
    """Groups that are joined as examples come, in a scratch database.

    A joined group goes where the first of its members goes, train before validation before test. A row
    that comes to join two groups therefore moves as little as can be, and never anything out of train:
    what an earlier version has learned never comes into a later test.

    The members of a joined group are a tree whose root is the member with the least share. Shares are as
    good as drawn by lot, so that a tree of n members is some log n deep, whatever the order of the rows.

    Args:
        database: Where they are remembered: the tables `groups` and `questions`.
        seed: Seed of the split.
    """

    def __init__(self, database: sqlite3.Connection, seed: int) -> None:
        self._database = database
        self._seed = seed
        database.execute("CREATE TABLE groups (number INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL, parent INTEGER)")
        database.execute("CREATE TABLE questions (hash BLOB PRIMARY KEY, grp INTEGER NOT NULL) WITHOUT ROWID")
        database.create_function("share", 2, share, deterministic=True)

    def add(self, example: Example) -> int:
        """Take in an example: its group is joined with those that ask the same.

        Returns:
            The number of its own group.
        """
        own = self._number_of(example.group)
        question = hash_of(repr(asked(example)))
        if self._database.execute("INSERT OR IGNORE INTO questions VALUES (?, ?)", (question, own)).rowcount:
            return own
        (other,) = self._database.execute("SELECT grp FROM questions WHERE hash = ?", (question,)).fetchone()
        if own != other:
            self.join(own, other)
        return own

    def join(self, one: int, other: int) -> bool:
        """Make one of two groups; False if they were one already."""
        roots = {self._root(one), self._root(other)}
        if len(roots) == 1:
            return False
        (first, _), (second, _) = sorted(roots, key=lambda root: (share(self._seed, root[1]), root[1]))
        self._database.execute("UPDATE groups SET parent = ? WHERE number = ?", (first, second))
        return True

    def root_of(self, number: int) -> int:
        """The number that stands for all groups that this one is joined with so far."""
        return self._root(number)[0]

    def name_of(self, number: int) -> str:
        """The name of the joined group that a group belongs to, by what has been added so far."""
        return self._root(number)[1]

    def flatten(self) -> None:
        """Make every member a child of its root, so that SQL finds the root as `coalesce(parent, number)`."""
        higher = "(SELECT above.parent FROM groups AS above WHERE above.number = groups.parent)"
        # Each round at least halves the depth.
        while self._database.execute(f"UPDATE groups SET parent = {higher} WHERE parent IS NOT NULL AND {higher} IS NOT NULL").rowcount:
            pass

    def count(self) -> tuple[int, int]:
        """How many groups there are before and after joining."""
        found, roots = self._database.execute("SELECT count(*), count(*) - count(parent) FROM groups").fetchone()
        return found, roots

    def questions(self) -> int:
        """How many different questions were asked."""
        return int(self._database.execute("SELECT count(*) FROM questions").fetchone()[0])

    def shares(self, seed: int, among: str = "SELECT coalesce(parent, number) FROM groups") -> Iterable[float]:
        """The shares of the joined groups if `seed` were the seed; wants them flat.

        Args:
            seed: The seed.
            among: An SQL query for the roots that are meant; all of them unless told otherwise.
        """
        least = f"SELECT min(share(?, name)) FROM groups GROUP BY coalesce(parent, number) HAVING coalesce(parent, number) IN ({among})"
        return (number for (number,) in self._database.execute(least, (seed,)))

    def _number_of(self, name: str) -> int:
        key = hash_of(name)
        found = self._database.execute("SELECT number FROM groups WHERE hash = ?", (key,)).fetchone()
        if found:
            return int(found[0])
        return int(self._database.execute("INSERT INTO groups (hash, name) VALUES (?, ?)", (key, name)).lastrowid or 0)

    def _root(self, number: int) -> tuple[int, str]:
        while True:
            name, parent = self._database.execute("SELECT name, parent FROM groups WHERE number = ?", (number,)).fetchone()
            if parent is None:
                return number, name
            number = parent
