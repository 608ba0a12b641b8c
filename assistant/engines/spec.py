"""What an engine has to load, in a form that crosses to another process."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class EngineSpec:
    """Everything a model process needs.

    Attributes:
        label: What the model is called on screens and scorecards: `health@1`, `smollm2-135m`.
        weights: Folder of the full-precision weights.
        adapter: Folder of a PEFT adapter to merge into them; None for none.
        tokenizer: Folder of the tokenizer with its chat template.
        system_prompt: What stands before every conversation.
        template_fingerprint: The template that must come out; None where nothing was trained with one.
        engine: `transformers` or `openvino`.
        precision: Of `transformers`: `auto`, `bfloat16` or `float32`.
        compiled: Folder of the compiled form that `openvino` loads.
    """

    label: str
    weights: str
    tokenizer: str
    adapter: str | None = None
    system_prompt: str = ""
    template_fingerprint: str | None = None
    engine: str = "transformers"
    precision: str = "auto"
    compiled: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The spec as JSON holds it."""
        return asdict(self)
