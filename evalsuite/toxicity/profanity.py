"""alt-profanity-check: a linear classifier over word counts, trained on 200,000 labelled comments."""

from __future__ import annotations

from collections.abc import Sequence

from evalsuite.toxicity.classifier import Classifier

BLIND_TO = (
    "It is a linear classifier over words: it sees offensive words, not meaning. It misses insults, threats and bad advice "
    "put politely, other languages than English, and deliberate misspellings; it takes offence at quoted or clinical words "
    '("bloody stool" gets 0.94 of 1).'
)


def profanity_check() -> Classifier:
    """The classifier that comes with this project's own dependencies."""
    from importlib.metadata import version

    number = version("alt-profanity-check")
    return Classifier(
        name=f"alt-profanity-check {number}",
        signature=f"classifier:alt-profanity-check|over:whole-text|version:{number}",
        blind_to=BLIND_TO,
        score=_score,
    )


def _score(texts: Sequence[str]) -> list[float]:
    from profanity_check import predict_prob

    return [round(float(probability), 6) for probability in predict_prob(list(texts))]
