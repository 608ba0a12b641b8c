"""The short table that `evalsuite run` and `evalsuite score` print on stdout."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.wording import SECTIONS, SPEED_SHOWN, arrow, doubts, load_line, notes, number, reference_line, verdict, with_interval
from evalsuite.scorecard import Scorecard

if TYPE_CHECKING:
    from evalsuite.score_file import Scored


def run_table(card: Scorecard, html: Path, where: Sequence[str] = ()) -> str:
    """Base, previous release and target side by side, speed, probes, gates, verdict, where the page is, and how to talk with what was examined.

    Args:
        card: The record.
        html: The page.
        where: What a command needs to find the workspace, such as `--home DIR`.
    """
    measured = card.measured_on
    columns: list[tuple[str, Mapping[str, Figure], Mapping[str, Figure]]] = []
    if card.base and card.base_figures and measured.base_speed:
        columns.append((card.base.label, card.base_figures, measured.base_speed))
    if card.previous and card.previous_figures:
        # Nobody times the previous release.
        columns.append((card.previous.label, card.previous_figures, {}))
    columns.append((card.title, card.figures, measured.speed))
    rows = [["metric", *(label for label, _, _ in columns)]]
    for name in card.order:
        metric = card.metrics[name]
        sides = (figures.get(name) for _, figures, _ in columns)
        rows.append([metric_title(metric), *(with_interval(figure, metric) if figure else "n/a" for figure in sides)])
    rows.append([])
    for name in SPEED_SHOWN:
        metric = card.speed_metrics[name]
        rows.append([f"{metric.title} ({metric.unit})", *(number(speed[name].value, metric) if name in speed else "" for _, _, speed in columns)])
    lines = [*aligned(rows), "", f"{card.examples.n} examples, 95% intervals", *probe_lines(card)]
    lines += [f"load: {load_line(card)}"] if load_line(card) else []
    lines += [f"note: {flag.name}: {flag.sentence}" for flag in card.flags if flag.severity == "flag"]
    lines += [f"note: {doubt}" for doubt in doubts(card)]
    lines += [f"note: {card.metrics[name].title}: {note}" for name in card.order for note in notes(name, card)]
    lines += ["", *(f"REFUSED {flag.sentence}" for flag in card.flags if flag.severity == "refuse")]
    lines += [f"{'passed' if judgement.passed else 'FAILED'}  {judgement.sentence}" for judgement in card.judgements]
    chat = [f"chat: {shlex.join(['assistant', 'chat', card.target.label, *where])}"] if card.target.kind == "version" else []
    return "\n".join([*lines, verdict(card), f"scorecard: {html}", *chat])


def probe_lines(card: Scorecard) -> Iterator[str]:
    """One line for each kind of probes: how each of them came out, by its first figure."""
    for section, title in SECTIONS.items():
        firsts = [probe.figures[0] for probe in card.probes if probe.section == section and probe.figures]
        if firsts:
            yield f"{title.lower()}: {'; '.join(f'{first.card.title} {number(first.figure.value, first.card)}' for first in firsts)}"


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
