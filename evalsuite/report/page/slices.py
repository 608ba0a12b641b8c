"""The section of slices: the heat map, and the metric that answers are ranked by with its intervals."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from evalsuite.record.figure import MetricCard
from evalsuite.report.charts import Axis, Mark, axis_of, mark
from evalsuite.report.heat import heat
from evalsuite.report.page.section import AnswerText, Cell, Section, cell, clipped, difference
from evalsuite.scorecard import Scorecard, Slice

LONGEST_VALUE = 60
"""Characters shown of a tag's value."""


@dataclass(frozen=True)
class SliceRow:
    """One value of a tag by the metric that answers are ranked by."""

    value: AnswerText
    n: int
    target: Cell | None
    base: Cell | None
    to_previous: Cell | None
    mark: Mark | None
    base_mark: Mark | None


def slices(card: Scorecard) -> Section | None:
    """The figures by tag; None without tags."""
    name, drawn = card.ranked_by, heat(card)
    if name is None or drawn is None:
        return None
    metric = card.metrics[name]
    axis = axis_of(metric, [])
    tags = [
        (clipped(tag, LONGEST_VALUE), [_row(each, name, metric, axis) for each in held])
        for tag, held in groupby(card.slices, key=lambda each: each.tag)
    ]
    rows = [(clipped(row.tag, LONGEST_VALUE), clipped(row.value, LONGEST_VALUE), row) for row in drawn.rows]
    told = {
        "tags": tags,
        "heat": drawn,
        "heat_rows": rows,
        "titles": [card.metrics[each].title for each in drawn.names],
        "ranked": metric.title,
        "compared": any(each.previous_differences for each in card.slices),
    }
    return Section("slices", "By tag", told)


def _row(part: Slice, name: str, metric: MetricCard, axis: Axis) -> SliceRow:
    figure, base = part.figures[name], part.base_figures[name] if part.base_figures else None
    gap = part.previous_differences.get(name) if part.previous_differences else None
    return SliceRow(
        clipped(part.value, LONGEST_VALUE),
        part.n,
        cell(figure, metric),
        cell(base, metric),
        difference(gap, metric) if gap else None,
        mark(figure, axis),
        mark(base, axis),
    )
