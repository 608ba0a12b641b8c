"""Latency: percentiles of times that requests took, each with its interval. Knows requests one by one, and no throughput."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evalsuite.stats.quantiles import grouped_interval, needed, order_interval

ENOUGH = {50: 1, 95: 20, 99: 100}
"""How many samples a percentile needs: with fewer it would be the largest one under another name."""

FEWEST_REQUESTS = 10
"""With fewer requests, resampling them says too little of how much the gaps within them vary."""


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
class Reading:
    """A figure, or why there is none.

    Attributes:
        value: The figure.
        n: How many samples it is over.
        reason: Why the value, or its interval, is None.
        ci95: The 95% interval; None where there is none.
        interval_method: How it was made.
    """

    value: float | None
    n: int
    reason: str | None = None
    ci95: tuple[float, float] | None = None
    interval_method: str | None = None


def first_token_ms(probes: Sequence[Probe]) -> list[float]:
    """Milliseconds from each request to its first generated token."""
    return [1000 * probe.token_times_s[0] for probe in probes if probe.token_times_s]


def gaps_of(probe: Probe) -> list[float]:
    """Milliseconds between the generated tokens of one request; the way to the first token is none of them."""
    return [1000 * (later - earlier) for earlier, later in zip(probe.token_times_s, probe.token_times_s[1:], strict=False)]


def gaps_ms(probes: Sequence[Probe]) -> list[float]:
    """Milliseconds between generated tokens, over all requests."""
    return [gap for probe in probes for gap in gaps_of(probe)]


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


def latency(key: str, percent: int, probes: Sequence[Probe]) -> Reading:
    """A percentile of one of the `LATENCIES`, without an interval."""
    reason = _untold(key, probes)
    return Reading(None, 0, reason) if reason else percentile(LATENCIES[key].samples(probes), percent)


def lone_latency(key: str, percent: int, probes: Sequence[Probe]) -> Reading:
    """The same with its interval, of requests that were asked one at a time: what one of them took tells nothing of the next."""
    reading = latency(key, percent, probes)
    if reading.value is None:
        return reading
    return _over_requests(reading, probes, percent) if key == "itl" else _over_samples(reading, LATENCIES[key].samples(probes), percent)


def _over_samples(reading: Reading, samples: Sequence[float], percent: int) -> Reading:
    """The percentile with the interval of independent samples: there is one of each request."""
    interval = order_interval(samples, percent)
    if interval is None:
        return replace(reading, reason=f"a 95% interval of p{percent} needs {needed(percent)} requests, and there are {len(samples)}")
    return replace(reading, ci95=interval, interval_method="order statistics")


def _over_requests(reading: Reading, probes: Sequence[Probe], percent: int) -> Reading:
    """The percentile of gaps with its interval; the gaps of one answer follow each other, so that whole answers are resampled."""
    groups = [gaps for probe in probes if (gaps := gaps_of(probe))]
    if len(groups) < FEWEST_REQUESTS:
        reason = f"a 95% interval resamples whole requests, of which it needs {FEWEST_REQUESTS}, and there are {len(groups)}"
        return replace(reading, reason=reason)
    return replace(reading, ci95=grouped_interval(groups, percent), interval_method=f"percentile bootstrap over {len(groups)} requests")


@dataclass(frozen=True)
class Latency:
    """A time that requests take.

    Attributes:
        title: As people read it, in the middle of a sentence.
        definition: From when until when.
        samples: Milliseconds, from requests.
    """

    title: str
    definition: str
    samples: Callable[[Sequence[Probe]], list[float]]


LATENCIES = {
    "ttft": Latency("time to first token", "from the request to the first generated token", first_token_ms),
    "itl": Latency("inter-token latency", "gaps between generated tokens, the first token excluded", gaps_ms),
    "tpot": Latency("time per output token", "(end to end - first token) / (tokens - 1) of each request", per_output_token_ms),
    "e2e": Latency("end to end", "from the request to the end of the answer", end_to_end_ms),
}
"""By the beginning of their figures' names."""
