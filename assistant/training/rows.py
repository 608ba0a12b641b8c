"""From examples to the rows that SFTTrainer takes, with a count of what `max_length` cuts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.core.errors import DataError
from assistant.data.example import Example
from assistant.models.template import PromptTemplate

SHOWN = 5
"""How many ids of cut rows are kept in the report; all are counted."""

WEIGHT = "weight"
"""The column of a row's weight in the loss; there only where not all rows weigh the same."""


@dataclass(frozen=True)
class Rows:
    """Rows to train on.

    Attributes:
        rows: Conversational prompt and completion, and the `WEIGHT` of each where not all are 1.
        tokens: Tokens of all rows as they will be seen, prompts included.
        answer_tokens: Those among them that are trained on.
        whole: Rows that fit.
        cut: Ids of rows whose answer is cut; they are trained on without its end.
        left_out: Ids of rows whose prompt alone fills `max_length`: nothing would be trained on.
        lengths: Tokens of each row as they will be seen, `(rows,)`.
        weights: The least and the greatest weight of a row; None where all are 1.
    """

    rows: list[dict[str, Any]]
    tokens: int
    answer_tokens: int
    whole: int
    cut: tuple[str, ...]
    left_out: tuple[str, ...]
    lengths: tuple[int, ...] = ()
    weights: tuple[float, float] | None = None

    def to_json(self) -> dict[str, Any]:
        """The counts for a manifest."""
        return {
            "rows": len(self.rows),
            "whole": self.whole,
            "cut": {"count": len(self.cut), "first": list(self.cut[:SHOWN])},
            "left_out": {"count": len(self.left_out), "first": list(self.left_out[:SHOWN])},
            "tokens": self.tokens,
            "answer_tokens": self.answer_tokens,
            **({"weights": {"min": self.weights[0], "max": self.weights[1]}} if self.weights else {}),
        }


def make_rows(examples: Sequence[Example], template: PromptTemplate, max_length: int) -> Rows:
    """Render every example once, and keep those of which something is trained on.

    Raises:
        DataError: Not one row is whole, or a row's weight is none.
        TemplateError: The template does not suit training.
    """
    rows: list[dict[str, Any]] = []
    answer_tokens = whole = 0
    cut: list[str] = []
    left_out: list[str] = []
    lengths: list[int] = []
    weights: list[float] = []
    longest = 0
    for example in examples:
        rendered = template.encode_example(example.prompt, example.answers[0])
        longest = max(longest, len(rendered))
        seen = min(len(rendered.answer_ids), max_length - len(rendered.prompt_ids))
        if seen <= 0:
            left_out.append(example.id)
            continue
        if seen < len(rendered.answer_ids):
            cut.append(example.id)
        else:
            whole += 1
        lengths.append(len(rendered.prompt_ids) + seen)
        answer_tokens += seen
        weights.append(_weight(example))
        rows.append(_row(example, template))
    if examples and not whole:
        raise DataError(
            f"training.max_length {max_length} leaves no row whole: the longest has {longest} tokens",
            f"Raise it, with --set training.max_length={_round_up(longest)} for instance.",
        )
    if all(weight == 1 for weight in weights):
        return Rows(rows, sum(lengths), answer_tokens, whole, tuple(cut), tuple(left_out), tuple(lengths))
    weighted = [{**row, WEIGHT: weight} for row, weight in zip(rows, weights, strict=True)]
    extremes = min(weights), max(weights)
    return Rows(weighted, sum(lengths), answer_tokens, whole, tuple(cut), tuple(left_out), tuple(lengths), extremes)


def _weight(example: Example) -> float:
    if not (math.isfinite(example.weight) and example.weight > 0):
        raise DataError(f"the example {example.id} has the weight {example.weight}", "Prepare the data again; a weight is a number above 0.")
    return example.weight


def _row(example: Example, template: PromptTemplate) -> dict[str, Any]:
    return {
        "prompt": [dict(message) for message in template.conversation(example.prompt)],
        "completion": [{"role": "assistant", "content": template.harmless(example.answers[0])}],
    }


def _round_up(tokens: int) -> int:
    return -(-tokens // 64) * 64
