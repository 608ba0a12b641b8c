"""Tokens of train under the base's tokenizer, and what an epoch costs."""

from __future__ import annotations

from collections import Counter
from math import ceil

from assistant.core.recipe import Training
from assistant.data.telling.lengths import spread_of
from assistant.data.telling.parts import Count, Tokens


def tokens_of(counts: Counter[int], train: int, training: Training) -> Tokens | None:
    """Figures of tokens.

    Args:
        counts: How often each length occurs, of all examples of train or of a sample of them.
        train: How many examples train has.
        training: Where examples are cut, and how many are one step.
    """
    spread = spread_of(counts)
    if spread is None:
        return None
    beyond = sum(count for length, count in counts.items() if length > training.max_length)
    read = sum(min(length, training.max_length) * count for length, count in counts.items())
    return Tokens(
        n=spread.n,
        estimated=spread.n < train,
        spread=spread,
        max_length=training.max_length,
        beyond=Count("examples that are cut", beyond, beyond / spread.n),
        epoch_tokens=round(read * train / spread.n),
        epoch_steps=ceil(train / (training.batch_size * training.accumulation)),
        epochs=training.epochs,
    )
