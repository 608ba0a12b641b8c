"""Figures by tag: where an assistant is good and where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evalsuite.figures import figures_of
from evalsuite.prediction import Prediction
from evalsuite.scorecard import Figure, Slice
from evalsuite.scores import Scores

FEWEST = 5
"""Values of a tag with fewer examples are counted, not shown: their figures say nothing."""
MOST = 20
"""Values shown of each tag, those with the most examples first."""


def slices_of(
    predictions: Sequence[Prediction], scores: Scores, base_scores: Scores | None, resamples: int, seed: int
) -> tuple[tuple[Slice, ...], int]:
    """The figures of each value of each tag; and how many values are left out.

    Args:
        predictions: The target's.
        scores: The target's.
        base_scores: The base's on the same examples, in the same order.
        resamples: Bootstrap resamples.
        seed: Of the resamples.
    """
    found: list[Slice] = []
    left_out = 0
    for tag in dict.fromkeys(tag for prediction in predictions for tag in prediction.tags):
        counted = Counter(prediction.tags[tag] for prediction in predictions if prediction.tags.get(tag))
        shown = [value for value, n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])) if n >= FEWEST][:MOST]
        left_out += len(counted) - len(shown)
        for value in shown:
            places = [place for place, prediction in enumerate(predictions) if prediction.tags.get(tag) == value]
            groups = [predictions[place].group for place in places]
            found.append(
                Slice(
                    tag=tag,
                    value=value,
                    n=len(places),
                    figures=_figures(scores, places, groups, resamples, seed),
                    base_figures=_figures(base_scores, places, groups, resamples, seed) if base_scores else None,
                )
            )
    return tuple(found), left_out


def _figures(scores: Scores, places: Sequence[int], groups: Sequence[str], resamples: int, seed: int) -> dict[str, Figure]:
    part = {name: values[places] for name, values in scores.statistics.items()}
    return figures_of(scores.metrics, part, groups, resamples, seed).figures
