"""The schema of `evalsuite compare --json`: two evaluations of the same questions beside each other."""

from __future__ import annotations

from typing import Literal

from evalsuite.record.figure import Figure, MetricCard, Part
from evalsuite.scorecard import Subject

SCHEMA_VERSION = 1


class Compared(Part):
    """One metric on both sides, over the questions that both were asked."""

    primary: bool = True
    """Whether a verdict is given on it; if not, it is explored, and its p counts nowhere."""
    before: Figure
    """The first evaluation's."""
    after: Figure
    """The second's."""
    difference: Figure
    """After minus before, in pairs."""
    smallest_seen: float | None
    """The true difference that is called better or worse four times of five; null where none can be, nothing varies, or the metric is not primary."""
    test: str | None
    """How p was found."""
    p: float | None
    """How often chance alone makes the two differ so much; null where no test applies."""
    p_holm: float | None
    """The same, after Holm, over the primary metrics of this comparison; null for the others."""
    reason: str | None
    """Why there is no p."""
    verdict: Literal["better", "worse", "unclear"]
    """Better or worse where p after Holm is below 0.05; always unclear of a metric that is not primary."""
    wins: int
    """Questions answered better than before; higher, where nobody knows which way is better."""
    losses: int
    """Questions answered worse."""
    ties: int
    """Questions answered as well."""


class Change(Part):
    """A question whose answer changed much."""

    id: str
    """The example's."""
    question: str
    """What was asked."""
    references: tuple[str, ...]
    """What would have been right."""
    before: str
    """What was answered."""
    after: str
    """What is answered."""
    score_before: float
    """By the metric that changes are ranked by."""
    score_after: float
    """By the same."""


class Margin(Part):
    """A metric that must not have become worse by more than a margin."""

    metric: str
    """Which."""
    margin: float
    """How much worse it may be, in its unit."""
    passed: bool
    """Whether the unfavourable end of the difference's 95% interval is within the margin."""
    sentence: str
    """The same in words."""


class Comparison(Part):
    """Two evaluations of the same questions."""

    schema_version: Literal[1] = 1
    """Of this file."""
    before: Subject
    """What answered in the first evaluation."""
    after: Subject
    """What answered in the second."""
    n: int
    """Questions that both were asked, with the same references."""
    groups: int
    """How many of them are independent of each other."""
    left_out: dict[str, int]
    """Questions that only `before` or `after` was asked, or that are no longer the same."""
    order: tuple[str, ...]
    """The metrics in the order of the second evaluation."""
    metrics: dict[str, MetricCard]
    """What each figure is."""
    compared: dict[str, Compared]
    """By metric."""
    not_compared: dict[str, str]
    """Metrics that are not compared, and why."""
    ranked_by: str | None
    """The metric that changes are ranked by."""
    changed: tuple[Change, ...]
    """The questions that changed most, the largest change first."""
    warnings: tuple[str, ...]
    """What a reader should know before relying on the figures."""
    margins: tuple[Margin, ...]
    """What was asked to be no worse, judged."""
    resamples: int
    """Of each interval, and permutations of each test."""
    seed: int
    """Of both."""
