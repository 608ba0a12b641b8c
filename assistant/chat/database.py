"""The file that conversations are kept in: SQLite, one for a workspace, which several programs may use at once.

What is committed survives a power cut (every commit waits for the disk). Knows the tables and no meaning of theirs.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.core.errors import DataError, UserError
from assistant.core.files import make_folder

BUSY_S = 10.0
"""How long a writer waits for another program's."""

STEPS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, assistant TEXT NOT NULL, settings TEXT NOT NULL, pinned INTEGER NOT NULL,
        created REAL NOT NULL, changed REAL NOT NULL, leaf TEXT, deleted REAL
    );
    CREATE INDEX conversations_by_change ON conversations (deleted, pinned, changed);
    CREATE TABLE turns (
        id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, parent TEXT, role TEXT NOT NULL,
        text TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL, written REAL NOT NULL, error TEXT NOT NULL, speaker TEXT,
        figures TEXT, warnings TEXT NOT NULL
    );
    CREATE INDEX turns_of_conversation ON turns (conversation, id);
    CREATE VIRTUAL TABLE turns_text USING fts5 (text, content='turns', tokenize='trigram');
    CREATE TRIGGER turns_added AFTER INSERT ON turns BEGIN
        INSERT INTO turns_text (rowid, text) VALUES (new.rowid, new.text);
    END;
    CREATE TRIGGER turns_gone AFTER DELETE ON turns BEGIN
        INSERT INTO turns_text (turns_text, rowid, text) VALUES ('delete', old.rowid, old.text);
    END;
    CREATE TRIGGER turns_changed AFTER UPDATE OF text ON turns WHEN old.text IS NOT new.text BEGIN
        INSERT INTO turns_text (turns_text, rowid, text) VALUES ('delete', old.rowid, old.text);
        INSERT INTO turns_text (rowid, text) VALUES (new.rowid, new.text);
    END;
    CREATE TABLE feedback (
        id TEXT PRIMARY KEY, turn TEXT NOT NULL, conversation TEXT NOT NULL, verdict TEXT NOT NULL, reasons TEXT NOT NULL, comment TEXT NOT NULL,
        correction TEXT, created REAL NOT NULL, changed REAL NOT NULL, state TEXT NOT NULL, reviewed REAL, note TEXT NOT NULL, snapshot TEXT NOT NULL
    );
    CREATE UNIQUE INDEX feedback_of_turn ON feedback (turn);
    CREATE TABLE votes (
        id TEXT PRIMARY KEY, conversation TEXT NOT NULL, question TEXT NOT NULL, left_turn TEXT NOT NULL, right_turn TEXT NOT NULL,
        choice TEXT NOT NULL, created REAL NOT NULL, changed REAL NOT NULL, state TEXT NOT NULL, reviewed REAL, note TEXT NOT NULL,
        snapshot TEXT NOT NULL
    );
    CREATE TABLE exported (
        entry TEXT NOT NULL, kind TEXT NOT NULL, file TEXT NOT NULL, example TEXT NOT NULL, asked TEXT NOT NULL,
        created REAL NOT NULL, PRIMARY KEY (entry, kind, file)
    );
    CREATE TABLE learned (
        data TEXT NOT NULL, example TEXT NOT NULL, split TEXT NOT NULL, PRIMARY KEY (data, example)
    );
    """,
)
"""What each version of the file adds to the one before; the file's `user_version` counts them."""


class Database:
    """One open file; may be used from any thread.

    Args:
        path: The file; made where it is not there.

    Raises:
        DataError: It is no such file, or one of a newer program.
        UserError: It may not be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        make_folder(path.parent)
        is_new = not path.exists()
        if is_new:
            # What people ask is nobody else's business.
            try:
                path.touch(mode=0o600)
            except OSError as error:
                raise UserError(f"may not write {path}: {error.strerror}", "Change its permissions, or name another place with --home.") from None
        try:
            self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
            self._connection.row_factory = sqlite3.Row
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._bring_up_to_date()
        except sqlite3.DatabaseError as error:
            raise DataError(
                f"{path} cannot be read as conversations: {error}", "Nothing in it was changed. Move it away, and a new one is made."
            ) from None

    def close(self) -> None:
        """Close the file; safe to call twice."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Changes that all happen or none does.

        Raises:
            UserError: The disk is full, or another program keeps the file to itself.
        """
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise UserError(f"{self.path} cannot be written: {error}", "Free some space, or end the program that keeps it.") from error

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a query."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def _bring_up_to_date(self) -> None:
        done = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if done > len(STEPS):
            raise DataError(f"{self.path} was written by a newer version of this program", "Use that one, or name another place with --home.")
        if done == len(STEPS):
            return
        with self.change() as connection:
            # Two programs may have come here together; the second finds the work done.
            done = connection.execute("PRAGMA user_version").fetchone()[0]
            for number, step in enumerate(STEPS[done:], done + 1):
                for statement in _statements(step):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would commit before it began."""
    gathered = ""
    for line in script.strip().splitlines():
        gathered += line + "\n"
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
