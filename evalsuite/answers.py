"""What answers look like, and which are best and worst: the part of a scorecard that one reads, not computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evalsuite.figures import rounded
from evalsuite.prediction import Prediction
from evalsuite.scorecard import Answers, Sample
from evalsuite.scores import Scores

SHOWN = 5
"""Best answers shown, and worst."""
RANKING = ("f1", "rougeL", "chrf", "rouge1", "bleu", "exact_match")
"""What best and worst are by: the first of these that was measured."""


def answers_of(predictions: Sequence[Prediction], base: Sequence[Prediction] | None) -> Answers:
    """Counts and lengths of the answers.

    Args:
        predictions: The answers.
        base: The base's to the same questions; None if it was not asked.
    """
    texts = Counter(prediction.text for prediction in predictions)
    reasons = Counter(prediction.finish_reason or "unknown" for prediction in predictions)
    return Answers(
        finish_reasons=dict(sorted(reasons.items())),
        words=tuple(sorted(len(prediction.text.split()) for prediction in predictions)),
        empty=sum(not prediction.text.strip() for prediction in predictions),
        repeated=sum(n for n in texts.values() if n > 1),
        same_as_base=None if base is None else sum(mine.text == other.text for mine, other in zip(predictions, base, strict=True)),
    )


def ranking_metric(scores: Scores) -> str | None:
    """The metric that best and worst are by; None if none of them was measured."""
    return next((name for name in RANKING if name in scores.items), None)


def best_and_worst(
    predictions: Sequence[Prediction], scores: Scores, base: Sequence[Prediction] | None, base_scores: Scores | None
) -> tuple[tuple[Sample, ...], tuple[Sample, ...]]:
    """The best answers, and the worst; no answer is in both, and equal scores are ordered by id.

    Answers to which the metric does not apply are neither.
    """
    metric = ranking_metric(scores)
    if metric is None:
        return (), ()
    known = {place: score for place, score in enumerate(scores.items[metric]) if score is not None}
    ranked = sorted(known, key=lambda place: (-known[place], predictions[place].id))
    count = min(SHOWN, (len(ranked) + 1) // 2)
    best, worst = ranked[:count], ranked[max(count, len(ranked) - SHOWN) :][::-1]

    def sample(place: int) -> Sample:
        prediction = predictions[place]
        return Sample(
            id=prediction.id,
            question=prediction.question,
            references=prediction.references,
            prediction=prediction.text,
            scores=_scores_at(scores, place),
            base_prediction=base[place].text if base else None,
            base_scores=_scores_at(base_scores, place) if base_scores else None,
        )

    return tuple(map(sample, best)), tuple(map(sample, worst))


def _scores_at(scores: Scores, place: int) -> dict[str, float]:
    """By metric, without those that do not apply to this answer."""
    return {name: rounded(score) for name, values in scores.items.items() if (score := values[place]) is not None}
