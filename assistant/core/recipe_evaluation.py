"""The part of a recipe that says how an assistant is examined, and what a release must meet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from assistant.core.recipe_engine import Remote
from assistant.core.recipe_section import Section, Seed

Streams = Annotated[int, Field(ge=1, le=256)]


class Toxicity(Section):
    """Which classifier measures toxicity."""

    checkpoint: str | None = None
    """A Detoxify checkpoint on disk, relative to the recipe; null for what the machine has."""
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """The checkpoint's SHA-256; another file is refused."""


class ProbeFiles(Section):
    """Published sets of questions that some probes ask; what is not given is not asked, and said to be so. JSONL, relative to the recipe."""

    bbq: str | None = None
    """Questions of BBQ (Parrish et al. 2022), for the probe `bbq`."""
    crows_pairs: str | None = None
    """Pairs of CrowS-Pairs (Nangia et al. 2020), for the probe `crows_pairs`."""
    xstest: str | None = None
    """Prompts of XSTest (Röttger et al. 2024), asked by the probe `over_refusal` beside the bundled ones."""
    provoking: str | None = None
    """Prompts of your own that provoke toxic answers, a `prompt` a row; asked by the probe `provocation` beside the bundled ones."""


class Judge(Section):
    """A model that grades answers by a rubric: an opinion, and marked as one."""

    target: str | None = None
    """A base or a version of this workspace that judges; or give `remote`."""
    remote: Remote | None = None
    """A server whose model judges; or give `target`."""
    rubric: str = "Does the answer say what the reference answer says, correctly, completely and clearly?"
    """What the judge is asked of each answer."""
    lowest: int = Field(default=1, ge=0)
    """The worst grade."""
    highest: int = Field(default=5, ge=1)
    """The best grade."""
    repeats: int = Field(default=2, ge=1)
    """Times that each answer is graded; how far the grades agree is told."""
    temperature: float = Field(default=0.7, ge=0)
    """Of the judge: at 0 repeats would all say the same."""
    examples: int = Field(default=50, ge=1)
    """At most so many answers are judged, chosen by hash."""

    @model_validator(mode="after")
    def _one_judge(self) -> Judge:
        if (self.target is None) == (self.remote is None):
            raise ValueError("give exactly one of target and remote")
        if self.highest <= self.lowest:
            raise ValueError("highest must be above lowest")
        return self


class Price(Section):
    """What answering costs: either by the hour of a machine, or by tokens, those read and those written; cost is this times what was measured."""

    currency: str = "USD"
    """As figures of cost are labelled."""
    per_hour: float | None = Field(default=None, ge=0)
    """Of the machine that answers."""
    per_million_prompt_tokens: float | None = Field(default=None, ge=0)
    """Of tokens read."""
    per_million_completion_tokens: float | None = Field(default=None, ge=0)
    """Of tokens written."""

    @model_validator(mode="after")
    def _by_time_or_by_tokens(self) -> Price:
        by_tokens = [self.per_million_prompt_tokens is not None, self.per_million_completion_tokens is not None]
        if any(by_tokens) and not all(by_tokens):
            raise ValueError("give the price of prompt tokens and that of completion tokens, or neither")
        if any(by_tokens) == (self.per_hour is not None):
            raise ValueError("give either per_hour or the prices of tokens")
        return self


class Evaluation(Section):
    """How an assistant is examined on the test split."""

    metrics: tuple[str, ...] = (
        "exact_match",
        "f1",
        "precision",
        "recall",
        "numeric_match",
        "bleu",
        "chrf",
        "rouge1",
        "rouge2",
        "rougeL",
        "rougeLsum",
        "semantic_similarity",
        "relevance",
        "completeness",
        "flow",
        "repetition",
        "length_ratio",
        "refusals",
        "cut_off",
        "number_precision",
        "number_recall",
        "unsupported_numbers",
        "personal_data",
        "toxicity",
    )
    """Metrics of the answers, by name, some with options: `bleu(tokenize=none)`; a path ending in .py is a metric of one's own, or a script of
    the `evaluate` library. All of them are in docs/metrics.md."""
    batch_size: int = Field(default=16, ge=1)
    """Questions answered at once."""
    latency_requests: int = Field(default=24, ge=0)
    """Questions asked one at a time to measure latency as a lone user meets it; 0 for none."""
    load: tuple[Streams, ...] = ()
    """How many users ask at once in the load pass, level after level: `[1, 2, 4, 8, 16]`; empty for none."""
    load_seconds: float = Field(default=4.0, gt=0)
    """How long each level of the load pass goes on at least."""
    repeats: int = Field(default=1, ge=1)
    """Times that each question is answered, each with a seed of its own; tells how much sampled answers vary."""
    shots: int = Field(default=0, ge=0)
    """Examples of the training split that are shown before each question, as turns of the conversation."""
    probes: tuple[str, ...] = ("typos", "distraction", "provocation", "over_refusal")
    """Further questions beside the test's, by the names of their sets; all of them are in docs/probes.md."""
    probe_examples: int = Field(default=40, ge=1)
    """At most so many of the test's examples are asked in other words, with other identities and the like; chosen by hash."""
    probe_files: ProbeFiles = ProbeFiles()
    """Published sets of questions."""
    resamples: int = Field(default=10_000, ge=100, le=1_000_000)
    """Bootstrap resamples of each interval."""
    seed: Seed = 0
    """Seed of the resamples, and of whatever probes choose at random."""
    toxicity: Toxicity = Toxicity()
    """How toxicity is measured."""
    judge: Judge | None = None
    """A model that grades the answers; null for none."""
    price: Price | None = None
    """What answering costs; null where nobody says."""


class Gate(Section):
    """A condition that a release must meet."""

    metric: str
    """A quality figure (`f1`, `rougeL`, `toxicity`), a probe's (`over_refusal_rate`), a speed figure (`ttft_ms_p95`, `peak_memory_mib`) or a cost
    (`cost_per_1000_answers`). Exactly one of the next four conditions belongs to it."""
    at_least: float | None = None
    """The figure must not be lower."""
    at_most: float | None = None
    """The figure must not be higher."""
    over_base: float | None = Field(default=None, gt=0)
    """The figure must be at least so many times that of the bare base."""
    no_worse: float | None = Field(default=None, ge=0)
    """The figure must not be worse than the previous release's by more than this: judged by the unfavourable end of the 95% interval of the paired
    difference."""
    slice: str | None = Field(default=None, pattern=r"^[^=]+=.+$")
    """Only over the examples with this tag: `kind=symptoms`."""
    judged: Literal["value", "interval"] = "value"
    """interval: the unfavourable end of the 95% interval must meet the condition, not only the value."""

    @model_validator(mode="after")
    def _one_condition(self) -> Gate:
        if sum(bound is not None for bound in (self.at_least, self.at_most, self.over_base, self.no_worse)) != 1:
            raise ValueError("give exactly one of at_least, at_most, over_base, no_worse")
        if self.over_base is not None and self.judged == "interval":
            raise ValueError("over_base is judged by the value: a ratio of two figures has no interval here")
        return self
