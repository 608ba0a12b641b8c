"""When two examples are the same, and when they ask the same."""

from __future__ import annotations

import unicodedata

from assistant.data.example import Example


def normal_form(text: str) -> str:
    """Text as it counts for equality: compatibility forms folded, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def asked(example: Example) -> tuple[str, ...]:
    """What an example asks: its question, after what was said before it.

    A question that needs its conversation ("and for children?") is another one in another conversation.
    A system message is no part of it.
    """
    before = (f"{message['role']}:{normal_form(message['content'])}" for message in example.history if message["role"] != "system")
    return (*before, normal_form(example.question))


def said(example: Example) -> tuple[str, ...]:
    """What an example says in all: system message, conversation, question and answers."""
    system = (normal_form(message["content"]) for message in example.history if message["role"] == "system")
    return (*system, "", *asked(example), "", *map(normal_form, example.answers))
