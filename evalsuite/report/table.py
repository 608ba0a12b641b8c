"""The short table that `evalsuite run` and `evalsuite score` print on stdout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evalsuite.report.wording import SPEED_SHOWN, arrow, number, verdict, with_interval
from evalsuite.scorecard import Figure, MetricCard, Scorecard


def run_table(card: Scorecard, html: Path) -> str:
    """Base against target, speed, gates, verdict, and where the page is."""
    columns: list[tuple[str, Mapping[str, Figure], Mapping[str, Figure]]] = []
    if card.base and card.base_figures and card.measured_on.base_speed:
        columns.append((card.base.label, card.base_figures, card.measured_on.base_speed))
    columns.append((card.title, card.figures, card.measured_on.speed))
    rows = [["metric", *(label for label, _, _ in columns)]]
    rows += [[_title(card.metrics[name]), *(with_interval(figures[name], card.metrics[name]) for _, figures, _ in columns)] for name in card.order]
    rows.append([])
    for name in SPEED_SHOWN:
        metric = card.speed_metrics[name]
        rows.append([f"{metric.title} ({metric.unit})", *(number(speed[name].value, metric) for _, _, speed in columns)])
    lines = [*_aligned(rows), "", f"{card.examples.n} examples, 95% intervals"]
    lines += [f"note: {warning}" for warning in card.warnings]
    lines += ["", *(f"{'passed' if judgement.passed else 'FAILED'}  {judgement.sentence}" for judgement in card.judgements)]
    return "\n".join([*lines, verdict(card), f"scorecard: {html}"])


def score_table(cards: Mapping[str, MetricCard], figures: Mapping[str, Figure]) -> str:
    """Figures of predictions that came from anywhere."""
    rows = [["metric", "value [95% interval]", "n"]]
    rows += [[_title(card), with_interval(figures[name], card), str(figures[name].n)] for name, card in cards.items()]
    return "\n".join(_aligned(rows))


def _title(card: MetricCard) -> str:
    return f"{card.title} {arrow(card)}".rstrip()


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    count = max(map(len, rows))
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in range(count)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
