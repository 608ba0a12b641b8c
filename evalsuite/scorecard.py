"""The schema of `scorecard.json`: the record of one evaluation that reports, gates and other tools read.

Everything outside `measured_on` is the same, byte for byte, when the same answers are evaluated again.
What was not measured is null with its reason, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from assistant.api import Gate
from evalsuite.metrics.speed import SPEED

SCHEMA_VERSION = 1


class Part(BaseModel):
    """What every part of a scorecard has in common: frozen, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)


class Figure(Part):
    """A value with its n and its interval."""

    value: float | None
    """Null where it was not measured."""
    ci95: tuple[float, float] | None
    """The 95% interval; null where there is none."""
    n: int
    """Answers it is over; of a time, how many times."""
    interval_method: str | None = None
    """How the interval was made."""
    reason: str | None = None
    """Why the value or the interval is null."""


class MetricCard(Part):
    """What a figure is, for people."""

    title: str
    """As people read it."""
    unit: str
    """Of the value; empty for a share of 1."""
    low: float
    """The lowest value it can take."""
    high: float | None
    """The highest value it can take; null if there is no such bound."""
    direction: Literal["higher", "lower", "unknown"]
    """Which way is better."""
    meaning: str
    """One sentence."""
    signature: str
    """What must be known to get the same figure again."""
    rate: bool = False
    """Each answer counts as 0 or 1."""
    version: int = 1
    """Of how it is measured; goes up when its figures change."""
    aggregation: str = "mean over answers"
    """How the answers' values become one, in words."""

    def tone(self, difference: Figure | None) -> Literal["better", "worse", "unclear"]:
        """Better or worse where the interval of the difference leaves out 0; else unclear."""
        if difference is None or difference.ci95 is None or self.direction == "unknown":
            return "unclear"
        low, high = difference.ci95
        if low <= 0 <= high:
            return "unclear"
        return "better" if (low > 0) == (self.direction == "higher") else "worse"


class Subject(Part):
    """What was examined."""

    label: str
    """`health@1`, or the name of a base."""
    kind: Literal["version", "base"]
    """A finished training, or the model it started from."""
    fingerprint: str
    """Of all that decides its answers besides the request."""
    run: str
    """The evaluation that holds its answers."""
    engine: str
    """What generated the text."""
    precision: str
    """Of the weights."""
    facts: dict[str, Any]
    """Where it comes from: base, method, fingerprints."""


class ExamplesCard(Part):
    """What was asked."""

    source: str
    """Where the examples come from."""
    fingerprint: str
    """Of the examples."""
    n: int
    """How many were asked."""
    groups: int
    """How many are independent of each other."""
    limit: int | None
    """Only so many were asked, chosen by hash; null for all."""


class Settings(Part):
    """How it was asked and scored."""

    sampling: dict[str, Any]
    """How tokens were chosen."""
    batch_size: int
    """Questions answered at once."""
    latency_requests: int
    """Questions asked one at a time."""
    resamples: int
    """Bootstrap resamples of each interval."""
    seed: int
    """Seed of the resamples."""


class Slice(Part):
    """The figures of the examples that share a tag's value."""

    tag: str
    """Which tag."""
    value: str
    """Which value of it."""
    n: int
    """Examples with it."""
    figures: dict[str, Figure]
    """By metric."""
    base_figures: dict[str, Figure] | None = None
    """The base's on the same examples."""


class Answers(Part):
    """What the answers look like, whatever they say."""

    finish_reasons: dict[str, int]
    """How many ended in which way."""
    words: tuple[int, ...]
    """Words of each answer, sorted."""
    empty: int
    """Answers of white space alone."""
    repeated: int
    """Answers that another question got as well, word for word."""
    same_as_base: int | None
    """Answers equal to the base's; null where there is none."""


class Sample(Part):
    """One question with what was answered."""

    id: str
    """The example's."""
    question: str
    """What was asked."""
    references: tuple[str, ...]
    """What would have been right."""
    prediction: str
    """What was answered."""
    scores: dict[str, float]
    """By metric."""
    base_prediction: str | None
    """What the base answered."""
    base_scores: dict[str, float] | None
    """The base's scores."""


