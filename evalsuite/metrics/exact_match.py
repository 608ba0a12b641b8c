"""Exact match as in SQuAD v2.0: 1 if answer and reference are equal after normalization, else 0."""

from __future__ import annotations

from dataclasses import replace

from evalsuite.metrics.metric import RATE, Metric, Worked, best_over_references, mean, signed
from evalsuite.metrics.options import Family, Option
from evalsuite.metrics.squad import normalize

VERSION = 1
OPTIONS = {"raw": Option(False, "texts are compared as they are, character by character")}


def exact_match(answer: str, reference: str) -> float:
    """1.0 if both are the same after normalization; two texts that are empty then are the same."""
    return float(normalize(answer) == normalize(reference))


EXACT_MATCH = Metric(
    name="exact_match",
    title="Exact match",
    meaning="The share of answers that are a reference, word for word.",
    version=VERSION,
    aggregation=RATE,
    example=Worked("The  Capital, Paris!", ("London", "capital paris"), 1.0),
    signature=lambda predictions: signed(VERSION, "squad:2.0", "norm:lower-punct-articles-space", "refs:best"),
    statistics=best_over_references(exact_match),
    combine=mean,
    rate=True,
    perfect=1.0,
)


def exact_match_with(raw: bool) -> Metric:
    """Exact match with this option; its name is still the usual one's."""
    if not raw:
        return EXACT_MATCH
    return replace(
        EXACT_MATCH,
        meaning="The share of answers that are a reference, character for character.",
        signature=lambda predictions: signed(VERSION, "norm:none", "refs:best"),
        statistics=best_over_references(lambda answer, reference: float(answer == reference)),
    )


FAMILY = Family(EXACT_MATCH, OPTIONS, exact_match_with)
