"""The file that conversations are kept in: SQLite, one for a workspace, which several programs may use at once.

What is committed survives a power cut (every commit waits for the disk). Reading never waits for writing. Any text can
be kept, half a character and a zero byte included (see `column_text`). Knows the tables and no meaning of theirs.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.chat.column_text import kept_values, unkept
from assistant.core.errors import DataError, UserError
from assistant.core.files import make_folder
from assistant.core.home import Home

FILE = "chats.db"
"""What the file is called in a workspace."""

BUSY_S = 10.0
"""How long a writer waits for another program's."""

OURS = 0x43484154
"""The `application_id` of such a file, by which it is told from other programs'."""

STEPS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, assistant TEXT NOT NULL, settings TEXT NOT NULL, pinned INTEGER NOT NULL,
        created REAL NOT NULL, changed REAL NOT NULL, leaf TEXT, deleted REAL, turns INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX conversations_by_change ON conversations (deleted, pinned, changed);
    CREATE TABLE turns (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        parent TEXT, role TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL, written REAL NOT NULL,
        error TEXT NOT NULL, speaker TEXT, figures TEXT, warnings TEXT NOT NULL
    );
    CREATE INDEX turns_of_conversation ON turns (conversation, number);
    CREATE INDEX turns_unfinished ON turns (number) WHERE state = 'unfinished';
    -- An answer that grows twice a second is not indexed twice a second: only what has ended is. Places within the text
    -- are not indexed, which keeps the index small; whoever searches looks at the texts that it names. Two line ends
    -- after each text let every character of it begin a triple.
    CREATE VIRTUAL TABLE turns_text USING fts5 (text, content='', tokenize='trigram', detail='none', columnsize=0);
    CREATE VIRTUAL TABLE turns_terms USING fts5vocab (turns_text, row);
    CREATE TRIGGER turns_added AFTER INSERT ON turns BEGIN
        UPDATE conversations SET turns = turns + 1 WHERE id = new.conversation;
        INSERT INTO turns_text (rowid, text) SELECT new.number, new.text || char(10, 10) WHERE new.state <> 'unfinished';
    END;
    CREATE TRIGGER turns_gone AFTER DELETE ON turns BEGIN
        UPDATE conversations SET turns = turns - 1 WHERE id = old.conversation;
        INSERT INTO turns_text (turns_text, rowid, text) SELECT 'delete', old.number, old.text || char(10, 10) WHERE old.state <> 'unfinished';
    END;
    CREATE TRIGGER turns_changed AFTER UPDATE OF text, state ON turns WHEN old.text IS NOT new.text OR old.state IS NOT new.state BEGIN
        INSERT INTO turns_text (turns_text, rowid, text) SELECT 'delete', old.number, old.text || char(10, 10) WHERE old.state <> 'unfinished';
        INSERT INTO turns_text (rowid, text) SELECT new.number, new.text || char(10, 10) WHERE new.state <> 'unfinished';
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
    """One open file; may be used from any thread, and by several programs at once.

    Args:
        path: The file; made where it is not there.
        busy_s: How long to wait while another program writes.

    Raises:
        DataError: It is no such file, a damaged one, or one of a newer program.
        UserError: It may not be written, or another program keeps it to itself.
    """

    def __init__(self, path: Path, busy_s: float = BUSY_S) -> None:
        self.path = path
        self._busy_s = busy_s
        self._lock = threading.RLock()
        self._writing: int | None = None
        self._idle: list[sqlite3.Connection] = []
        self._is_closed = False
        make_folder(path.parent)
        # What people ask is nobody else's business.
        try:
            path.touch(mode=0o600)
        except OSError as error:
            raise _may_not_write(path, error.strerror or str(error)) from None
        # SQLite would open a file that is closed to writing, and fail at the first word.
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise _may_not_write(path, "it is closed to writing")
        with self._readable_errors(is_opening=True):
            self._connection = self._connect()
            self._opened = path.stat()
            try:
                self._bring_up_to_date()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; safe to call twice."""
        with self._lock:
            self._is_closed = True
            for connection in (self._connection, *self._idle):
                connection.close()
            self._idle.clear()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Changes that all happen or none does.

        Raises:
            DataError: The file is damaged.
            UserError: The disk is full, another program keeps the file to itself, or it was removed or replaced meanwhile.
        """
        with self._lock, self._readable_errors():
            self._check_is_there()
            self._connection.execute("BEGIN IMMEDIATE")
            self._writing = threading.get_ident()
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                self._writing = None
                # A full disk may have ended it already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the file, whatever is written meanwhile; within `change`, the changes so far.

        Raises:
            DataError: The file is damaged.
            UserError: Another program keeps it to itself, or it was removed or replaced meanwhile.
        """
        if self._writing == threading.get_ident():
            yield self._connection
            return
        with self._readable_errors():
            connection = self._reader()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                self._give_back(connection)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a query.

        Raises:
            DataError: The file is damaged.
            UserError: Another program keeps it to itself.
        """
        with self.reading() as connection:
            return connection.execute(query, values).fetchall()

    def _check_is_there(self) -> None:
        """Go on in no file that nobody will find again: SQLite would, in one that was removed."""
        what = "was replaced by another file"
        try:
            if os.path.samestat(self.path.stat(), self._opened):
                return
        except OSError:
            what = "is gone"
        raise UserError(f"{self.path} {what} while it was used", "Nothing can be kept. Put it back, or export the conversation and start again.")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._busy_s, isolation_level=None, check_same_thread=False, factory=_Connection, cached_statements=64
        )
        connection.row_factory = sqlite3.Row
        connection.text_factory = unkept
        return connection

    def _reader(self) -> sqlite3.Connection:
        if self._is_closed:
            raise sqlite3.ProgrammingError("the file of conversations was closed")
        try:
            return self._idle.pop()
        except IndexError:
            self._check_is_there()
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
            return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        self._idle.append(connection)
        if self._is_closed:
            self.close()

    def _bring_up_to_date(self) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        done = self._version()
        if done == len(STEPS):
            return
        with self.change() as connection:
            # Two programs may have come here together; the second finds the work done.
            done = self._version()
            for number, step in enumerate(STEPS[done:], done + 1):
                for statement in _statements(step):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute(f"PRAGMA application_id = {OURS}")

    def _version(self) -> int:
        """How many steps the file has seen.

        Raises:
            DataError: It is another program's, or a newer one's.
        """
        done: int = self._connection.execute("PRAGMA user_version").fetchone()[0]
        is_ours = self._connection.execute("PRAGMA application_id").fetchone()[0] == OURS
        if not is_ours and (done or self._connection.execute("SELECT 1 FROM sqlite_master").fetchone()):
            raise DataError(f"{self.path} is a database of another program", "Move it away, or name another place with --home.")
        if done > len(STEPS):
            raise DataError(f"{self.path} was written by a newer version of this program", "Use that one, or name another place with --home.")
        return done

    @contextmanager
    def _readable_errors(self, is_opening: bool = False) -> Iterator[None]:
        try:
            yield
        except UnicodeDecodeError as error:
            raise _damaged(self.path, str(error)) from error
        except sqlite3.DatabaseError as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise UserError(
                    f"{self.path} is kept by another program that writes", "Nothing was lost. End that program, and try again."
                ) from error
            if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
                raise _may_not_write(self.path, str(error)) from error
            if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                raise UserError(f"{self.path} cannot be written: {error}", "Free some space on the disk, and try again.") from error
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or is_opening:
                raise _damaged(self.path, str(error)) from error
            raise


class _Connection(sqlite3.Connection):
    """One that takes any text."""

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        return super().execute(sql, kept_values(values))

    def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        return super().executemany(sql, map(kept_values, rows))


def open_database(home: Home) -> Database:
    """The conversations of a workspace; made where there are none yet.

    Raises:
        DataError: The file is none, a damaged one, or one of a newer program.
        UserError: It may not be written, or another program keeps it to itself.
    """
    return Database(home.root / FILE)


def _may_not_write(path: Path, why: str) -> UserError:
    return UserError(f"may not write {path}: {why}", "Change its permissions and its folder's, or name another place with --home.")


def _damaged(path: Path, why: str) -> DataError:
    return DataError(f"{path} cannot be read as conversations: {why}", "Nothing in it was changed. Move it away, and a new one is made.")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; `executescript` would commit before it began."""
    gathered = ""
    for line in script.strip().splitlines():
        gathered += line + "\n"
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
