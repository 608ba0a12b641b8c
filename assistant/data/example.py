"""The example: one question with its reference answers, its group and its tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.core.messages import Message


@dataclass(frozen=True)
class Example:
    """One question and its answers.

    Attributes:
        id: Its name, stable as the data grows.
        question: What the user says last.
        answers: Reference answers; the first is the one that is trained on.
        group: Examples with equal groups are never parted between splits.
        tags: What figures are broken down by.
        history: Turns before the question; may open with a system message of its own.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    group: str
    tags: Mapping[str, str] = field(default_factory=dict)
    history: tuple[Message, ...] = ()

    @property
    def prompt(self) -> tuple[Message, ...]:
        """The conversation up to and with the question."""
        return (*self.history, Message(role="user", content=self.question))

    def to_json(self) -> dict[str, Any]:
        """The example as one row of prepared data."""
        return {
            "id": self.id,
            "question": self.question,
            "answers": list(self.answers),
            "group": self.group,
            "tags": dict(self.tags),
            "history": list(self.history),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Example:
        """The example that `to_json` wrote."""
        return cls(row["id"], row["question"], tuple(row["answers"]), row["group"], dict(row["tags"]), tuple(row["history"]))
