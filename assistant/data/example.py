"""The example: one question with its reference answers, its group and its tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.core.messages import Message


@dataclass(frozen=True)
class Place:
    """Where a row was found.

    Attributes:
        file: The file as it is called in reports, an archive's member as `faq.zip/page.html`, or a source's name.
        line: Its line, counted from 1; where there are no lines (Parquet, lists, queries, documents) its record.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def to_json(self) -> dict[str, Any]:
        """The place as a part of a row."""
        return {"file": self.file, "line": self.line}


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
        made_by: How it was made from another one; empty for what people wrote. What was made is in train alone.
        weight: How much it counts in the loss, beside 1 for all others.
        place: Where it was found, if that is known; no part of what the example is.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    group: str
    tags: Mapping[str, str] = field(default_factory=dict)
    history: tuple[Message, ...] = ()
    made_by: str = ""
    weight: float = 1.0
    place: Place | None = field(default=None, compare=False)

    @property
    def prompt(self) -> tuple[Message, ...]:
        """The conversation up to and with the question."""
        return (*self.history, Message(role="user", content=self.question))

    def to_json(self) -> dict[str, Any]:
        """The example as one row of prepared data."""
        row: dict[str, Any] = {
            "id": self.id,
            "question": self.question,
            "answers": list(self.answers),
            "group": self.group,
            "tags": dict(self.tags),
            "history": list(self.history),
        }
        # Left out where they say nothing, so that the fingerprints of data without them stay.
        if self.made_by:
            row["made_by"] = self.made_by
        if self.weight != 1.0:
            row["weight"] = self.weight
        return row

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Example:
        """The example that `to_json` wrote."""
        return cls(
            row["id"],
            row["question"],
            tuple(row["answers"]),
            row["group"],
            dict(row["tags"]),
            tuple(row["history"]),
            row.get("made_by", ""),
            row.get("weight", 1.0),
        )
