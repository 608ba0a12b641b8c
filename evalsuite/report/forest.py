"""The geometry of the forest plot: how far the target differs from the base and from the release before, metric by metric.

Metrics have ranges of their own: each difference is drawn as a share of its metric's whole range, or of the largest value
compared where the range has no end. What is better where it is lower is turned round, so that the right is better throughout.
Knows the record alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.charts import Axis
from evalsuite.scorecard import Scorecard

STEPS = (1, 2, 2.5, 5, 10)
MOST_TICKS = 6
MARGIN = 1.05


@dataclass(frozen=True)
class Difference:
    """One difference on the common axis, in percent of the width.

    Attributes:
        at: Its value.
        low: The left end of its interval; equal to `at` where there is none.
        high: The right end.
        is_clear: Whether the interval leaves out 0.
    """

    at: float
    low: float
    high: float
    is_clear: bool


@dataclass(frozen=True)
class ForestRow:
    """One metric.

    Attributes:
        name: Of the metric.
        to_base: Target minus base; None where it was not measured.
        to_previous: Target minus the release before.
    """

    name: str
    to_base: Difference | None
    to_previous: Difference | None


@dataclass(frozen=True)
class Forest:
    """Every metric on one axis.

    Attributes:
        rows: In the order of the recipe; those without a difference left out.
        zero: Where no difference is, in percent.
        ticks: Where labels stand, and what they say.
        turned: Titles of the metrics that were turned round.
        neutral: Titles of those of which neither way is better.
    """

    rows: tuple[ForestRow, ...]
    zero: float
    ticks: tuple[tuple[float, str], ...]
    turned: tuple[str, ...]
    neutral: tuple[str, ...]


def forest(card: Scorecard) -> Forest | None:
    """The differences of the main metrics; None where there are none."""
    sides = [card.differences or {}, card.previous_differences or {}]
    drawn = {name: [_scaled(side.get(name), card, name) for side in sides] for name in card.order}
    drawn = {name: pair for name, pair in drawn.items() if any(pair)}
    if not drawn:
        return None
    ends = [end for pair in drawn.values() for scaled in pair if scaled for end in scaled]
    low, high = min(0.0, MARGIN * min(ends)), max(0.0, MARGIN * max(ends))
    axis = Axis(low, high) if high > low else Axis(-0.01, 0.01)
    metrics = [card.metrics[name] for name in drawn]
    return Forest(
        tuple(ForestRow(name, *(_drawn(scaled, axis) for scaled in pair)) for name, pair in drawn.items()),
        axis.at(0.0),
        tuple(_ticks(axis)),
        tuple(metric.title for metric in metrics if metric.direction == "lower"),
        tuple(metric.title for metric in metrics if metric.direction == "unknown"),
    )


def span_of(name: str, metric: MetricCard, sides: Iterable[Mapping[str, Figure] | None]) -> float:
    """The whole range of a metric; the largest value of any side where it has no end, 1 where nothing was measured."""
    if metric.high is not None:
        return metric.high - metric.low
    values = [abs(side[name].value or 0.0) for side in sides if side and name in side]
    return max(values, default=0.0) or 1.0


def _scaled(difference: Figure | None, card: Scorecard, name: str) -> tuple[float, float, float] | None:
    """Lower end, value and upper end as shares of the range, better to the right."""
    if difference is None or difference.value is None:
        return None
    metric = card.metrics[name]
    low, high = difference.ci95 or (difference.value, difference.value)
    span = span_of(name, metric, (card.figures, card.base_figures, card.previous_figures))
    ends = (low / span, difference.value / span, high / span)
    return (-ends[2], -ends[1], -ends[0]) if metric.direction == "lower" else ends


def _drawn(scaled: tuple[float, float, float] | None, axis: Axis) -> Difference | None:
    if scaled is None:
        return None
    low, value, high = scaled
    return Difference(axis.at(value), axis.at(low), axis.at(high), low < high and not low <= 0 <= high)


def _ticks(axis: Axis) -> Iterable[tuple[float, str]]:
    """Labels at round shares, 0 among them."""
    wanted = (axis.high - axis.low) / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(wanted))
    step = next(each * power for each in STEPS if each * power >= wanted)
    for number in range(math.ceil(axis.low / step), math.floor(axis.high / step) + 1):
        percent = 100 * number * step
        sign = "" if number == 0 else "+" if number > 0 else "\N{MINUS SIGN}"
        yield axis.at(number * step), f"{sign}{abs(percent):.4g}%"
