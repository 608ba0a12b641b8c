"""Conversations and turns as rows of the tables, and back. Knows neither when nor why they are written."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from assistant.chat.conversation import Conversation
from assistant.chat.turn import Figures, Speaker, Turn
from assistant.engines.protocol import Sampling


def is_there(connection: sqlite3.Connection, name: str) -> bool:
    """Whether a conversation of that name is kept, deleted ones included."""
    return connection.execute("SELECT 1 FROM conversations WHERE id = ?", (name,)).fetchone() is not None


def once_of(conversation: Conversation) -> dict[str, Any]:
    """What a conversation has once, as its columns hold it."""
    return {
        "title": conversation.title,
        "assistant": conversation.assistant,
        "settings": json.dumps(conversation.settings.changed),
        "pinned": int(conversation.pinned),
        "leaf": conversation.leaf,
    }


def insert(connection: sqlite3.Connection, conversation: Conversation) -> None:
    """Add a conversation, without its turns."""
    row = {"id": conversation.id, "created": conversation.created, "changed": conversation.changed, **once_of(conversation)}
    connection.execute(f"INSERT INTO conversations ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))


def write(connection: sqlite3.Connection, conversation: str, turns: Iterable[Turn]) -> None:
    """Add turns, or write those further that are there; one that is further on the disk already stays as it is there.

    Another program may have continued an answer that this one still has as it was.
    """
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
            if not ((kept := _kept(connection, turn.id)) and turn.is_behind(kept))
        ],
    )


def _kept(connection: sqlite3.Connection, name: str) -> Turn | None:
    row = connection.execute("SELECT * FROM turns WHERE id = ?", (name,)).fetchone()
    return turn_of(row) if row else None


def turn_of(row: sqlite3.Row) -> Turn:
    """The turn of a row."""
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
