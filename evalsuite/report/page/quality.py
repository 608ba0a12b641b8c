"""The sections of the main figures: the overview, every metric with base and previous release beside, and how far they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalsuite.report.charts import Mark, axis_of, mark
from evalsuite.report.forest import ForestRow, forest
from evalsuite.report.page.section import Cell, FigureRow, Section, difference
from evalsuite.report.radar import radar
from evalsuite.report.wording import notes
from evalsuite.scorecard import Scorecard


@dataclass(frozen=True, kw_only=True)
class MetricRow(FigureRow):
    """One metric.

    Attributes:
        notes: What a reader must know to take it rightly.
        mark: Where the figure stands on the metric's range.
        base_mark: Where the base's does.
        previous_mark: Where the previous release's does.
        reference_mark: Where the references' does.
    """

    notes: tuple[str, ...]
    mark: Mark | None
    base_mark: Mark | None
    previous_mark: Mark | None
    reference_mark: Mark | None


@dataclass(frozen=True)
class ChangeRow:
    """One metric of the forest plot with its numbers."""

    title: str
    drawn: ForestRow
    to_base: Cell | None
    to_previous: Cell | None


def overview(card: Scorecard) -> Section | None:
    """The radar; None where too little was measured."""
    drawn = radar(card)
    return Section("overview", "Overview", {"radar": drawn}) if drawn else None


def quality(card: Scorecard) -> Section:
    """Every metric."""
    return Section("quality", "Quality", {"rows": list(_rows(card))})


def changes(card: Scorecard) -> Section | None:
    """The differences on one axis; None where there is nothing to compare with."""
    drawn = forest(card)
    if drawn is None:
        return None
    sides = (card.differences, card.previous_differences)
    rows = [
        ChangeRow(metric.title, row, *(difference(side.get(row.name), metric) if side else None for side in sides))
        for row in drawn.rows
        for metric in (card.metrics[row.name],)
    ]
    return Section("changes", "What has changed", {"forest": drawn, "rows": rows})


def _rows(card: Scorecard) -> Iterator[MetricRow]:
    for name in card.order:
        metric = card.metrics[name]
        figure, base, previous = (side.get(name) if side else None for side in (card.figures, card.base_figures, card.previous_figures))
        axis = axis_of(metric, (figure, base, previous))
        to_base, to_previous = (difference(side.get(name), metric) if side else None for side in (card.differences, card.previous_differences))
        yield MetricRow.of(
            name,
            metric,
            (figure, base, previous),
            (to_base, to_previous),
            notes=tuple(notes(name, card)),
            mark=mark(figure, axis),
            base_mark=mark(base, axis),
            previous_mark=mark(previous, axis),
            reference_mark=mark(card.reference_figures.get(name), axis),
        )
