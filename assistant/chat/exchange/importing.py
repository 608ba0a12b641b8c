"""Reads conversations from files: our own without loss, and those of other programs as new ones."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.chat.conversation import Conversation
from assistant.chat.exchange.exporting import TREE
from assistant.chat.exchange.tree import NotOneError, conversation_of
from assistant.chat.settings import Settings
from assistant.chat.titles import title_of
from assistant.chat.turn import Turn
from assistant.core import fingerprint
from assistant.core.errors import DataError
from assistant.core.messages import Message
from assistant.core.plain import one_line

ENDINGS = (".jsonl", ".ndjson", ".json")

NAME = 24
"""Characters of the name of a conversation from elsewhere, which is made of what is said in it."""


def import_conversations(file: Path) -> list[Conversation]:
    """The conversations of a file; all of them, or an error.

    A line that this program exported gives the very conversation, with its names, branches and times. A line of another
    program, `messages` (`role`, `content`) or `conversations` (`from`, `value`), gives a new one whose names are made of
    what is said: the same line gives the same names, so that what is imported twice is there once.

    Raises:
        DataError: The file cannot be read, or a line of it is no conversation.
    """
    from assistant.data.problems import Problem
    from assistant.data.reading.formats import rows_of

    if file.suffix.lower() not in ENDINGS:
        raise DataError(f"{file} cannot be imported", f"Conversations come in files that end in one of {', '.join(ENDINGS)}.")
    if not file.is_file():
        raise DataError(f"there is no file {file}", "Check its name.")
    found: dict[str, Conversation] = {}
    for entry in rows_of(file):
        if isinstance(entry, Problem):
            raise _refused(file, entry.line, f"{entry.kind}: {entry.detail}" if entry.detail else entry.kind)
        line, row = entry
        try:
            conversation = _own(row) if TREE in row else _foreign(row)
        except NotOneError as error:
            raise _refused(file, line, str(error)) from None
        found.setdefault(conversation.id, conversation)
    if not found:
        raise DataError(f"{file} holds no conversation", "Each line is an object with `messages` or `conversations`.")
    return list(found.values())


def _refused(file: Path, line: int, why: str) -> DataError:
    return DataError(f"{file}:{line}: {one_line(why)}", "Nothing was imported. Correct that line or remove it, and import the file again.")


def _own(row: Mapping[str, Any]) -> Conversation:
    try:
        tree = json.loads(row[TREE]) if isinstance(row[TREE], str) else row[TREE]
    except (ValueError, RecursionError):
        raise NotOneError(f"`{TREE}` is not JSON") from None
    return conversation_of(tree)


def _foreign(row: Mapping[str, Any]) -> Conversation:
    from assistant.data.reading.cells import UnusableError, messages_of
    from assistant.data.reading.columns import recognize

    layout = recognize(list(row))
    if layout is None or layout.kind != "conversation":
        raise NotOneError("neither `messages` nor `conversations` are among the keys")
    try:
        messages = list(messages_of(row[layout.question]))
    except UnusableError as error:
        raise NotOneError(f"{error.kind} {error.detail}".strip()) from None
    system = [message["content"] for message in messages if message["role"] == "system" and message["content"]]
    said = [message for message in messages if message["role"] != "system" and message["content"]]
    if not said:
        raise NotOneError("nobody says anything")
    name = fingerprint.of_value([system, said])[:NAME]
    turns = {turn.id: turn for turn in _turns(name, said)}
    first = next((message["content"] for message in said if message["role"] == "user"), said[0]["content"])
    return Conversation(
        id=name,
        turns=turns,
        leaf=list(turns)[-1],
        title=title_of(first),
        settings=Settings(system_prompt="\n\n".join(system)) if system else Settings(),
    )


def _turns(name: str, said: list[Message]) -> Iterator[Turn]:
    parent = None
    for number, message in enumerate(said):
        assert message["role"] != "system"
        turn = Turn(f"{name}-{number:04x}", parent, message["role"], message["content"], created=time.time())
        yield turn
        parent = turn.id
