"""The schema of `scorecard.json`: the record of one evaluation that reports, gates and other tools read.

Everything outside `measured_on` is the same, byte for byte, when the same answers are evaluated again.
What was not measured is null with its reason, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from assistant.api import Gate
from evalsuite.metrics.speed import SHOWN

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


class FlagCard(Part):
    """A reason to take the figures for those of something else than what was released."""

    name: str
    """Of the check."""
    severity: Literal["refuse", "flag"]
    """refuse: not fit, whatever the gates say."""
    sentence: str
    """What was seen."""


class Judgement(Part):
    """A gate and whether it is met."""

    gate: Gate
    """The condition, as in the recipe."""
    passed: bool
    """Whether it is met."""
    value: float | None
    """The figure that was judged: the value, or the unfavourable end of its interval; of `no_worse`, how much worse that end is."""
    bound: float | None
    """What it had to reach or not to exceed; null where that needs a base or a previous release that was not measured."""
    sentence: str
    """The same in words."""
    vacuous: bool = False
    """Passed only because there is nothing to judge yet: no previous release was measured."""


class LatencyHistogram(Part):
    """How many requests took how long."""

    edges_ms: tuple[float, ...]
    """Where bins begin and end, `(bins + 1,)`; twenty to a factor of ten, and the same in every record."""
    counts: tuple[int, ...]
    """Requests of each bin, `(bins,)`; its beginning belongs to it."""


class LoadLevel(Part):
    """So many users at once, each asking again as soon as they are answered."""

    level: int
    """How many."""
    requests: int
    """Answered while the load was steady; what the figures are over."""
    seconds: float
    """How long it was steady."""
    repeated: int
    """Requests whose prompt the engine had read before: one that remembers prompts reads them faster."""
    figures: dict[str, Figure]
    """Latencies by the names of the figures of speed, `requests_per_s`, `tokens_per_s`, and: `in_flight`, requests under way on average;
    `speedup` and `slowdown`, throughput and time of an answer over those of level 1; `power`, the one by the other."""
    note: str | None = None
    """What a reader should know of this level."""


class Load(Part):
    """How throughput and latency change with the number of users."""

    levels: tuple[LoadLevel, ...]
    """From few users to many."""
    knee: int | None
    """The level of the greatest power: with more users answers take longer by more than throughput gains."""
    knee_reason: str | None
    """Why there is none."""
    note: str
    """How it was measured."""


class LeakageSample(Part):
    """One test example beside what the target learned from."""

    id: str
    """The test example's."""
    kind: Literal["question_and_answer", "question", "near_question", "answer", "passage"]
    """The gravest kind that was found of it."""
    question: str
    """What the test asks."""
    training_id: str
    """Of the row that the target learned from."""
    training_question: str
    """What that row asks, cut where it is long."""
    training_answer: str
    """What that row answers, cut where it is long."""
    similarity: float | None
    """Jaccard similarity of both questions; null where they are not near."""
    share: float | None
    """Of the passages of eight words of the test's answer, how many are known; null for an answer of fewer words."""
    passage: str
    """The longest run of words of the test that are known; empty where there is none of eight."""


class LeakageCard(Part):
    """What of the test stands in what the target learned from."""

    n: int
    """Test examples that were looked for."""
    training_rows: int
    """Rows of the training and validation split that were searched."""
    most_groups: int
    """What stands in more groups of them is boilerplate, and counts for nothing."""
    counts: dict[str, int]
    """Test examples by kind, the gravest kind first; one may be of several."""
    shares: dict[str, int]
    """Test examples of whose answer at least this share is known, passage by passage."""
    signature: str
    """What must be known to find the same again."""
    samples: tuple[LeakageSample, ...]
    """The worst cases of each kind."""
    clean_n: int
    """Test examples of which nothing was found."""
    clean_figures: dict[str, Figure] | None
    """Quality over these alone, by metric; null where that says nothing new."""
    clean_reason: str | None = None
    """Why there are none."""


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
    energy_source: str | None = None
    """What told the energy, and what it counts; null where nothing told it."""
    latency: dict[str, LatencyHistogram] = {}
    """Of requests asked one at a time: `ttft` to the first token, `e2e` to the end; without those that were not timed."""
    base_latency: dict[str, LatencyHistogram] | None = None
    """The base's."""
    load: Load | None = None
    """Many users at once; null where the recipe asks for no level, or for the reason below."""
    load_reason: str | None = None
    """Why it is null."""
    base_load: Load | None = None
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
    """Target minus base, in pairs."""
    previous: Subject | None = None
    """The release before; null where none was measured."""
    previous_figures: dict[str, Figure] | None = None
    """Its quality on the same examples, by metric."""
    previous_differences: dict[str, Figure] | None = None
    """Target minus previous release, in pairs."""
    reference_figures: dict[str, Figure] = {}
    """What the classifier of toxicity gives the reference answers, by metric: what its figures are to be judged against."""
    reference_differences: dict[str, Figure] = {}
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

    def probe_figures(self, side: Literal["figure", "base", "previous", "previous_difference"] = "figure") -> dict[str, Figure]:
        """Every figure of every probe by its name: the target's, or another side's where there is one."""
        found = {figure.name: getattr(figure, side) for probe in self.probes for figure in probe.figures}
        return {name: figure for name, figure in found.items() if figure is not None}

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
