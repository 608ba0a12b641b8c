"""The part of a scorecard on leakage: how much was found, the worst of it, and the figures without it.

Knows not how it was searched.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.api import Leakage
from evalsuite.figures import figures_of, rounded
from evalsuite.prediction import Prediction
from evalsuite.record.doubts import LeakageCard, LeakageSample
from evalsuite.record.figure import Figure
from evalsuite.scores import Scores

FEWEST = 5
"""Figures of fewer clean examples say nothing."""
SHOWN = 5
"""Of each kind so many cases are shown, the worst first."""
SHARES = (0.2, 0.5, 0.8)
"""Touvron et al. (2023) call an example clean below the first of these and dirty from the last one on."""


def leakage_card(leakage: Leakage, predictions: Sequence[Prediction], scores: Scores, resamples: int, seed: int) -> LeakageCard:
    """What a scorecard says of leakage.

    Args:
        leakage: What was found of each example.
        predictions: The answers to the same examples, in their order.
        scores: Theirs.
        resamples: Bootstrap resamples.
        seed: Of the resamples.

    Raises:
        ValueError: It was found of other examples.
    """
    if [finding.id for finding in leakage.findings] != [prediction.id for prediction in predictions]:
        raise ValueError("what was found is of other examples than those that were answered")
    clean = leakage.clean
    reason = _no_clean_figures(len(clean), len(predictions))
    return LeakageCard(
        n=len(predictions),
        training_rows=leakage.training_rows,
        most_groups=leakage.most_groups,
        counts={str(kind): count for kind, count in leakage.counts.items()},
        shares={str(share): sum((finding.share or 0.0) >= share for finding in leakage.findings) for share in SHARES},
        signature=leakage.signature,
        samples=_samples(leakage, predictions),
        clean_n=len(clean),
        clean_figures=None if reason else _figures(scores, clean, predictions, resamples, seed),
        clean_reason=reason,
    )


def _no_clean_figures(clean: int, n: int) -> str | None:
    if clean == n:
        return "every example is clean: the figures over all of them are these"
    if clean < FEWEST:
        return f"{clean} examples are clean, and figures of fewer than {FEWEST} say nothing"
    return None


def _figures(scores: Scores, places: Sequence[int], predictions: Sequence[Prediction], resamples: int, seed: int) -> dict[str, Figure]:
    part = {name: values[list(places)] for name, values in scores.statistics.items()}
    figures = figures_of(scores.metrics, part, [predictions[place].group for place in places], resamples, seed).figures
    whole = Figure(value=None, ci95=None, n=len(places), reason="it is a figure over all answers, and cannot be taken over some of them")
    return {name: figures.get(name, whole) for name in scores.cards}


def _samples(leakage: Leakage, predictions: Sequence[Prediction]) -> tuple[LeakageSample, ...]:
    """The worst cases of each kind, so that many of one do not hide the others."""
    shown: dict[str, int] = {}
    samples = []
    for place, finding in leakage.worst:
        kind = finding.kinds[0]
        shown[kind] = shown.get(kind, 0) + 1
        if shown[kind] > SHOWN or finding.row is None:
            continue
        samples.append(
            LeakageSample(
                id=finding.id,
                kind=kind,
                question=predictions[place].question,
                training_id=finding.row.id,
                training_question=finding.row.question,
                training_answer=finding.row.answer,
                similarity=None if finding.similarity is None else rounded(finding.similarity),
                share=None if finding.share is None else rounded(finding.share),
                passage=finding.passage,
            )
        )
    return tuple(samples)
