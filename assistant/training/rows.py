"""From examples to the rows that SFTTrainer takes, with a count of what `max_length` cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.core.errors import DataError
from assistant.data.example import Example
from assistant.models.template import PromptTemplate

SHOWN = 5
"""How many ids of cut rows are kept in the report; all are counted."""


@dataclass(frozen=True)
class Rows:
    """Rows to train on.

    Attributes:
        rows: Conversational prompt and completion.
        tokens: Tokens of all rows as they will be seen, prompts included.
        answer_tokens: Those among them that are trained on.
        whole: Rows that fit.
        cut: Ids of rows whose answer is cut; they are trained on without its end.
        left_out: Ids of rows whose prompt alone fills `max_length`: nothing would be trained on.
        lengths: Tokens of each row as they will be seen, `(rows,)`.
    """

    rows: list[dict[str, Any]]
    tokens: int
    answer_tokens: int
    whole: int
    cut: tuple[str, ...]
    left_out: tuple[str, ...]
    lengths: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The counts for a manifest."""
        return {
            "rows": len(self.rows),
            "whole": self.whole,
            "cut": {"count": len(self.cut), "first": list(self.cut[:SHOWN])},
            "left_out": {"count": len(self.left_out), "first": list(self.left_out[:SHOWN])},
            "tokens": self.tokens,
            "answer_tokens": self.answer_tokens,
        }


def make_rows(examples: Sequence[Example], template: PromptTemplate, max_length: int) -> Rows:
    """Render every example once, and keep those of which something is trained on.

    Raises:
        DataError: Not one row is whole.
        TemplateError: The template does not suit training.
    """
    rows: list[dict[str, Any]] = []
    answer_tokens = whole = 0
    cut: list[str] = []
    left_out: list[str] = []
    lengths: list[int] = []
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
        rows.append(_row(example, template))
    if examples and not whole:
        raise DataError(
            f"training.max_length {max_length} leaves no row whole: the longest has {longest} tokens",
            f"Raise it, with --set training.max_length={_round_up(longest)} for instance.",
        )
    return Rows(rows, sum(lengths), answer_tokens, whole, tuple(cut), tuple(left_out), tuple(lengths))


def _row(example: Example, template: PromptTemplate) -> dict[str, Any]:
    return {
        "prompt": [dict(message) for message in template.conversation(example.prompt)],
        "completion": [{"role": "assistant", "content": template.harmless(example.answers[0])}],
    }


def _round_up(tokens: int) -> int:
    return -(-tokens // 64) * 64
