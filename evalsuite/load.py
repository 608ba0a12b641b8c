"""The load pass, its arithmetic: what requests took with so many users at once, as figures, and where the knee is.

A level is a closed loop: each user asks again as soon as they are answered. Figures are over its steady state (see
`load_pass`). Knows recorded times, and no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from evalsuite.metrics.latency import ENOUGH, LATENCIES, Probe, Reading, end_to_end_ms, latency
from evalsuite.record.figure import Figure
from evalsuite.record.machine import Load, LoadLevel

TICKS_PER_S = 10_000
"""Times are kept to a tenth of a millisecond: a token takes a hundred of them."""
FEWEST_LEVELS = 3
"""A knee has something on both sides."""
GROWTH = 1.1
"""A level with fewer than so many times the requests under way of the one before is not another load."""
KEPT = 0.75
"""An engine that keeps a smaller share of a level under way is said to."""

TOGETHER = "requests under way at once share one machine, so that they are not independent and no interval holds for them"
UNCOUNTED = "the server does not say how many tokens it generated"
NO_SINGLE = "level 1 was not measured"
NOTE = (
    "A closed loop: every user asks again as soon as they are answered. Figures are over the steady state, which begins when twice as many "
    "requests have ended as there are users and ends before the load falls off. Questions come in a shuffled order and again after all others; "
    "each level goes on where the one before ended. "
)


@dataclass(frozen=True)
class TimedLevel:
    """What was timed of one level.

    Attributes:
        level: Users at once.
        probes: Requests that were answered in the steady state, in the order of their ends.
        seconds: How long that lasted, from the last end before it to the last end in it.
        repeated: How many of the requests had a prompt that the engine had read before.
        ended: Why it ended: its time was over, it took too long, or there were no further questions.
    """

    level: int
    probes: tuple[Probe, ...]
    seconds: float
    repeated: int
    ended: str = "time"


@dataclass(frozen=True)
class Knee:
    """The level beyond which more users pay no longer.

    Attributes:
        level: Which; None where it cannot be told.
        reason: Why not.
    """

    level: int | None
    reason: str | None = None


def row_of(timed: TimedLevel) -> dict[str, Any]:
    """A level as `timings.jsonl` holds it: of each answer the times between its tokens, the way to the first one in front."""
    answers = [{"ticks": _steps(probe.token_times_s), "seconds": round(probe.seconds, 4), "tokens": probe.tokens} for probe in timed.probes]
    about = {"level": timed.level, "seconds": round(timed.seconds, 4), "repeated": timed.repeated, "ended": timed.ended}
    return {"kind": "load", **about, "ticks_per_s": TICKS_PER_S, "answers": answers}


def level_of(row: dict[str, Any]) -> TimedLevel:
    """The level that `row_of` wrote."""
    unit = row["ticks_per_s"]
    probes = (Probe(tuple(ticks / unit for ticks in accumulate(answer["ticks"])), answer["seconds"], answer["tokens"]) for answer in row["answers"])
    return TimedLevel(row["level"], tuple(probes), row["seconds"], row["repeated"], row["ended"])


def _steps(times_s: Sequence[float]) -> list[int]:
    # Differences of rounded times, so that their sum is never off by more than one rounding.
    ticks = [round(time_s * TICKS_PER_S) for time_s in times_s]
    return [later - earlier for earlier, later in zip([0, *ticks], ticks, strict=False)]


def load_of(timed: Sequence[TimedLevel]) -> Load:
    """The record of a load pass.

    Args:
        timed: Its levels, from few users to many.
    """
    by_token = all(probe.tokens is not None for level in timed for probe in level.probes)
    single = next((level for level in timed if level.level == 1 and level.probes and level.seconds > 0), None)
    found = knee(timed)
    counted, repeated = sum(len(level.probes) for level in timed), sum(level.repeated for level in timed)
    note = NOTE + f"{repeated} of the {counted} requests had a prompt that the engine had read before; one that remembers prompts reads them faster. "
    note += "Power, speedup and slowdown count " + ("tokens: answers differ in length." if by_token else "answers: their tokens are not known.")
    return Load(levels=tuple(_level(level, single, by_token) for level in timed), knee=found.level, knee_reason=found.reason, note=note)


def knee(timed: Sequence[TimedLevel]) -> Knee:
    """The level of the greatest power.

    Power is throughput over the time of an answer (Kleinrock 1979, "Power and deterministic rules of thumb for
    probabilistic problems in computer communications"): with one request more under way it grows as long as
    throughput gains by a larger share than answers take longer. Both are counted in tokens, so that a level is not
    blamed for the long answers of its questions; in answers where tokens are not known.

    Args:
        timed: Levels, from few users to many.
    """
    by_token = all(probe.tokens is not None for level in timed for probe in level.probes)
    several: list[TimedLevel] = []
    for level in timed:
        if _power(level, by_token) is not None and (not several or in_flight(level) > GROWTH * in_flight(several[-1])):
            several.append(level)
    if len(several) < FEWEST_LEVELS:
        return Knee(None, f"a knee needs at least {FEWEST_LEVELS} levels of different load, and {len(several)} were measured")
    powers = [_power(level, by_token) or 0.0 for level in several]
    at = max(range(len(powers)), key=powers.__getitem__)
    users = several[at].level
    if at == len(several) - 1:
        return Knee(None, f"power still grows at {users} users, the highest load that was measured: the knee lies there or beyond")
    if at == 0 and users > 1:
        return Knee(None, f"power falls from {users} users on, the lowest load that was measured: the knee lies there or below")
    return Knee(users)


def in_flight(timed: TimedLevel) -> float:
    """Requests under way on average, by Little's law: throughput times the mean time of an answer."""
    return sum(probe.seconds for probe in timed.probes) / timed.seconds


def _work(timed: TimedLevel, by_token: bool) -> int:
    return sum(probe.tokens or 0 for probe in timed.probes) if by_token else len(timed.probes)


def _pace(timed: TimedLevel, by_token: bool) -> tuple[float, float] | None:
    """Work a second, and seconds that a request takes for a piece of it; None where there is nothing to go by."""
    work, spent = _work(timed, by_token), sum(probe.seconds for probe in timed.probes)
    return None if not work or timed.seconds <= 0 or spent <= 0 else (work / timed.seconds, spent / work)


def _power(timed: TimedLevel, by_token: bool) -> float | None:
    pace = _pace(timed, by_token)
    return None if pace is None else pace[0] / pace[1]


def _level(timed: TimedLevel, single: TimedLevel | None, by_token: bool) -> LoadLevel:
    figures = {f"{key}_ms_p{percent}": _figure(latency(key, percent, timed.probes)) for key in LATENCIES for percent in ENOUGH}
    figures |= {name: _figure(reading) for name, reading in _readings(timed, single, by_token).items()}
    return LoadLevel(
        level=timed.level, requests=len(timed.probes), seconds=timed.seconds, repeated=timed.repeated, figures=figures, note=_note(timed)
    )


def _readings(timed: TimedLevel, single: TimedLevel | None, by_token: bool) -> dict[str, Reading]:
    n, pace = len(timed.probes), _pace(timed, by_token)
    names = ("e2e_ms_mean", "requests_per_s", "tokens_per_s", "in_flight", "speedup", "slowdown", "power")
    if pace is None:
        reason = "no request was answered while the load was steady" if not n else "no token was generated"
        return {name: Reading(None, n, reason) for name in names}
    tokens = [probe.tokens for probe in timed.probes]
    written = None if None in tokens else sum(token or 0 for token in tokens)
    alone = _pace(single, by_token) if single else None
    values: dict[str, tuple[float | None, str]] = {
        "e2e_ms_mean": (sum(end_to_end_ms(timed.probes)) / n, ""),
        "requests_per_s": (n / timed.seconds, ""),
        "tokens_per_s": (None if written is None else written / timed.seconds, UNCOUNTED),
        "in_flight": (in_flight(timed), ""),
        "speedup": (pace[0] / alone[0] if alone else None, NO_SINGLE),
        "slowdown": (pace[1] / alone[1] if alone else None, NO_SINGLE),
        "power": (pace[0] / pace[1], ""),
    }
    return {name: Reading(value, n, None if value is not None else reason) for name, (value, reason) in values.items()}


def _figure(reading: Reading) -> Figure:
    return Figure(value=reading.value, ci95=None, n=reading.n, reason=reading.reason or TOGETHER)


def _note(timed: TimedLevel) -> str | None:
    """What the figures of a level do not say by themselves."""
    told = []
    if timed.probes and timed.seconds > 0 and in_flight(timed) < KEPT * timed.level:
        told.append(
            f"about {in_flight(timed):.1f} of {timed.level} requests were under way at a time: the engine takes no more at once, or its batches "
            "wait for their longest answer"
        )
    if timed.ended == "limit":
        told.append("it was ended before enough requests were answered, since it took too long")
    if timed.ended == "questions":
        told.append("it ended early, since requests were answered faster than was foreseen")
    return "; ".join(told) or None
