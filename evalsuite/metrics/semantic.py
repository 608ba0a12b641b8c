"""Likeness of meaning, by a sentence encoder: to the reference, to the question, and from sentence to sentence.

The second and the third are proxies: they ask for no reference, and say nothing of truth. What the encoder
cannot see stands in `evalsuite.similarity`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from evalsuite.metrics.metric import Metric, Worked, mean, signed
from evalsuite.metrics.sentences import sentences
from evalsuite.prediction import Prediction
from evalsuite.similarity import Encoder, similarity

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

VERSION = 1
NAMES = ("semantic_similarity", "relevance", "flow")


def semantic_metrics(encoder: Encoder) -> tuple[Metric, Metric, Metric]:
    """Similarity to the reference, relevance to the question, and flow, by this encoder."""

    def nearest(predictions: Sequence[Prediction]) -> Array:
        return _means(encoder, [[(each.text, reference) for reference in each.references] for each in predictions], max)

    def to_question(predictions: Sequence[Prediction]) -> Array:
        return _means(encoder, [[(each.text, each.question)] if each.question.strip() else [] for each in predictions], max)

    def neighbours(predictions: Sequence[Prediction]) -> Array:
        return _means(encoder, [list(pairwise(sentences(each.text))) for each in predictions], _average)

    return (
        Metric(
            name="semantic_similarity",
            title="Semantic similarity",
            low=-1.0,
            meaning="How near an answer is in meaning to its nearest reference: the cosine of their embeddings.",
            example=Worked("Rest and drink water.", ("Rest and drink water.", "See a doctor."), 1.0),
            version=VERSION,
            signature=lambda predictions: signed(VERSION, encoder.signature, "refs:best"),
            statistics=nearest,
            combine=mean,
        ),
        Metric(
            name="relevance",
            title="Relevance to the question",
            low=-1.0,
            meaning="How near an answer is in meaning to its question: a proxy for staying on the subject.",
            example=Worked("", ("Rest.",), 0.0),
            version=VERSION,
            signature=lambda predictions: signed(VERSION, encoder.signature, "to:question"),
            statistics=to_question,
            combine=mean,
        ),
        Metric(
            name="flow",
            title="Flow from sentence to sentence",
            low=-1.0,
            # Too little is a jump, too much a repetition.
            direction="unknown",
            meaning="How near neighbouring sentences are in meaning: a proxy for coherence, low where an answer jumps, 1 where it repeats itself.",
            example=Worked("Rest and drink water. Rest and drink water.", ("Rest.",), 1.0),
            version=VERSION,
            signature=lambda predictions: signed(VERSION, encoder.signature, "over:neighbouring-sentences", "sentences:rule-1"),
            statistics=neighbours,
            combine=mean,
        ),
    )


def _average(values: list[float]) -> float:
    return sum(values) / len(values)


def _means(encoder: Encoder, pairs: Sequence[Sequence[tuple[str, str]]], join: Callable[[list[float]], float]) -> Array:
    """The statistics of a mean over answers of what an answer's pairs are joined to; zeros for an answer without pairs."""
    import numpy as np

    cosines = iter(similarity(encoder, [pair for each in pairs for pair in each]))
    statistics = np.zeros((len(pairs), 2))
    for place, each in enumerate(pairs):
        if each:
            statistics[place] = join([next(cosines) for _ in each]), 1.0
    return statistics
