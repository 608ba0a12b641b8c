"""What differs from run to run and from machine to machine: speed, load, memory, energy, cost, and the verdict that hangs on them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from evalsuite.record.figure import Figure, Part
from evalsuite.record.judgement import Judgement


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
    latency: dict[str, LatencyHistogram] = Field(default={})
    """Of requests asked one at a time: `ttft` to the first token, `e2e` to the end; without those that were not timed."""
    base_latency: dict[str, LatencyHistogram] | None = None
    """The base's."""
    load: Load | None = None
    """Many users at once; null where the recipe asks for no level, or for the reason below."""
    load_reason: str | None = None
    """Why it is null."""
    gates: tuple[Judgement, ...]
    """Gates on figures of speed."""
    verdict: Literal["fit", "not fit", "none"]
    """Over all gates; none: the recipe has none."""
