"""The schema of `scorecard.json`: the record of one evaluation that reports, gates and other tools read.

Everything outside `measured_on` is the same, byte for byte, when the same answers are evaluated again.
What was not measured is null with its reason, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from evalsuite.metrics.speed import SHOWN
from evalsuite.record.doubts import FlagCard, LeakageCard, SelfCheckCard
from evalsuite.record.figure import Figure, MetricCard, Part
from evalsuite.record.judgement import Judgement
from evalsuite.record.machine import Machine
from evalsuite.record.probes import ProbeCard, Side, probe_figures

SCHEMA_VERSION = 1


class Subject(Part):
    """What was examined."""

    label: str
    """`health@1`, or the name of a base."""
    kind: Literal["version", "base", "server", "file"]
    """A finished training, the model it started from, the model behind a server, or answers that came as a file."""
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
    previous_differences: dict[str, Figure] | None = None
    """Target minus previous release on the same examples, in pairs; null where none was measured."""


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
    """Target minus base, in pairs."""
    previous: Subject | None = None
    """The release before; null where none was measured."""
    previous_reason: str | None = None
    """Why there is none although there is a version before; null for a first release."""
    previous_figures: dict[str, Figure] | None = None
    """Its quality on the same examples, by metric."""
    previous_differences: dict[str, Figure] | None = None
    """Target minus previous release, in pairs."""
    reference_figures: dict[str, Figure] = Field(default={})
    """What the classifier of toxicity gives the reference answers, by metric: what its figures are to be judged against."""
    reference_differences: dict[str, Figure] = Field(default={})
    """Target minus references, in pairs."""
    slices: tuple[Slice, ...]
    """By tag."""
    slices_left_out: int
    """Values of tags with too few examples, or beyond the number shown."""
    leakage: LeakageCard | None = None
    """What of the test stands in what the target learned from; null where that is not known."""
    leakage_reason: str | None = None
    """Why it is not known."""
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
    probes: tuple[ProbeCard, ...] = ()
    """Further questions beside the test's."""
    probes_reason: str | None = None
    """Why there are none."""
    flags: tuple[FlagCard, ...] = ()
    """What stands on top, the gravest first."""
    self_checks: tuple[SelfCheckCard, ...] = ()
    """Whether the metrics work on these data."""
    metric_failures: dict[str, dict[str, str]] = Field(default={})
    """By metric, the answers that it failed on, and why; its figure is over the others."""
    unanswered: dict[str, str] = Field(default={})
    """Questions that got no answer, and why; they count as empty answers."""
    engine_deaths: int = 0
    """Times that the engine failed and was asked again."""
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
            _require(SHOWN, timed)
        if self.ranked_by is not None:
            _require([self.ranked_by], self.metrics)
            for sample in (*self.best, *self.worst):
                _require([self.ranked_by], sample.scores)
            for part in self.slices:
                _require([self.ranked_by], part.figures)
        return self

    def probe_figures(self, side: Side = "figure") -> dict[str, Figure]:
        """Every figure of every probe by its name: the target's, or another side's where there is one."""
        return probe_figures(self.probes, side)

    @property
    def all_cards(self) -> dict[str, MetricCard]:
        """What every figure of quality is, those of probes among them."""
        return {**self.metrics, **{figure.name: figure.card for probe in self.probes for figure in probe.figures}}

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """All gates, those of quality first."""
        return (*self.gates, *self.measured_on.gates)


def _require(names: Iterable[str], held: Mapping[str, Any] | None) -> None:
    missing = [name for name in names if held is not None and name not in held]
    if missing:
        raise ValueError(f"nothing is held under {missing[0]!r}")
