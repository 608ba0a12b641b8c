"""`evalsuite score`: figures of predictions that came from anywhere. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evalsuite.figures import differences, figures_of_each, statistics_of_references
from evalsuite.metrics.registry import TEXT, split_names
from evalsuite.prediction_file import read_predictions
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.scores import order, score
from evalsuite.toxicity.classifier import find_classifier

USUAL = ("exact_match", "f1", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum", "numeric_match")
"""What is measured where nobody says what."""
ALL = "all"


@dataclass(frozen=True)
class Scored:
    """The figures of a file of predictions.

    Attributes:
        cards: What the figures are, in the order in which they were asked for.
        figures: By metric.
        references: What the classifier of toxicity gives the references, by metric; empty without one.
        differences: Answers minus references, by metric.
    """

    cards: dict[str, MetricCard]
    figures: dict[str, Figure]
    references: dict[str, Figure]
    differences: dict[str, Figure]


def score_file(file: Path, metrics: str | None, resamples: int, seed: int) -> Scored:
    """The figures of a file of predictions.

    Args:
        file: Rows of `{"id", "prediction", "references"}`.
        metrics: Names, comma-separated; `all` for every one that needs neither classifier nor encoder; None for the usual ones.
        resamples: Bootstrap resamples of each interval.
        seed: Of the resamples.

    Raises:
        UserError: A metric or a row is wrong.
    """
    names = USUAL if metrics is None else [name for each in split_names(metrics) for name in (TEXT if each == ALL else (each,))]
    here = Path.cwd()
    wanted = order(names, here, lambda: find_classifier(None, None, here), seed)
    predictions = read_predictions(file)
    scores = score(predictions, wanted)
    groups = [prediction.group for prediction in predictions]
    samples = [(scores.metrics, scores.statistics), (scores.metrics, statistics_of_references(scores.references))]
    resampled, references = figures_of_each(samples, groups, resamples, seed)
    figures = {**resampled.figures, **scores.fixed}
    return Scored(scores.cards, {name: figures[name] for name in scores.cards}, references.figures, differences(resampled, references))


def as_content(scored: Scored, resamples: int, seed: int) -> dict[str, Any]:
    """The figures as JSON; a reason stands beside an interval that is null."""

    def entry(name: str) -> dict[str, Any]:
        figure, reference = scored.figures[name], scored.references.get(name)
        more: dict[str, Any] = {"reason": figure.reason} if figure.reason else {}
        if reference:
            more["references"] = {"value": reference.value, "ci95": _ends(reference), "n": reference.n}
        return {"value": figure.value, "ci95": _ends(figure), "n": figure.n, "signature": scored.cards[name].signature, **more}

    methods = {name: figure.interval_method for name, figure in scored.figures.items()}
    return {
        "schema_version": 1,
        "metrics": {name: entry(name) for name in scored.cards},
        "intervals": {"resamples": resamples, "seed": seed, "methods": methods},
    }


def _ends(figure: Figure) -> list[float] | None:
    return list(figure.ci95) if figure.ci95 else None
