"""The sections of the main figures: the overview, every metric with base and previous release beside, and how far they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalsuite.report.charts import Mark, axis_of, mark
from evalsuite.report.forest import ForestRow, forest
from evalsuite.report.page.section import Cell, Section, cell, difference
from evalsuite.report.radar import radar
from evalsuite.report.wording import arrow, notes
from evalsuite.scorecard import Scorecard


@dataclass(frozen=True)
class MetricRow:
    """One metric: the target with what it is compared with.

    Attributes:
        name: Of the metric.
        title: As people read it.
        arrow: Which way is better.
        meaning: One sentence.
        notes: What a reader must know to take it rightly.
        unit: Of the value.
        target: The figure.
        base: The base's; None where it was not asked.
        previous: The previous release's.
        to_base: Target minus base; None where it was not asked.
        to_previous: Target minus previous release.
        mark: Where the figure stands on the metric's range.
        base_mark: Where the base's does.
        previous_mark: Where the previous release's does.
        reference_mark: Where the references' does.
    """

    name: str
    title: str
    arrow: str
    meaning: str
    notes: tuple[str, ...]
    unit: str
    target: Cell | None
    base: Cell | None
    previous: Cell | None
    to_base: Cell | None
    to_previous: Cell | None
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
        yield MetricRow(
            name=name,
            title=metric.title,
            arrow=arrow(metric),
            meaning=metric.meaning,
            notes=tuple(notes(name, card)),
            unit=metric.unit,
            target=cell(figure, metric),
            base=cell(base, metric),
            previous=cell(previous, metric),
            to_base=difference(card.differences.get(name), metric) if card.differences else None,
            to_previous=difference(card.previous_differences.get(name), metric) if card.previous_differences else None,
            mark=mark(figure, axis),
            base_mark=mark(base, axis),
            previous_mark=mark(previous, axis),
            reference_mark=mark(card.reference_figures.get(name), axis),
        )
