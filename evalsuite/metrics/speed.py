"""Speed, memory and energy: figures of time, which differ from run to run and from machine to machine.

Latency is taken from requests asked one at a time, after one to warm up; throughput and energy from the whole
split answered in batches. Knows what was recorded, and no engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from evalsuite.metrics.latency import ENOUGH, LATENCIES, Reading, lone_latency
from evalsuite.metrics.latency import Probe as Probe
from evalsuite.metrics.metric import Card, Direction

ONCE = "it is measured once in a run, which does not tell how much it varies"


@dataclass(frozen=True)
class Timings:
    """What was timed of one evaluation.

    Attributes:
        probes: Requests that were asked alone.
        requests: Answered in batches.
        tokens: Generated in batches; None if nobody counted them.
        seconds: The batches together.
        peak_memory_mib: Of the process that holds the model; None if unknown.
        peak_device_memory_mib: Of a graphics card, by that process; None if it uses none, or unknown.
        prompt_tokens: Read in batches; None if nobody counted them.
        energy_j: Used by the machine while the batches were answered; None if it tells none.
        energy_reason: Why it is None.
        energy_source: What told it.
    """

    probes: tuple[Probe, ...]
    requests: int
    tokens: int | None
    seconds: float
    peak_memory_mib: float | None
    peak_device_memory_mib: float | None = None
    prompt_tokens: int | None = None
    energy_j: float | None = None
    energy_reason: str | None = None
    energy_source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Speed(Card):
    """How one figure of speed is read from recorded times.

    Attributes:
        definition: What exactly is counted.
        read: The figure.
        example: Times, and what the figure of them is.
    """

    definition: str
    read: Callable[[Timings], Reading]
    example: tuple[Timings, float]


def _rate(count: int | None, timings: Timings) -> Reading:
    if count is None:
        return Reading(None, 0, "the server does not say how many tokens it generated")
    if timings.seconds <= 0 or not timings.requests:
        return Reading(None, timings.requests, "no batches were timed")
    return Reading(count / timings.seconds, timings.requests, ONCE)


def _memory(mib: float | None, unknown: str) -> Reading:
    return Reading(None, 0, unknown) if mib is None else Reading(mib, 1, ONCE)


def _energy(timings: Timings, factor: float) -> Reading:
    """So many times the joules of one answer."""
    if timings.energy_j is None:
        return Reading(None, 0, timings.energy_reason or "energy was not recorded")
    if not timings.requests:
        return Reading(None, 0, "no batches were timed")
    return Reading(factor * timings.energy_j / timings.requests, timings.requests, ONCE)


EXAMPLE = Timings(
    (Probe((0.1, 0.12, 0.16), 0.18, 3),),
    requests=10,
    tokens=300,
    seconds=5.0,
    peak_memory_mib=512.0,
    peak_device_memory_mib=256.0,
    prompt_tokens=1000,
    energy_j=72.0,
)
# The gaps are 20 and 40 ms, whose upper percentiles are 40.
MEDIANS = {"ttft": 100.0, "itl": 30.0, "tpot": 40.0, "e2e": 180.0}


def _percentiles() -> Iterator[Speed]:
    for key, each in LATENCIES.items():
        for percent in ENOUGH:
            title = f"{each.title}, p{percent}"
            yield Speed(
                name=f"{key}_ms_p{percent}",
                title=title[0].upper() + title[1:],
                unit="ms",
                high=None,
                direction="lower",
                meaning=f"The {percent}th percentile of the {each.title} of a lone user.",
                definition=f"{each.definition}; requests asked one at a time",
                read=lambda timings, key=key, percent=percent: lone_latency(key, percent, timings.probes),  # type: ignore[misc]
                # Percentiles that the short example has too few samples for are worked out on many equal requests.
                example=(replace(EXAMPLE, probes=EXAMPLE.probes * 100), 40.0 if key == "itl" and percent > 50 else MEDIANS[key]),
            )


def _plain(name: str, title: str, unit: str, direction: Direction, meaning: str, read: Callable[[Timings], Reading], value: float) -> Speed:
    return Speed(
        name=name, title=title, unit=unit, high=None, direction=direction, meaning=meaning, definition=meaning, read=read, example=(EXAMPLE, value)
    )


SPEED: dict[str, Speed] = {
    speed.name: speed
    for speed in (
        *_percentiles(),
        _plain(
            "requests_per_s",
            "Throughput in requests",
            "requests/s",
            "higher",
            "Requests of the whole split over the seconds their batches took.",
            lambda timings: _rate(timings.requests, timings),
            2.0,
        ),
        _plain(
            "tokens_per_s",
            "Throughput in tokens",
            "tokens/s",
            "higher",
            "Generated tokens of the whole split over the seconds their batches took.",
            lambda timings: _rate(timings.tokens, timings),
            60.0,
        ),
        _plain(
            "peak_memory_mib",
            "Peak memory",
            "MiB",
            "lower",
            "The largest resident memory of the process that holds the model.",
            lambda timings: _memory(timings.peak_memory_mib, "the engine does not know how much memory its model takes"),
            512.0,
        ),
        _plain(
            "peak_device_memory_mib",
            "Peak memory of the graphics card",
            "MiB",
            "lower",
            "The largest memory of a graphics card that the model's process held for tensors.",
            lambda timings: _memory(timings.peak_device_memory_mib, "the engine uses no graphics card, or does not know"),
            256.0,
        ),
        _plain(
            "energy_j_per_answer",
            "Energy per answer",
            "J",
            "lower",
            "Energy that the machine used while the whole split was answered in batches, by answers; not of this process alone.",
            lambda timings: _energy(timings, 1.0),
            7.2,
        ),
        _plain(
            "energy_wh_per_1000_answers",
            "Energy per 1,000 answers",
            "Wh",
            "lower",
            "The same energy in watt-hours, by thousands of answers.",
            lambda timings: _energy(timings, 1000 / 3600),
            2.0,
        ),
    )
}
"""Every figure of speed by its name."""

SHOWN = frozenset({*(f"{key}_ms_p{percent}" for key in LATENCIES for percent in ENOUGH), "requests_per_s", "tokens_per_s", "peak_memory_mib"})
"""Figures that every page shows, so that every record must have them; records of earlier days lack the others."""
