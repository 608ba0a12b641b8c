"""How judgements stand in their tables: plain columns for what is looked for, JSON for the snapshots."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from assistant.chat.rated import Entry, Vote, asked_from, said_from, to_json

_BOTH = ("id", "conversation", "created", "changed", "state", "reviewed", "note")
ENTRY_COLUMNS = (*_BOTH, "turn", "verdict", "comment", "correction")
VOTE_COLUMNS = (*_BOTH, "question", "left_turn", "right_turn", "choice")


def _columns(values: Mapping[str, object]) -> tuple[str, list[object]]:
    return f"({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", list(values.values())


def put_entry(connection: sqlite3.Connection, entry: Entry) -> None:
    """Write an entry, in the place of what there is on its answer."""
    snapshot = json.dumps({"asked": to_json(entry.asked), "said": to_json(entry.said)})
    values = {name: getattr(entry, name) for name in ENTRY_COLUMNS}
    what, data = _columns({**values, "reasons": json.dumps(entry.reasons), "snapshot": snapshot})
    connection.execute(f"INSERT OR REPLACE INTO feedback {what}", data)


def put_vote(connection: sqlite3.Connection, vote: Vote) -> None:
    """Write a vote, in the place of one of its name."""
    snapshot = json.dumps({"asked": to_json(vote.asked), "left": to_json(vote.left), "right": to_json(vote.right)})
    what, data = _columns({**{name: getattr(vote, name) for name in VOTE_COLUMNS}, "snapshot": snapshot})
    connection.execute(f"INSERT OR REPLACE INTO votes {what}", data)


def entry_from(row: sqlite3.Row) -> Entry:
    """The entry of a row."""
    snapshot = json.loads(row["snapshot"])
    return Entry(
        **{name: row[name] for name in ENTRY_COLUMNS},
        reasons=tuple(json.loads(row["reasons"])),
        asked=asked_from(snapshot["asked"]),
        said=said_from(snapshot["said"]),
    )


def vote_from(row: sqlite3.Row) -> Vote:
    """The vote of a row."""
    snapshot = json.loads(row["snapshot"])
    return Vote(
        **{name: row[name] for name in VOTE_COLUMNS},
        asked=asked_from(snapshot["asked"]),
        left=said_from(snapshot["left"]),
        right=said_from(snapshot["right"]),
    )
