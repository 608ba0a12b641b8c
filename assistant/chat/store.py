"""Conversations on the disk. Every call is whole when it returns, and may come from any thread and any program.

Turns are only ever added or written further, so that two programs in one conversation lose nothing of each other.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from assistant.chat.conversation import Conversation
from assistant.chat.database import Database
from assistant.chat.settings import Settings
from assistant.chat.turn import Figures, Speaker, Turn
from assistant.core.errors import TargetError
from assistant.engines.protocol import Sampling


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
    """

    id: str
    title: str
    assistant: str
    pinned: bool
    changed: float
    turns: int


class ChatStore:
    """The conversations of a workspace.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, conversation: Conversation) -> None:
        """Keep a conversation with all its turns; one of that name that is there already gets what it lacks."""
        with self.database.change() as connection:
            connection.execute(
                "INSERT INTO conversations (id, title, assistant, settings, pinned, created, changed, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET title = excluded.title, assistant = excluded.assistant, settings = excluded.settings, "
                "pinned = excluded.pinned, changed = excluded.changed, leaf = excluded.leaf",
                (
                    conversation.id,
                    conversation.title,
                    conversation.assistant,
                    json.dumps(conversation.settings.changed),
                    conversation.pinned,
                    conversation.created,
                    conversation.changed,
                    conversation.leaf,
                ),
            )
            _write(connection, conversation.id, conversation.turns.values())

    def keep(self, conversation: Conversation, *turns: Turn) -> None:
        """Keep what a conversation is called and where it is being read, and turns that are new or have grown."""
        self.add(Conversation(**{**vars_of(conversation), "turns": {turn.id: turn for turn in turns}}))

    def grow(self, conversation: str, turn: Turn) -> None:
        """Keep a turn as far as it was said by now."""
        with self.database.change() as connection:
            _write(connection, conversation, (turn,))

    def load(self, name: str) -> Conversation:
        """A conversation with all its turns.

        Raises:
            TargetError: There is none of that name.
        """
        found = self.database.rows("SELECT * FROM conversations WHERE id = ?", (name,))
        if not found:
            raise TargetError(f"there is no conversation {name}", "`assistant chats list` shows those there are.")
        row = found[0]
        turns = [_turn_of(turn) for turn in self.database.rows("SELECT * FROM turns WHERE conversation = ? ORDER BY id", (name,))]
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

    def listed(self, limit: int = 200, deleted: bool = False) -> list[Summary]:
        """Conversations, pinned ones first, then by their last change; those that were deleted where that is asked."""
        rows = self.database.rows(
            "SELECT *, (SELECT count(*) FROM turns WHERE conversation = conversations.id) AS turns FROM conversations "
            f"WHERE deleted IS {'NOT ' if deleted else ''}NULL ORDER BY pinned DESC, changed DESC LIMIT ?",
            (limit,),
        )
        return [Summary(row["id"], row["title"], row["assistant"], bool(row["pinned"]), row["changed"], row["turns"]) for row in rows]

    def rename(self, name: str, title: str) -> None:
        """Call a conversation otherwise."""
        self._set(name, "title = ?", title)

    def pin(self, name: str, pinned: bool) -> None:
        """Keep a conversation at the top of the list, or no longer."""
        self._set(name, "pinned = ?", pinned)

    def delete(self, name: str) -> None:
        """Take a conversation out of the list; `restore` brings it back."""
        self._set(name, "deleted = ?", time.time())

    def restore(self, name: str) -> None:
        """Bring a deleted conversation back as it was."""
        self._set(name, "deleted = ?", None)

    def asked_before(self, limit: int = 200) -> list[str]:
        """The last questions of all conversations, oldest first, each once."""
        rows = self.database.rows(
            "SELECT text, max(turns.id) AS last FROM turns JOIN conversations ON conversations.id = turns.conversation "
            "WHERE role = 'user' AND deleted IS NULL GROUP BY text ORDER BY last DESC LIMIT ?",
            (limit,),
        )
        return [row["text"] for row in reversed(rows)]

    def _set(self, name: str, what: str, value: Any) -> None:
        with self.database.change() as connection:
            connection.execute(f"UPDATE conversations SET {what} WHERE id = ?", (value, name))


def vars_of(conversation: Conversation) -> dict[str, Any]:
    """The fields of a conversation, by name."""
    return {name: getattr(conversation, name) for name in conversation.__dataclass_fields__}


def _write(connection: sqlite3.Connection, conversation: str, turns: Iterable[Turn]) -> None:
    now = time.time()
    connection.executemany(
        "INSERT INTO turns (id, conversation, parent, role, text, state, created, written, error, speaker, figures, warnings) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text, state = excluded.state, "
        "written = excluded.written, error = excluded.error, speaker = excluded.speaker, figures = excluded.figures, warnings = excluded.warnings",
        [
            (
                turn.id,
                conversation,
                turn.parent,
                turn.role,
                turn.text,
                turn.state,
                turn.created,
                now,
                turn.error,
                json.dumps(asdict(turn.speaker)) if turn.speaker else None,
                json.dumps(asdict(turn.figures)) if turn.figures else None,
                json.dumps(turn.warnings),
            )
            for turn in turns
        ],
    )


def _turn_of(row: sqlite3.Row) -> Turn:
    return Turn(
        id=row["id"],
        parent=row["parent"],
        role=row["role"],
        text=row["text"],
        state=row["state"],
        created=row["created"],
        error=row["error"],
        speaker=_speaker_of(json.loads(row["speaker"])) if row["speaker"] else None,
        figures=Figures(**json.loads(row["figures"])) if row["figures"] else None,
        warnings=tuple(json.loads(row["warnings"])),
    )


def _speaker_of(value: dict[str, Any]) -> Speaker:
    return Speaker(**{**value, "sampling": Sampling(**value["sampling"])})