class Judgement(Part):
    """A gate and whether it is met."""

    gate: Gate
    """The condition, as in the recipe."""
    passed: bool
    """Whether it is met."""
    value: float | None
    """The figure that was judged: the value, or the unfavourable end of its interval."""
    bound: float | None
    """What it had to reach or not to exceed; null where that needs a base that was not measured."""
    sentence: str
    """The same in words."""


class Machine(Part):
    """What differs from run to run and from machine to machine."""

    date: str
    """When the answers were generated, in UTC."""
    device: str
    """`cpu`, `cuda:0`, ..."""
    machine: dict[str, Any]
    """What the machine is."""
    packages: dict[str, str]
    """Versions of the libraries that decide a result."""
    speed: dict[str, Figure]
    """Figures of speed and memory, by name."""
    base_speed: dict[str, Figure] | None
    """The base's."""
    gates: tuple[Judgement, ...]
    """Gates on figures of speed."""
    verdict: Literal["fit", "not fit", "none"]
    """Over all gates; none: the recipe has none."""


class Scorecard(Part):
    """The record of one evaluation."""

    schema_version: Literal[1] = 1
    """Of this file."""
    run: str
    """The evaluation's name."""
    title: str
    """What was examined, for a heading."""
    description: str
    """The recipe's, of the assistant."""
    notice: str
    """What users must know before they rely on it."""
    target: Subject
    """What was examined."""
    base: Subject | None
    """The untrained base with the same prompt; null where it was not asked."""
    examples: ExamplesCard
    """What was asked."""
    settings: Settings
    """How it was asked and scored."""
    order: tuple[str, ...]
    """The metrics in the order of the recipe; the keys of a JSON object have none."""
    metrics: dict[str, MetricCard]
    """What each figure is."""
    figures: dict[str, Figure]
    """Quality, by metric."""
    base_figures: dict[str, Figure] | None
    """The base's."""
    differences: dict[str, Figure] | None
    """Target minus base, resampled in pairs."""
    reference_figures: dict[str, Figure] = {}
    """What the classifier of toxicity gives the reference answers, by metric: what its figures are to be judged against."""
    reference_differences: dict[str, Figure] = {}
    """Target minus references, resampled in pairs."""
    slices: tuple[Slice, ...]
    """By tag."""
    slices_left_out: int
    """Values of tags with too few examples, or beyond the number shown."""
    answers: Answers
    """What the answers look like."""
    base_answers: Answers | None
    """What the base's look like."""
    ranked_by: str | None
    """The metric that best and worst are by."""
    best: tuple[Sample, ...]
    """The best answers."""
    worst: tuple[Sample, ...]
    """The worst answers, the worst first."""
    toxicity: str | None
    """What the classifier of toxicity cannot see."""
    not_measured: dict[str, str]
    """What was not measured, and why."""
    warnings: tuple[str, ...]
    """What a reader should know before relying on the figures."""
    gates: tuple[Judgement, ...]
    """Gates on quality, judged."""
    commands: tuple[str, ...]
    """How to run it again."""
    speed_metrics: dict[str, MetricCard]
    """What each figure of speed is."""
    measured_on: Machine
    """What differs from run to run and from machine to machine."""

    @model_validator(mode="after")
    def _whole(self) -> Scorecard:
        """Every page looks figures up by these names."""
        measured = self.measured_on
        for held in (self.metrics, self.figures, self.base_figures):
            _require(self.order, held)
        for timed in (self.speed_metrics, measured.speed, measured.base_speed):
            _require(SPEED, timed)
        if self.ranked_by is not None:
            _require([self.ranked_by], self.metrics)
            for sample in (*self.best, *self.worst):
                _require([self.ranked_by], sample.scores)
            for part in self.slices:
                _require([self.ranked_by], part.figures)
        return self

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """All gates, those of quality first."""
        return (*self.gates, *self.measured_on.gates)


def _require(names: Iterable[str], held: Mapping[str, Any] | None) -> None:
    missing = [name for name in names if held is not None and name not in held]
    if missing:
        raise ValueError(f"nothing is held under {missing[0]!r}")
