"""What a model that is being trained answers now: a few fixed questions, always the likeliest token.

Changes nothing: no weight, no gradient, no random number. Knows nothing of whoever wants to see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from assistant.data.example import Example
from assistant.models.template import PromptTemplate

QUESTIONS = 2
"""How many questions are asked each time."""

LONGEST = 48
"""Tokens of an answer."""


@dataclass(frozen=True)
class Asked:
    """A question that is asked again and again.

    Attributes:
        question: What the user says.
        reference: The answer that stands in the data.
        prompt_ids: The whole prompt as tokens, `(prompt,)`.
    """

    question: str
    reference: str
    prompt_ids: tuple[int, ...]


def questions_of(examples: Iterable[Example], template: PromptTemplate, room: int | None) -> tuple[Asked, ...]:
    """The first questions whose answer fits.

    Args:
        examples: Of the validation split.
        template: Renders the prompts.
        room: Tokens that the model can read; None where it does not say.
    """
    asked = (Asked(example.question, example.answers[0], tuple(template.encode(example.prompt))) for example in examples)
    return tuple(islice((one for one in asked if room is None or len(one.prompt_ids) + LONGEST <= room), QUESTIONS))


def answer_now(model: Any, prompt_ids: Sequence[int], end_ids: Sequence[int], stop: Callable[[], bool]) -> list[int] | None:
    """The likeliest answer of the weights as they are.

    Written out token by token: `generate` would set up settings and caches of its own on the model that is trained,
    whose layers may be lean ones (`assistant.training.lean_model`).

    Args:
        model: A causal language model, in any mode; it is left in the same.
        prompt_ids: `(prompt,)`.
        end_ids: Tokens that end an answer.
        stop: Asked before each token; True ends the answer where it is.

    Returns:
        At most `LONGEST` tokens, the end not among them; None if it was stopped.
    """
    import torch

    was_training = model.training
    model.eval()
    said: list[int] = []
    cache: Any = None
    try:
        # Not inference_mode: whatever a layer keeps of it could not be used in the next step.
        with torch.no_grad():
            ids = torch.tensor([list(prompt_ids)], device=model.device)
            while len(said) < LONGEST:
                if stop():
                    return None
                output = model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
                number = int(output.logits[0, -1].argmax())
                if number in end_ids:
                    break
                said.append(number)
                cache = output.past_key_values
                ids = torch.tensor([[number]], device=model.device)
    finally:
        model.train(was_training)
    return said
