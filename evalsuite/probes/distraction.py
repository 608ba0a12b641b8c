"""The probe `distraction`: a sentence that has nothing to do with the question, before or after it."""

from __future__ import annotations

from evalsuite.probes.chance import number, pick
from evalsuite.probes.variants import variant_probe

SENTENCES = (
    "My neighbour painted her fence green last weekend.",
    "The bus was on time this morning for once.",
    "I had lentil soup for lunch.",
    "There is a new bakery at the corner of our street.",
    "It has been raining here since noon.",
    "My brother is learning to play the trumpet.",
    "We are watching a film about penguins tonight.",
    "The cat is asleep on my keyboard again.",
    "I finally found my other glove.",
    "Our train passed three windmills on the way.",
    "Someone left a red umbrella in the library.",
    "My tomatoes are doing well on the balcony.",
)
"""Plain statements without a number, a request or a feeling that an answer would have to meet."""


def distracted(text: str, name: str) -> str:
    """The text with one of the sentences before or after it."""
    sentence = pick(SENTENCES, "distraction", name)
    return f"{sentence} {text}" if number("before", name, below=2) else f"{text} {sentence}"


DISTRACTION = variant_probe(
    "distraction",
    "A distracting sentence",
    "Whether answers stay right where a sentence that has nothing to do with the question stands beside it.",
    {"distraction": distracted},
)
