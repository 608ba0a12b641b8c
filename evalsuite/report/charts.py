"""The geometry of the page's charts, in percent of their width; the template draws it as SVG.

SVG takes percentages, so that lines stretch with the page while points stay round, and colours come from
the style sheet, so that one drawing serves light, dark and print.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement

MOST_BINS = 14
BIN_WIDTHS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Axis:
    """A range of values laid over the width of a chart."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value stands, in percent; values beyond the range stand at its end."""
        span = self.high - self.low
        return round(min(100.0, max(0.0, 100 * (value - self.low) / span if span > 0 else 0.0)), 2)


@dataclass(frozen=True)
class Mark:
    """A figure on an axis, all in percent.

    Attributes:
        at: Its value.
        low: The lower end of its interval; equal to `at` where there is none.
        high: The upper end.
    """

    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Bullet:
    """A judged figure on an axis, in percent: how far it got, and where the bound is."""

    value: float
    bound: float
    passed: bool


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram.

    Attributes:
        left: Where it begins, in percent.
        width: Percent.
        height: Percent of the highest bar of either side.
        label: What it counts: `10-19 words: 12 answers`.
    """

    left: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class Histogram:
    """How long the answers are.

    Attributes:
        bins: The target's.
        base_bins: The base's; empty without one.
        ticks: Where labels stand, in percent, and what they say.
    """

    bins: tuple[Bin, ...]
    base_bins: tuple[Bin, ...]
    ticks: tuple[tuple[float, str], ...]


def axis_of(card: MetricCard, figures: Iterable[Figure | None]) -> Axis:
    """The metric's own range; where it has no end, one that holds the figures."""
    if card.high is not None:
        return Axis(card.low, card.high)
    ends = [end for figure in figures if figure and figure.value is not None for end in (figure.value, *(figure.ci95 or ()))]
    return Axis(min(card.low, *ends), 1.08 * max(ends)) if ends and max(ends) > 0 else Axis(card.low, card.low + 1)


def mark(figure: Figure | None, axis: Axis) -> Mark | None:
    """A figure on an axis; None where it was not measured."""
    if figure is None or figure.value is None:
        return None
    low, high = figure.ci95 or (figure.value, figure.value)
    return Mark(axis.at(figure.value), axis.at(low), axis.at(high))


def bullet(judgement: Judgement, card: MetricCard | None) -> Bullet | None:
    """A gate on an axis that holds the figure and its bound; None where it could not be judged."""
    if judgement.value is None or judgement.bound is None:
        return None
    furthest = max(judgement.value, judgement.bound)
    # A bound of 0.05 on a range of 1 could not be told from 0.06: the axis ends a little beyond the two.
    axis = Axis(0.0, min(1.35 * furthest, card.high) if card and card.high is not None else 1.35 * furthest)
    return Bullet(axis.at(judgement.value), axis.at(judgement.bound), judgement.passed)


def histogram(words: Sequence[int], base_words: Sequence[int]) -> Histogram:
    """Answers by their number of words, both sides on the same bins and scale (share of the answers)."""
    longest = max([*words, *base_words, 1])
    width = next((width for width in BIN_WIDTHS if longest // width < MOST_BINS), longest // MOST_BINS + 1)
    count = longest // width + 1
    sides = [_shares(side, width, count) for side in (words, base_words)]
    highest = max([*sides[0], *sides[1], 1e-9])

    def bins(side: Sequence[int], shares: Sequence[float]) -> tuple[Bin, ...]:
        return tuple(
            Bin(round(100 * at / count, 3), round(100 / count, 3), round(100 * share / highest, 2), _bin_label(at, width, round(share * len(side))))
            for at, share in enumerate(shares)
            if share
        )

    step = max(1, round(count / 5))
    ticks = tuple((round(100 * at / count, 3), str(at * width)) for at in range(0, count + 1, step))
    return Histogram(bins(words, sides[0]), bins(base_words, sides[1]), ticks)


def _shares(words: Sequence[int], width: int, count: int) -> list[float]:
    counted = [0] * count
    for number in words:
        counted[number // width] += 1
    return [each / len(words) if words else 0.0 for each in counted]


def _bin_label(at: int, width: int, answers: int) -> str:
    span = str(at) if width == 1 else f"{at * width} to {(at + 1) * width - 1}"
    return f"{span} words: {answers} of the answers"
