"""The short table that `evalsuite run` and `evalsuite score` print on stdout."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.wording import SPEED_SHOWN, arrow, notes, number, reference_line, verdict, with_interval
from evalsuite.scorecard import Scorecard

if TYPE_CHECKING:
    from evalsuite.score_file import Scored


def run_table(card: Scorecard, html: Path, where: Sequence[str] = ()) -> str:
    """Base against target, speed, gates, verdict, where the page is, and how to talk with what was examined.

    Args:
        card: The record.
        html: The page.
        where: What a command needs to find the workspace, such as `--home DIR`.
    """
    columns: list[tuple[str, Mapping[str, Figure], Mapping[str, Figure]]] = []
    if card.base and card.base_figures and card.measured_on.base_speed:
        columns.append((card.base.label, card.base_figures, card.measured_on.base_speed))
    columns.append((card.title, card.figures, card.measured_on.speed))
    rows = [["metric", *(label for label, _, _ in columns)]]
    rows += [
        [metric_title(card.metrics[name]), *(with_interval(figures[name], card.metrics[name]) for _, figures, _ in columns)] for name in card.order
    ]
    rows.append([])
    for name in SPEED_SHOWN:
        metric = card.speed_metrics[name]
        rows.append([f"{metric.title} ({metric.unit})", *(number(speed[name].value, metric) for _, _, speed in columns)])
    lines = [*aligned(rows), "", f"{card.examples.n} examples, 95% intervals"]
    lines += [f"note: {warning}" for warning in card.warnings]
    lines += [f"note: {card.metrics[name].title}: {note}" for name in card.order for note in notes(name, card)]
    lines += ["", *(f"{'passed' if judgement.passed else 'FAILED'}  {judgement.sentence}" for judgement in card.judgements)]
    chat = [f"chat: {shlex.join(['assistant', 'chat', card.target.label, *where])}"] if card.target.kind == "version" else []
    return "\n".join([*lines, verdict(card), f"scorecard: {html}", *chat])


def score_table(scored: Scored) -> str:
    """Figures of predictions that came from anywhere."""
    rows = [["metric", "value [95% interval]", "n"]]
    rows += [[metric_title(card), with_interval(scored.figures[name], card), str(scored.figures[name].n)] for name, card in scored.cards.items()]
    notes = [
        f"note: {scored.cards[name].title}: {reference_line(scored.cards[name], scored.figures[name], figure, scored.differences.get(name))}"
        for name, figure in scored.references.items()
    ]
    return "\n".join([*aligned(rows), *notes])


def metric_title(card: MetricCard) -> str:
    """What a metric is called, and which way is better."""
    return f"{card.title} {arrow(card)}".rstrip()


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of cells, each column as wide as its widest."""
    count = max(map(len, rows))
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(count)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
