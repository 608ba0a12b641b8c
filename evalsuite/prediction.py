"""The prediction: one answer beside what it should have been; what every metric reads.

Knows nothing of how the answer came to be, nor of how it is scored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LONGEST = 100_000
"""Characters of a text: ROUGE compares every line of an answer with every line of a reference."""


@dataclass(frozen=True)
class Prediction:
    """One answer.

    Attributes:
        id: The example's.
        text: What was answered.
        references: What would have been right; at least one.
        group: Predictions with equal groups are not independent of each other.
        question: What was asked; empty where it is not known.
        tags: What figures are broken down by.
        prompt_tokens: Tokens of the prompt; None where it is not known.
        completion_tokens: Tokens of the answer; None where it is not known.
        finish_reason: Why it ended; None where it is not known; `failed` where no answer came.
        error: Why no answer came.
    """

    id: str
    text: str
    references: tuple[str, ...]
    group: str
    question: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    finish_reason: str | None = None
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The prediction as one row of `predictions.jsonl`."""
        return {
            "id": self.id,
            "question": self.question,
            "prediction": self.text,
            "references": list(self.references),
            "group": self.group,
            "tags": dict(self.tags),
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "finish_reason": self.finish_reason,
            **({"error": self.error} if self.error is not None else {}),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Prediction:
        """The prediction that `to_json` wrote."""
        return cls(
            id=row["id"],
            text=row["prediction"],
            references=tuple(row["references"]),
            group=row["group"],
            question=row["question"],
            tags=dict(row["tags"]),
            prompt_tokens=row["prompt_tokens"],
            completion_tokens=row["completion_tokens"],
            finish_reason=row["finish_reason"],
            error=row.get("error"),
        )
