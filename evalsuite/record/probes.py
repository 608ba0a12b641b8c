"""What further questions found out, as a scorecard holds it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from evalsuite.record.figure import Figure, MetricCard, Part


class ShownCase(Part):
    """One case of a probe, for people to read."""

    id: str
    """The question's."""
    asked: str
    """What was asked."""
    said: str
    """What was answered."""
    remark: str
    """Why it is shown."""


class ProbeFigure(Part):
    """One figure of a probe."""

    name: str
    """As gates call it."""
    card: MetricCard
    """What it is."""
    figure: Figure
    """The target's."""
    base: Figure | None
    """The base's; null where it was not asked."""
    previous: Figure | None
    """The previous release's; null where it was not asked."""
    difference: Figure | None
    """Target minus base, in pairs; null without a base."""
    previous_difference: Figure | None
    """Target minus previous release, in pairs; null without one."""
    p: float | None
    """Of the probe's own test that there is no effect; null where it makes none."""
    test: str | None
    """What that test is."""
    remark: str
    """What a reader must know to take it rightly; mostly empty."""
    shown: tuple[ShownCase, ...]
    """The cases that say most, the worst first."""


class ProbeCard(Part):
    """What a set of further questions found out."""

    name: str
    """As the recipe calls it."""
    section: Literal["quality", "robustness", "safety"]
    """Where it belongs."""
    title: str
    """As people read it."""
    meaning: str
    """What it finds out."""
    version: int
    """Of its questions and figures."""
    questions: int
    """How many were asked."""
    statements: int
    """How many texts were weighed."""
    failed: int
    """Questions that got no answer."""
    figures: tuple[ProbeFigure, ...]
    """What came of it."""
    reason: str | None = None
    """Why there are no figures."""


Side = Literal["figure", "base", "previous", "difference", "previous_difference"]


def probe_figures(probes: Iterable[ProbeCard], side: Side = "figure") -> dict[str, Figure]:
    """Every figure of every probe by its name: the target's, or another side's where there is one."""
    found = {figure.name: getattr(figure, side) for probe in probes for figure in probe.figures}
    return {name: figure for name, figure in found.items() if figure is not None}
