"""A turn of a conversation, as chat templates take it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict


class Message(TypedDict):
    """One turn.

    Attributes:
        role: Who speaks.
        content: What is said.
    """

    role: Literal["system", "user", "assistant"]
    content: str


def goes_on(messages: Sequence[Message]) -> bool:
    """Whether a conversation ends with the beginning of an answer, which is to be continued; one without a word is none."""
    return bool(messages) and messages[-1]["role"] == "assistant" and bool(messages[-1]["content"].strip())


def without_begun(messages: Sequence[Message]) -> Sequence[Message]:
    """The messages without an answer that they end with."""
    return messages[:-1] if messages and messages[-1]["role"] == "assistant" else messages
