"""Reading `timings.jsonl`: what was timed of one evaluation, as figures with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assistant.api import read_jsonl
from evalsuite.evaluation import Evaluation, readable
from evalsuite.metrics.speed import SPEED, Probe, Timings
from evalsuite.scorecard import Figure, MetricCard


@dataclass(frozen=True)
class Timed:
    """What was timed, and on what.

    Attributes:
        timings: The times.
        about: Date, engine, precision, device, machine, packages.
    """

    timings: Timings
    about: dict[str, Any]


def read_timings(evaluation: Evaluation) -> Timed:
    """The times of a finished generation.

    Raises:
        DataError: The file was changed since.
    """
    with readable(evaluation.timings):
        return _timed(read_jsonl(evaluation.timings))


def _timed(rows: Iterable[dict[str, Any]]) -> Timed:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    batches = by_kind["batches"][0]
    timings = Timings(
        probes=tuple(map(_probe, by_kind.get("alone", []))),
        requests=batches["requests"],
        tokens=batches["tokens"],
        seconds=batches["seconds"],
        peak_memory_mib=by_kind["memory"][0]["peak_mib"],
    )
    return Timed(timings, by_kind["about"][0])


def _probe(row: dict[str, Any]) -> Probe:
    times_s = tuple(row["token_times_s"])
    # Records from before tokens were counted apart had a time for each of them.
    return Probe(times_s, row["seconds"], row.get("tokens", len(times_s)))


def speed_figures(timings: Timings) -> dict[str, Figure]:
    """Every figure of speed; what could not be measured is null with the reason."""
    readings = {name: speed.read(timings) for name, speed in SPEED.items()}
    return {name: Figure(value=reading.value, ci95=None, n=reading.n, reason=reading.reason) for name, reading in readings.items()}


def speed_cards() -> dict[str, MetricCard]:
    """What each figure of speed is."""
    return {
        name: MetricCard(
            title=speed.title,
            unit=speed.unit,
            low=speed.low,
            high=speed.high,
            direction=speed.direction,
            meaning=speed.meaning,
            signature=speed.definition,
        )
        for name, speed in SPEED.items()
    }
