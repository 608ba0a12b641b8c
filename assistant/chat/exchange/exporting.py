"""Writes conversations to a file, in the form that its ending names: .md, .html or .jsonl."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from assistant.chat.conversation import Conversation
from assistant.chat.exchange.markdown import markdown
from assistant.chat.exchange.page import page
from assistant.chat.exchange.tree import tree_of
from assistant.core.errors import UserError
from assistant.core.files import write_text
from assistant.core.messages import Message
from assistant.core.plain import UNKNOWN

FORMS = (".md", ".html", ".jsonl")

TREE = "tree"
"""The key of a line that holds all of a conversation. Its value is a text: a column of one type, whatever is in the trees."""


def no_notice(label: str) -> str:
    """Where nothing is known that users must know."""
    return ""


def check_export(file: Path) -> None:
    """Refuse what can never be written, before anything is read.

    Raises:
        UserError: The file is in the way, or its ending names no form.
    """
    if file.suffix.lower() not in FORMS:
        raise UserError(
            f"cannot tell the form of {file} from its ending", f"Let it end in one of {', '.join(FORMS)}; only .jsonl can be imported again."
        )
    if os.path.lexists(file):
        raise UserError(f"{file} is there already", "Name another file, or remove it first.")


def export(conversations: Conversation | Sequence[Conversation], file: Path, notice_of: Callable[[str], str] = no_notice) -> None:
    """Write conversations to a new file; it is whole or absent.

    `.md` and `.html` show the path that is being read. `.jsonl` has a line for each conversation: `messages`, that path
    as it can be trained on, and `tree`, all of it for `import_conversations`.

    Args:
        conversations: One or several.
        file: Must not exist.
        notice_of: What users of an assistant must know before they rely on it, by its label; shown where people read.

    Raises:
        UserError: The file is in the way, its ending names no form, or the disk refuses.
    """
    several = [conversations] if isinstance(conversations, Conversation) else list(conversations)
    check_export(file)
    if not several:
        raise UserError("there is no conversation to export", "`assistant chats list` shows those there are.")
    form = file.suffix.lower()
    write_text(file, markdown(several, notice_of) if form == ".md" else page(several, notice_of) if form == ".html" else "".join(map(_line, several)))


def _line(conversation: Conversation) -> str:
    try:
        # Escaped, for no file of UTF-8 holds half a character.
        tree = json.dumps(tree_of(conversation), allow_nan=False)
    except ValueError:
        raise UserError(
            f"the conversation {conversation.id} holds a number that cannot be counted with, and could not be imported again",
            "Export it as .md or .html, and the others without it.",
        ) from None
    row = {
        "id": conversation.id,
        "title": _whole(conversation.title),
        "messages": list(messages_of(conversation)),
        TREE: tree,
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def messages_of(conversation: Conversation) -> Iterator[Message]:
    """The exchanges of the path that can be trained on: a question, and an answer that did not fail and says something."""
    system = conversation.settings.system_prompt
    exchanges = [
        (question, answer)
        for question, answer in pairwise(conversation.path)
        if (question.role, answer.role) == ("user", "assistant") and answer.state != "failed" and answer.text.strip() and question.text.strip()
    ]
    if system and exchanges:
        yield Message(role="system", content=_whole(system))
    for exchange in exchanges:
        for turn in exchange:
            yield Message(role=turn.role, content=_whole(turn.text))


def _whole(text: str) -> str:
    """The text with a sign in the place of half a character."""
    return "".join(UNKNOWN if "\ud800" <= character <= "\udfff" else character for character in text)
