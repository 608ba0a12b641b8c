"""Speed and memory: figures of time, which differ from run to run and from machine to machine.

Latency is taken from requests asked one at a time, after one to warm up; throughput from the whole split
answered in batches. Knows recorded times only, and no engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evalsuite.metrics.metric import Card, Direction

ENOUGH = {50: 1, 95: 20, 99: 100}
"""How many samples a percentile needs: with fewer it would be the largest one under another name."""


@dataclass(frozen=True)
class Probe:
    """One request that was asked alone.

    Attributes:
        token_times_s: Seconds from the request to each generated token; from a server, to each piece of text.
        seconds: From the request to the end.
        tokens: Generated tokens; None if nobody counted them.
    """

    token_times_s: tuple[float, ...]
    seconds: float
    tokens: int | None

    @property
    def is_timed_by_token(self) -> bool:
        """Whether each time is that of one token: a piece of text may hold several, and the end token has no text."""
        return self.tokens is not None and self.tokens - len(self.token_times_s) in (0, 1)


@dataclass(frozen=True)
class Timings:
    """What was timed of one evaluation.

    Attributes:
        probes: Requests that were asked alone.
        requests: Answered in batches.
        tokens: Generated in batches; None if nobody counted them.
        seconds: The batches together.
        peak_memory_mib: Of the process that holds the model; None if unknown.
    """

    probes: tuple[Probe, ...]
    requests: int
    tokens: int | None
    seconds: float
    peak_memory_mib: float | None


@dataclass(frozen=True)
class Reading:
    """A figure, or why there is none.

    Attributes:
        value: The figure.
        n: How many samples it is over.
        reason: Why the value is None.
    """

    value: float | None
    n: int
    reason: str | None = None


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


def first_token_ms(probes: Sequence[Probe]) -> list[float]:
    """Milliseconds from each request to its first generated token."""
    return [1000 * probe.token_times_s[0] for probe in probes if probe.token_times_s]


def gaps_ms(probes: Sequence[Probe]) -> list[float]:
    """Milliseconds between generated tokens, over all requests; the way to the first token is none of them."""
    return [1000 * (later - earlier) for probe in probes for earlier, later in zip(probe.token_times_s, probe.token_times_s[1:], strict=False)]


def per_output_token_ms(probes: Sequence[Probe]) -> list[float]:
    """(End to end - first token) / (tokens - 1) of each request with two tokens or more."""
    rows = [(probe, probe.tokens) for probe in probes if probe.token_times_s and probe.tokens is not None and probe.tokens > 1]
    return [1000 * (probe.seconds - probe.token_times_s[0]) / (tokens - 1) for probe, tokens in rows]


def end_to_end_ms(probes: Sequence[Probe]) -> list[float]:
    """Milliseconds from each request to its end."""
    return [1000 * probe.seconds for probe in probes]


def percentile(samples: Sequence[float], percent: int) -> Reading:
    """A percentile by linear interpolation, where there are enough samples for it."""
    import numpy as np

    n = len(samples)
    if n < ENOUGH[percent]:
        return Reading(None, n, f"p{percent} needs {ENOUGH[percent]} samples, and there are {n}")
    return Reading(float(np.percentile(np.asarray(samples), percent)), n)


def _untold(key: str, probes: Sequence[Probe]) -> str | None:
    """Why a latency cannot be read from these requests; None where it can."""
    if key == "tpot" and any(probe.tokens is None for probe in probes):
        return "the server does not say how many tokens it generated"
    if key == "itl" and not all(probe.is_timed_by_token for probe in probes):
        return "the server sends text in pieces that are not tokens"
    return None


def _latency(key: str, samples: Callable[[Sequence[Probe]], list[float]], percent: int, probes: Sequence[Probe]) -> Reading:
    reason = _untold(key, probes)
    return Reading(None, 0, reason) if reason else percentile(samples(probes), percent)


def _rate(count: int | None, timings: Timings) -> Reading:
    if count is None:
        return Reading(None, 0, "the server does not say how many tokens it generated")
    if timings.seconds <= 0 or not timings.requests:
        return Reading(None, timings.requests, "no batches were timed")
    return Reading(count / timings.seconds, timings.requests)


def _memory(timings: Timings) -> Reading:
    if timings.peak_memory_mib is None:
        return Reading(None, 0, "the engine does not know how much memory its model takes")
    return Reading(timings.peak_memory_mib, 1)


EXAMPLE = Timings((Probe((0.1, 0.12, 0.16), 0.18, 3),), requests=10, tokens=300, seconds=5.0, peak_memory_mib=512.0)
LATENCIES = (
    ("ttft", "time to first token", "from the request to the first generated token", first_token_ms, 100.0),
    ("itl", "inter-token latency", "gaps between generated tokens, the first token excluded", gaps_ms, 30.0),
    ("tpot", "time per output token", "(end to end - first token) / (tokens - 1) of each request", per_output_token_ms, 40.0),
    ("e2e", "end to end", "from the request to the end of the answer", end_to_end_ms, 180.0),
)


def _percentiles() -> Iterator[Speed]:
    for key, title, definition, samples, median in LATENCIES:
        for percent in ENOUGH:
            # Percentiles that the short example has too few samples for are worked out on many equal requests.
            example = Timings(EXAMPLE.probes * 100, 10, 300, 5.0, 512.0)
            yield Speed(
                name=f"{key}_ms_p{percent}",
                title=f"{title}, p{percent}"[0].upper() + f"{title}, p{percent}"[1:],
                unit="ms",
                high=None,
                direction="lower",
                meaning=f"The {percent}th percentile of the {title} of a lone user.",
                definition=f"{definition}; requests asked one at a time",
                read=lambda timings, key=key, samples=samples, percent=percent: _latency(key, samples, percent, timings.probes),  # type: ignore[misc]
                example=(example, 40.0 if key == "itl" and percent > 50 else median),
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
        _plain("peak_memory_mib", "Peak memory", "MiB", "lower", "The largest resident memory of the process that holds the model.", _memory, 512.0),
    )
}
"""Every figure of speed by its name."""
