"""Few-shot prompting: examples of the training split as turns before each question (Brown et al. 2020)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assistant.api import DataError, Example, Examples, Message, fingerprint_of_value


def with_shots(examples: Examples, training: Iterable[Example], count: int) -> Examples:
    """The examples with the same few solved ones before each of them.

    Args:
        examples: What is asked.
        training: What the shots are chosen from, by hash; none of them is ever an example that is asked.
        count: How many; 0 leaves the examples as they are.

    Raises:
        DataError: There are not so many.
    """
    if not count:
        return examples
    asked = {example.question for example in examples.items}
    found = sorted((each for each in training if each.question not in asked and not each.history), key=lambda each: fingerprint_of_value(each.id))[
        :count
    ]
    if len(found) < count:
        raise DataError(f"evaluation.shots is {count}, and the training split has {len(found)} examples to show", "Ask for fewer.")
    turns = tuple(
        turn for shot in found for turn in (Message(role="user", content=shot.question), Message(role="assistant", content=shot.answers[0]))
    )
    items = tuple(replace(example, history=_opened(example.history, turns)) for example in examples.items)
    return Examples(items, fingerprint_of_value([examples.fingerprint, turns]), f"{examples.source}, {count} examples shown before each")


def _opened(history: tuple[Message, ...], turns: tuple[Message, ...]) -> tuple[Message, ...]:
    """The history with the turns before it, but after a system message of its own."""
    start = 1 if history and history[0]["role"] == "system" else 0
    return (*history[:start], *turns, *history[start:])
