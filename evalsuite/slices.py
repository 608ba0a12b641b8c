"""Figures by tag: where an assistant is good and where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from evalsuite.figures import Resampled, figures_of_each
from evalsuite.prediction import Prediction
from evalsuite.previous import differences_to
from evalsuite.scorecard import Slice
from evalsuite.scores import Scores

FEWEST = 5
"""Values of a tag with fewer examples are counted, not shown: their figures say nothing."""
MOST = 20
"""Values shown of each tag, those with the most examples first."""


def slices_of(
    predictions: Sequence[Prediction],
    scores: Scores,
    base_scores: Scores | None,
    resamples: int,
    seed: int,
    previous_scores: Scores | None = None,
    wanted: Collection[str] = (),
) -> tuple[tuple[Slice, ...], int]:
    """The figures of each value of each tag; and how many values are left out.

    Args:
        predictions: The target's.
        scores: The target's.
        base_scores: The base's on the same examples, in the same order.
        resamples: Bootstrap resamples.
        seed: Of the resamples.
        previous_scores: The previous release's on the same examples, in the same order.
        wanted: Slices that gates name, `tag=value`: not left out however many others are larger.
    """
    found: list[Slice] = []
    left_out = 0
    for tag in dict.fromkeys(tag for prediction in predictions for tag in prediction.tags):
        counted = Counter(prediction.tags[tag] for prediction in predictions if prediction.tags.get(tag))
        enough = [value for value, n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])) if n >= FEWEST]
        shown = [value for place, value in enumerate(enough) if place < MOST or f"{tag}={value}" in wanted]
        left_out += len(counted) - len(shown)
        for value in shown:
            places = [place for place, prediction in enumerate(predictions) if prediction.tags.get(tag) == value]
            groups = [predictions[place].group for place in places]
            sides = [side for side in (scores, base_scores, previous_scores) if side]
            parts = iter(_parts(sides, places, groups, resamples, seed))
            target = next(parts)
            found.append(
                Slice(
                    tag=tag,
                    value=value,
                    n=len(places),
                    figures=target.figures,
                    base_figures=next(parts).figures if base_scores else None,
                    previous_differences=differences_to(target, scores, next(parts), previous_scores) if previous_scores else None,
                )
            )
    return tuple(found), left_out


def _parts(sides: Sequence[Scores], places: Sequence[int], groups: Sequence[str], resamples: int, seed: int) -> list[Resampled]:
    """The figures of some of the answers, of each side on the same draws."""
    samples = [(side.metrics, {name: values[places] for name, values in side.statistics.items()}) for side in sides]
    return figures_of_each(samples, groups, resamples, seed)
