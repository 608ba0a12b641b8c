"""`evalsuite score`: figures of predictions that came from anywhere. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evalsuite.figures import figures_of
from evalsuite.metrics.registry import TEXT, check_names, split_names
from evalsuite.prediction_file import read_predictions
from evalsuite.scorecard import Figure, MetricCard
from evalsuite.scores import order, score
from evalsuite.toxicity.classifier import find_classifier


def score_file(file: Path, metrics: str | None, resamples: int, seed: int) -> tuple[dict[str, MetricCard], dict[str, Figure]]:
    """The figures of a file of predictions.

    Args:
        file: Rows of `{"id", "prediction", "references"}`.
        metrics: Names, comma-separated; None for all that need no classifier.
        resamples: Bootstrap resamples of each interval.
        seed: Of the resamples.

    Raises:
        UserError: A metric or a row is wrong.
    """
    names = tuple(TEXT) if metrics is None else split_names(metrics)
    here = Path.cwd()
    check_names(names, here)
    predictions = read_predictions(file)
    scores = score(predictions, order(names, here, lambda: find_classifier(None, None, here), seed))
    groups = [prediction.group for prediction in predictions]
    figures = {**figures_of(scores.metrics, scores.statistics, groups, resamples, seed).figures, **scores.fixed}
    return scores.cards, {name: figures[name] for name in scores.cards}


def as_content(cards: Mapping[str, MetricCard], figures: Mapping[str, Figure], resamples: int, seed: int) -> dict[str, Any]:
    """The figures as JSON; a reason stands beside an interval that is null."""

    def entry(name: str) -> dict[str, Any]:
        figure = figures[name]
        reason = {"reason": figure.reason} if figure.reason else {}
        ci95 = list(figure.ci95) if figure.ci95 else None
        return {"value": figure.value, "ci95": ci95, "n": figure.n, "signature": cards[name].signature, **reason}

    methods = {name: figure.interval_method for name, figure in figures.items()}
    return {
        "schema_version": 1,
        "metrics": {name: entry(name) for name in cards},
        "intervals": {"resamples": resamples, "seed": seed, "methods": methods},
    }
