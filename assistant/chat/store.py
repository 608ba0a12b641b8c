"""Conversations on the disk. Every call is whole when it returns, and may come from any thread and any program.

Turns are only ever added or written further (see `Turn.is_behind`), so that two programs in one conversation lose nothing of each other. Of
what a conversation has once (title, pin, settings, who answers, where it is being read) only that is written which the
caller changed since it saw it, so that nobody undoes what another did meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from assistant.chat.conversation import Conversation
from assistant.chat.database import Database, open_database
from assistant.chat.rows import insert, is_there, once_of, turn_of, write
from assistant.chat.settings import Settings
from assistant.chat.turn import Turn
from assistant.core.errors import DataError, TargetError
from assistant.core.home import Home

DELETED_KEPT_S = 30 * 24 * 3600.0
"""How long a deleted conversation can be brought back."""

SHORT_ID = 8
"""Characters at the end of a name that lists show; they are drawn by chance, those before are the time."""


@dataclass(frozen=True)
class Summary:
    """A conversation as a list shows it.

    Attributes:
        id: Its name.
        title: What it is called.
        assistant: Who answered last.
        pinned: Whether it stays at the top.
        changed: When, in seconds since 1970.
        turns: How many there are, branches included.
        created: When, in seconds since 1970.
        deleted: Likewise; None where it was not.
    """

    id: str
    title: str
    assistant: str
    pinned: bool
    changed: float
    turns: int
    created: float = 0.0
    deleted: float | None = None


class ChatStore:
    """The conversations of a workspace.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._seen: dict[str, dict[str, Any]] = {}

    def add(self, conversation: Conversation) -> int:
        """Keep a conversation from elsewhere with all its turns.

        One of that name that is here already keeps what it has, gets what it lacks, and is brought back if it was deleted.

        Returns:
            How many turns were new.

        Raises:
            DataError: A turn of that name is in another conversation here.
        """
        with self.database.change() as connection:
            is_new = not is_there(connection, conversation.id)
            if is_new:
                insert(connection, conversation)
            here = dict(
                connection.execute(
                    "SELECT id, conversation FROM turns WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([*conversation.turns]),)
                )
            )
            if strange := next((name for name, where in here.items() if where != conversation.id), None):
                raise DataError(
                    f"the turn {strange} of the conversation {conversation.id} is in {here[strange]} already",
                    "Each turn has a name of its own; give it another.",
                )
            lacking = [turn for name, turn in conversation.turns.items() if name not in here]
            write(connection, conversation.id, lacking)
            connection.execute("UPDATE conversations SET deleted = NULL WHERE id = ?", (conversation.id,))
        if is_new:
            self._seen[conversation.id] = once_of(conversation)
        return len(lacking)

    def keep(self, conversation: Conversation, *turns: Turn) -> None:
        """Keep what a conversation is called and where it is being read, and turns that are new or have grown.

        A new question brings a deleted conversation back: what is being talked in is not to be lost.
        """
        row = once_of(conversation)
        with self.database.change() as connection:
            if is_there(connection, conversation.id):
                if any(turn.role == "user" and not connection.execute("SELECT 1 FROM turns WHERE id = ?", (turn.id,)).fetchone() for turn in turns):
                    connection.execute("UPDATE conversations SET deleted = NULL WHERE id = ?", (conversation.id,))
                seen = self._seen.get(conversation.id, {})
                changed = {name: value for name, value in row.items() if name not in seen or seen[name] != value}
                columns = "".join(f"{name} = ?, " for name in changed)
                connection.execute(
                    f"UPDATE conversations SET {columns}changed = max(changed, ?) WHERE id = ?",
                    (*changed.values(), conversation.changed, conversation.id),
                )
            else:
                insert(connection, conversation)
                # It is new, or was purged while someone still had it open.
                turns = tuple({**conversation.turns, **{turn.id: turn for turn in turns}}.values())
            write(connection, conversation.id, turns)
        self._seen[conversation.id] = row

    def grow(self, conversation: str, turn: Turn) -> None:
        """Keep a turn as far as it was said by now.

        Raises:
            TargetError: There is no conversation of that name.
        """
        with self.database.change() as connection:
            if not is_there(connection, conversation):
                raise _no_such(conversation)
            write(connection, conversation, (turn,))

    def load(self, name: str) -> Conversation:
        """A conversation with all its turns; a deleted one too.

        Raises:
            TargetError: There is none of that name.
        """
        with self.database.reading() as connection:
            row = connection.execute("SELECT * FROM conversations WHERE id = ?", (name,)).fetchone()
            if row is None:
                raise _no_such(name)
            turns = [turn_of(turn) for turn in connection.execute("SELECT * FROM turns WHERE conversation = ? ORDER BY number", (name,))]
        return Conversation(
            id=row["id"],
            turns={turn.id: turn for turn in turns},
            leaf=row["leaf"],
            title=row["title"],
            assistant=row["assistant"],
            settings=Settings(**json.loads(row["settings"])),
            pinned=bool(row["pinned"]),
            created=row["created"],
            changed=row["changed"],
        )

    def take_up(self, name: str) -> Conversation:
        """A conversation that is to be gone on with: from now on `keep` writes of it only what is changed by whoever took it up.

        Raises:
            TargetError: There is none of that name.
        """
        conversation = self.load(name)
        self._seen[name] = once_of(conversation)
        return conversation

    def latest(self) -> Summary | None:
        """The conversation that was changed last; None if there is none."""
        rows = self.database.rows("SELECT * FROM conversations WHERE deleted IS NULL ORDER BY changed DESC LIMIT 1")
        return _summary_of(rows[0]) if rows else None

    def find(self, name: str) -> str:
        """The whole name of a conversation, deleted ones included.

        Args:
            name: It, its beginning, or its end as lists show it.

        Raises:
            TargetError: There is none, or there are several.
        """
        if not name:
            raise _no_such("without a name")
        rows = self.database.rows(
            "SELECT id FROM conversations WHERE lower(substr(id, 1, ?1)) = ?2 OR lower(substr(id, -?1)) = ?2 ORDER BY lower(id) = ?2 DESC LIMIT 3",
            (len(name), name.lower()),
        )
        found: list[str] = [row["id"] for row in rows]
        if not found:
            raise _no_such(name)
        if len(found) > 1 and found[0].lower() != name.lower():
            raise TargetError(f"{name} begins or ends the names of several conversations", f"Write more of it: {' or '.join(found)}.")
        return found[0]

    def listed(self, limit: int | None = 200, deleted: bool = False, name: str = "", assistant: str = "") -> list[Summary]:
        """Conversations, pinned ones first, then by their last change.

        Args:
            limit: How many at most; None for all.
            deleted: Those that were deleted instead, the last one first.
            name: Only those whose title holds this, in whatever case.
            assistant: Only those of this version (`health@1`), or of any version of an assistant (`health`).
        """
        rows = self.database.rows(
            f"SELECT * FROM conversations WHERE deleted IS {'NOT ' if deleted else ''}NULL "
            "AND (?1 = '' OR assistant = ?1 OR substr(assistant, 1, length(?1) + 1) = ?1 || '@') "
            f"ORDER BY {'deleted DESC' if deleted else 'pinned DESC, changed DESC'} LIMIT ?2",
            (assistant, -1 if name or limit is None else limit),
        )
        wanted = name.casefold()
        found = [_summary_of(row) for row in rows if not wanted or wanted in row["title"].casefold()]
        return found if limit is None else found[:limit]

    def rename(self, name: str, title: str) -> None:
        """Call a conversation otherwise."""
        self._set(name, "title = ?", title)

    def pin(self, name: str, pinned: bool) -> None:
        """Keep a conversation at the top of the list, or no longer."""
        self._set(name, "pinned = ?", pinned)

    def delete(self, name: str) -> None:
        """Take a conversation out of the list; `restore` brings it back as long as `purge` has not been there."""
        self._set(name, "deleted = coalesce(deleted, ?)", time.time())

    def restore(self, name: str) -> None:
        """Bring a deleted conversation back as it was."""
        self._set(name, "deleted = ?", None)

    def purge(self, older_than_s: float = DELETED_KEPT_S) -> int:
        """Remove for good what was deleted that long ago, with its turns; feedback and votes hold what they need themselves.

        Returns:
            How many conversations.
        """
        before = time.time() - older_than_s
        if not self.database.rows("SELECT 1 FROM conversations WHERE deleted < ? LIMIT 1", (before,)):
            return 0
        with self.database.change() as connection:
            return connection.execute("DELETE FROM conversations WHERE deleted < ?", (before,)).rowcount

    def asked_before(self, limit: int = 200) -> list[str]:
        """The last questions of all conversations, oldest first, each once."""
        found: dict[str, None] = {}
        with self.database.reading() as connection:
            questions = connection.execute(
                "SELECT text FROM turns CROSS JOIN conversations ON conversations.id = turns.conversation "
                "WHERE role = 'user' AND deleted IS NULL ORDER BY number DESC"
            )
            for row in questions:
                found.setdefault(row["text"])
                if len(found) == limit:
                    break
        return list(reversed(found))

    def _set(self, name: str, what: str, value: Any) -> None:
        with self.database.change() as connection:
            connection.execute(f"UPDATE conversations SET {what} WHERE id = ?", (value, name))


def open_store(home: Home) -> ChatStore:
    """The conversations of a workspace, without those that were deleted long ago.

    Raises:
        DataError: The file is none, a damaged one, or one of a newer program.
        UserError: It may not be written, or another program keeps it to itself.
    """
    store = ChatStore(open_database(home))
    try:
        store.purge()
    except BaseException:
        store.database.close()
        raise
    return store


def _no_such(name: str) -> TargetError:
    return TargetError(f"there is no conversation {name}", "`assistant chats list` shows those there are.")


def _summary_of(row: sqlite3.Row) -> Summary:
    return Summary(row["id"], row["title"], row["assistant"], bool(row["pinned"]), row["changed"], row["turns"], row["created"], row["deleted"])
