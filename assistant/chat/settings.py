"""What a conversation asks for otherwise than the recipe does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any

from assistant.engines.protocol import Sampling

SEEDS = 2**32
MOST_TOKENS = 1_000_000
"""More than any model reads."""

RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "max_new_tokens": (1, MOST_TOKENS),
        "temperature": (0, 10),
        "top_p": (0, 1),
        "repetition_penalty": (1, 10),
        "seed": (0, SEEDS - 1),
        "context_tokens": (16, MOST_TOKENS),
    }
)
"""The least and the most that each number may be which a conversation asks for."""


@dataclass(frozen=True)
class Settings:
    """Changes to how answers are written; None leaves what the recipe says.

    Attributes:
        system_prompt: What the assistant is told before the conversation; empty for nothing at all.
        max_new_tokens: An answer is cut off here.
        temperature: 0 takes the likeliest token.
        top_p: Sampling is among the likeliest tokens that together have this probability.
        repetition_penalty: Above 1, tokens already in the text become less likely.
        seed: Seed of the sampling.
        context_tokens: The longest prompt; what is older than fits is left out. None for all that the model reads.
    """

    system_prompt: str | None = None
    max_new_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    repetition_penalty: float | None = None
    seed: int | None = None
    context_tokens: int | None = None

    @property
    def changed(self) -> dict[str, Any]:
        """What is not as the recipe says, by its name."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def sampling(self, own: Sampling) -> Sampling:
        """How tokens are chosen, where `own` is what the recipe says."""
        return replace(own, **{name: value for name, value in self.changed.items() if hasattr(own, name)})
