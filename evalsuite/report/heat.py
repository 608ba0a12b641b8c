"""The heat map of slices: every tag's value by every metric, coloured by how far it is from the figure over all examples.

The number is printed in each cell and a sign marks what chance does not explain, so that colour says nothing alone.
Knows the record alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.forest import span_of
from evalsuite.report.wording import number, with_interval
from evalsuite.scorecard import Scorecard, Slice

STEPS = (0.02, 0.06, 0.12)
"""Shares of the metric's whole range from which a cell is coloured faintly, more, and most."""


@dataclass(frozen=True)
class HeatCell:
    """One metric of one slice.

    Attributes:
        text: The figure.
        shade: -3, much worse than over all examples, to 3, much better; 0 where it is alike, or neither way is better.
        sign: `▲` or `▼` where the interval leaves out the figure over all examples; else empty.
        label: The same in words.
    """

    text: str
    shade: int
    sign: str
    label: str


@dataclass(frozen=True)
class HeatRow:
    """One value of a tag, `cells` in the order of the metrics."""

    tag: str
    value: str
    n: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Heat:
    """All slices by all metrics.

    Attributes:
        names: The metrics.
        whole: Their figures over all examples, as text.
        rows: The slices.
    """

    names: tuple[str, ...]
    whole: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def heat(card: Scorecard) -> Heat | None:
    """Every slice by every metric that any slice has; None without slices."""
    names = tuple(name for name in card.order if any(name in part.figures for part in card.slices))
    if not names:
        return None
    whole = tuple(number(card.figures[name].value, card.metrics[name]) for name in names)
    return Heat(names, whole, tuple(_row(part, names, card) for part in card.slices))


def _row(part: Slice, names: tuple[str, ...], card: Scorecard) -> HeatRow:
    cells = (
        _cell(part.figures.get(name), card.figures[name], card.metrics[name], span_of(name, card.metrics[name], [card.figures])) for name in names
    )
    return HeatRow(part.tag, part.value, part.n, tuple(cells))


def _cell(figure: Figure | None, whole: Figure, metric: MetricCard, span: float) -> HeatCell:
    if figure is None or figure.value is None:
        return HeatCell("n/a", 0, "", (figure.reason if figure else None) or "not measured")
    if whole.value is None:
        return HeatCell(number(figure.value, metric), 0, "", with_interval(figure, metric))
    above = figure.value - whole.value
    shade = sum(abs(above) / span >= step for step in STEPS)
    better = {"higher": above > 0, "lower": above < 0, "unknown": None}[metric.direction]
    is_clear = figure.ci95 is not None and not figure.ci95[0] <= whole.value <= figure.ci95[1]
    sign = ("\N{BLACK UP-POINTING TRIANGLE}" if above > 0 else "\N{BLACK DOWN-POINTING TRIANGLE}") if is_clear else ""
    return HeatCell(number(figure.value, metric), 0 if better is None else shade if better else -shade, sign, with_interval(figure, metric))
