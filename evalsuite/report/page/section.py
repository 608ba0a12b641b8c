"""The section of a page, and what all sections are made of: figures and texts in words, before any HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.wording import arrow, interval, number, signed

LONGEST = 1500
"""Characters shown of a text; the whole of it is in predictions.jsonl."""


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading of its own.

    Attributes:
        anchor: What links lead to; its template is `ANCHOR.html.j2` unless another is named.
        title: The heading.
        told: What the template shows, by name.
        template: Its template, where several sections share one.
    """

    anchor: str
    title: str
    told: dict[str, Any]
    template: str = ""

    @property
    def page(self) -> str:
        """The file of its template."""
        return f"{self.template or self.anchor}.html.j2"


@dataclass(frozen=True)
class Cell:
    """A figure in words.

    Attributes:
        value: The figure.
        interval: Its 95% interval; empty where there is none.
        reason: Why one of the two is missing.
        tone: Of a difference: better, worse or unclear.
    """

    value: str
    interval: str
    reason: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """A figure of the target with what it is compared with: what a table of metrics and one of a probe have in common.

    Attributes:
        name: As gates call it.
        title: As people read it.
        arrow: Which way is better.
        meaning: One sentence.
        unit: Of the value.
        target: The figure.
        base: The base's; None where it was not asked.
        previous: The previous release's.
        to_base: Target minus base; None where it was not asked.
        to_previous: Target minus previous release.
    """

    name: str
    title: str
    arrow: str
    meaning: str
    unit: str
    target: Cell | None
    base: Cell | None
    previous: Cell | None
    to_base: Cell | None
    to_previous: Cell | None

    @classmethod
    def of(
        cls,
        name: str,
        metric: MetricCard,
        figures: tuple[Figure | None, Figure | None, Figure | None],
        gaps: tuple[Cell | None, Cell | None],
        **more: Any,
    ) -> Self:
        """The row of a metric.

        Args:
            name: Of the metric.
            metric: What its figures are.
            figures: The target's, the base's and the previous release's.
            gaps: How far the target is from the other two, in words.
            more: What else a row of this table has.
        """
        target, base, previous = (cell(figure, metric) for figure in figures)
        return cls(
            name=name,
            title=metric.title,
            arrow=arrow(metric),
            meaning=metric.meaning,
            unit=metric.unit,
            target=target,
            base=base,
            previous=previous,
            to_base=gaps[0],
            to_previous=gaps[1],
            **more,
        )


@dataclass(frozen=True)
class AnswerText:
    """A text that was answered or would have been right, and how much of it is not shown."""

    text: str
    hidden: int


def cell(figure: Figure | None, card: MetricCard) -> Cell | None:
    """A figure in words, with the reason where there is none; None for a side that was not asked."""
    return None if figure is None else Cell(number(figure.value, card), interval(figure, card), figure.reason or "")


def difference(figure: Figure | None, card: MetricCard) -> Cell:
    """A difference in words, with its sign."""
    if figure is None:
        return Cell("n/a", "", "it is not compared")
    return Cell(signed(figure.value, card), interval(figure, card, sign=True), figure.reason or "", card.tone(figure))


def clipped(text: str, longest: int = LONGEST) -> AnswerText:
    """A text, cut where it would fill the page."""
    return AnswerText(text[:longest], max(0, len(text) - longest))
