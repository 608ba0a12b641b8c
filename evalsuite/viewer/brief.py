"""A scorecard in a screenful or two: its verdict, its gates, every doubt, and its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.table import aligned, metric_title, probe_lines
from evalsuite.report.wording import doubts, gate_mark, gates_line, interval, leakage_line, notes, signed, verdict, with_interval
from evalsuite.scorecard import Scorecard
from evalsuite.viewer.wording import Part, Piece


def brief_of(card: Scorecard) -> list[Part]:
    """The parts of a scorecard that decide whether it is believed, the gravest first."""
    fit = {"fit": "better", "not fit": "worse"}.get(card.measured_on.verdict, "plain")
    parts = [Part(card.title, (Piece(verdict(card), fit), Piece(f"  {gates_line(card)}", "quiet")))]
    if card.flags:
        parts.append(_lines("Not to be taken at its word", (f"{flag.name}: {flag.sentence}" for flag in card.flags), "warning"))
    if card.judgements:
        pieces: list[Piece] = []
        for each in card.judgements:
            pieces += [Piece("\n" if pieces else ""), Piece(gate_mark(each), "better" if each.passed else "worse"), Piece(f"  {each.sentence}")]
        parts.append(Part("Gates", tuple(pieces)))
    known = doubts(card)
    parts.append(_lines("Doubts", known, "warning") if known else Part("Doubts", (Piece("none was found", "quiet"),)))
    parts.append(Part("Learned beforehand", (Piece(leakage_line(card)),)))
    parts.append(Part("Figures, with 95% intervals", (Piece("\n".join(_figures(card))),)))
    if remarks := [f"{card.metrics[name].title}: {note}" for name in card.order for note in notes(name, card)]:
        parts.append(_lines("How to read them", remarks, "quiet"))
    if probed := list(probe_lines(card)):
        parts.append(_lines("Probes", probed, "plain"))
    if card.not_measured:
        parts.append(_lines("Not measured", (f"{name}: {reason}" for name, reason in sorted(card.not_measured.items())), "quiet"))
    asked = f"{card.examples.n} examples, {card.examples.source}; {card.target.engine} {card.target.precision}; {card.measured_on.date}"
    parts.append(Part("Asked", (Piece(asked, "quiet"),)))
    return parts


def _lines(heading: str, lines: Iterable[str], kind: str) -> Part:
    return Part(heading, (Piece("\n".join(lines), kind),))


def _figures(card: Scorecard) -> Iterator[str]:
    """The target's figures, and how far they are from the base's and the previous release's where those were asked."""
    sides = [("to base", card.differences), ("to previous", card.previous_differences)]
    present = [(head, differences) for head, differences in sides if differences is not None]
    rows = [["", card.title, *(head for head, _ in present)]]
    for name in card.order:
        metric = card.metrics[name]
        gaps = (_gap(differences.get(name), metric) for _, differences in present)
        rows.append([metric_title(metric), with_interval(card.figures[name], metric), *gaps])
    return aligned(rows)


def _gap(difference: Figure | None, metric: MetricCard) -> str:
    return "" if difference is None else f"{signed(difference.value, metric)} {interval(difference, metric, sign=True)}".rstrip()
