"""The figures of probes: metrics whose statistics a probe computes itself, and the measures that hold them.

Knows no probe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from evalsuite.metrics.metric import Direction, Metric, mean, scored, textless
from evalsuite.probes.probe import Measure, Shown

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

SHOWN = 5
"""Cases that a figure shows."""


def figure(
    name: str,
    title: str,
    meaning: str,
    signature: str,
    *,
    unit: str = "",
    low: float = 0.0,
    high: float | None = 1.0,
    direction: Direction = "lower",
    combine: Callable[[Array], Array] = mean,
    per_item: Callable[[Array], Array] | None = None,
    rate: bool = False,
) -> Metric:
    """A metric that reads no text: its probe hands over the statistics.

    Args:
        name: Unlike that of any other figure.
        title: As people read it.
        meaning: One sentence.
        signature: What must be known to get the same figure again.
        unit: Of the value; empty for a share of 1.
        low: The lowest value it can take.
        high: The highest; None if there is no such bound.
        direction: Which way is better.
        combine: The value from summed statistics, `(..., k)` to `(...)`.
        per_item: The value of each row alone from its own statistics; `combine` unless told otherwise.
        rate: Each row counts as 0 or 1.
    """
    return textless(
        name,
        signature,
        "its probe hands over its statistics",
        title=title,
        unit=unit,
        meaning=meaning,
        low=low,
        high=high,
        direction=direction,
        combine=combine,
        per_item=per_item,
        rate=rate,
    )


def of_scores(
    metric: Metric,
    ids: Sequence[str],
    groups: Sequence[str],
    scores: Sequence[float | None],
    *,
    p: float | None = None,
    test: str | None = None,
    shown: Sequence[Shown] = (),
    remark: str = "",
    reason: str = "none of the answers can be judged",
) -> Measure:
    """A mean of one score a row; a row whose score is None is one to which the figure does not apply.

    Args:
        metric: What it is.
        ids: What each row is about, `(rows,)`.
        groups: Of each row, `(rows,)`.
        scores: Of each row, `(rows,)`.
        p: Of a test that there is no effect.
        test: What the test is.
        shown: The cases that say most.
        remark: What a reader must know.
        reason: Why nothing is measured, said where no score is there.
    """
    if all(score is None for score in scores):
        return unmeasured(metric, reason)
    return Measure(metric, tuple(ids), tuple(groups), scored(scores), p=p, test=test, shown=tuple(shown), remark=remark)


def unmeasured(metric: Metric, reason: str, width: int = 2) -> Measure:
    """A figure without rows, and why; `width` is how many statistics each row would have."""
    import numpy as np

    return Measure(metric, (), (), np.zeros((0, width)), reason=reason)


def joined(signature: str, *more: str) -> str:
    """A signature with further parts; those that are empty left out."""
    return "|".join(part for part in (signature, *more) if part)
