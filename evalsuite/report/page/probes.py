"""The sections of probes: further proxies of quality, robustness, safety; every figure with its test and cases behind a click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalsuite.record.probes import ProbeCard, ProbeFigure, ShownCase
from evalsuite.report.page.section import AnswerText, FigureRow, Section, clipped, difference
from evalsuite.report.wording import SECTIONS, p_value, questions_line
from evalsuite.scorecard import Scorecard

LONGEST_CASE = 500
"""Characters shown of a question or an answer."""
LONGEST_REMARK = 600
MOST_CASES = 200
"""On the whole page, so that it stays small; the others are in scorecard.json."""


@dataclass(frozen=True)
class Case:
    """One case to read."""

    id: AnswerText
    asked: AnswerText
    said: AnswerText
    remark: AnswerText


@dataclass(frozen=True, kw_only=True)
class ProbeRow(FigureRow):
    """One figure of a probe.

    Attributes:
        p: Of its test; empty where none is made.
        test: What that test is.
        remark: What a reader must know.
        cases: To be read behind a click.
        hidden: Cases that are only in scorecard.json.
        n: What the figure is over.
    """

    p: str
    test: str
    remark: AnswerText
    cases: tuple[Case, ...]
    hidden: int
    n: int


@dataclass(frozen=True)
class ProbePart:
    """One probe."""

    title: str
    meaning: str
    asked: str
    rows: tuple[ProbeRow, ...]
    reason: str


def probes(card: Scorecard) -> Iterator[Section]:
    """A section for each kind of probes that were asked."""
    figures = sum(len(probe.figures) for probe in card.probes)
    most = max(1, MOST_CASES // figures) if figures else 0
    for name, title in SECTIONS.items():
        parts = [_part(probe, most) for probe in card.probes if probe.section == name]
        if parts:
            rows = [row for part in parts for row in part.rows]
            sides = {side: any(getattr(row, side) for row in rows) for side in ("base", "previous", "to_base", "to_previous", "p")}
            yield Section(f"probes-{name}", title, {"parts": parts, "has": sides, "section": name}, "probes")


def _part(probe: ProbeCard, most: int) -> ProbePart:
    return ProbePart(probe.title, probe.meaning, questions_line(probe), tuple(_row(figure, most) for figure in probe.figures), probe.reason or "")


def _row(figure: ProbeFigure, most: int) -> ProbeRow:
    metric = figure.card
    to_base, to_previous = (difference(gap, metric) if gap else None for gap in (figure.difference, figure.previous_difference))
    return ProbeRow.of(
        figure.name,
        metric,
        (figure.figure, figure.base, figure.previous),
        (to_base, to_previous),
        p=p_value(figure.p) if figure.p is not None else "",
        test=figure.test or "",
        remark=clipped(figure.remark, LONGEST_REMARK),
        cases=tuple(map(_case, figure.shown[:most])),
        hidden=max(0, len(figure.shown) - most),
        n=figure.figure.n,
    )


def _case(shown: ShownCase) -> Case:
    return Case(*(clipped(text, LONGEST_CASE) for text in (shown.id, shown.asked, shown.said, shown.remark)))
