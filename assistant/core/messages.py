"""A turn of a conversation, as chat templates take it."""

from __future__ import annotations

from typing import Literal, TypedDict


class Message(TypedDict):
    """One turn.

    Attributes:
        role: Who speaks.
        content: What is said.
    """

    role: Literal["system", "user", "assistant"]
    content: str
