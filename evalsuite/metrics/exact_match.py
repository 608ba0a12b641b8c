"""Exact match as in SQuAD v2.0: 1 if answer and reference are equal after normalization, else 0."""

from __future__ import annotations

from evalsuite.metrics.metric import Metric, Worked, best_over_references, mean
from evalsuite.metrics.squad import normalize


def exact_match(answer: str, reference: str) -> float:
    """1.0 if both are the same after normalization; two texts that are empty then are the same."""
    return float(normalize(answer) == normalize(reference))


EXACT_MATCH = Metric(
    name="exact_match",
    title="Exact match",
    meaning="The share of answers that are a reference, word for word.",
    example=Worked("The  Capital, Paris!", ("London", "capital paris"), 1.0),
    signature=lambda predictions: "squad:2.0|norm:lower-punct-articles-space|refs:best",
    statistics=best_over_references(exact_match),
    combine=mean,
    rate=True,
)
