"""`timings.jsonl`: what was timed of one evaluation, read as figures with their reasons. Records of earlier days lack some rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.api import Energy, EnergyMeter, Engine, energy_meter, read_jsonl
from evalsuite.evaluation import Evaluation, readable
from evalsuite.load import TimedLevel, load_of
from evalsuite.metrics.latency import Probe, Reading, end_to_end_ms, first_token_ms
from evalsuite.metrics.speed import SPEED, Timings
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.machine import LatencyHistogram, Load

BINS_PER_DECADE = 20
"""Each bin of a histogram ends an eighth above its beginning."""
NO_LOAD = "the recipe asks for no level of it (evaluation.load)"
SERVERS_ENERGY = "the model is a server's, and this machine's energy is not that of its answers"


@dataclass(frozen=True)
class Timed:
    """What was timed, and on what.

    Attributes:
        timings: The times.
        about: Date, engine, precision, device, machine, packages.
        load: Levels of the load pass, from few users to many; empty without one. The load pass hands them over: `read_timings` does not know them.
        deaths: Times that the engine failed and was asked again.
    """

    timings: Timings
    about: dict[str, Any]
    load: tuple[TimedLevel, ...] = ()
    deaths: int = 0


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
    batches, memory = by_kind["batches"][0], by_kind["memory"][0]
    energy = by_kind.get("energy", [{}])[0]
    timings = Timings(
        probes=tuple(map(_probe, by_kind.get("alone", []))),
        requests=batches["requests"],
        tokens=batches["tokens"],
        seconds=batches["seconds"],
        peak_memory_mib=memory["peak_mib"],
        peak_device_memory_mib=memory.get("device_mib"),
        prompt_tokens=batches.get("prompt_tokens"),
        energy_j=energy.get("joules"),
        energy_reason=energy.get("reason"),
        energy_source=energy.get("source"),
    )
    return Timed(timings, by_kind["about"][0], deaths=batches.get("deaths", 0))


def _probe(row: dict[str, Any]) -> Probe:
    times_s = tuple(row["token_times_s"])
    # Records from before tokens were counted apart had a time for each of them.
    return Probe(times_s, row["seconds"], row.get("tokens", len(times_s)))


def meter_of(engine: Engine) -> EnergyMeter:
    """What measures the energy of an engine's answers, in a `with` around them; nothing where they are made elsewhere."""
    return EnergyMeter((), None, (SERVERS_ENERGY,)) if engine.info.engine == "remote" else energy_meter()


def energy_row(energy: Energy) -> dict[str, Any]:
    """What a meter measured, as `timings.jsonl` holds it."""
    return {"kind": "energy", "joules": energy.joules, "source": energy.source, "reason": energy.reason}


def speed_figures(timings: Timings) -> dict[str, Figure]:
    """Every figure of speed; what could not be measured is null with the reason."""
    return {name: figure_of(speed.read(timings)) for name, speed in SPEED.items()}


def figure_of(reading: Reading) -> Figure:
    """A reading, for the scorecard."""
    return Figure(value=reading.value, ci95=reading.ci95, n=reading.n, interval_method=reading.interval_method, reason=reading.reason)


def load_card(timed: Timed) -> tuple[Load | None, str | None]:
    """The record of the load pass; else why there is none."""
    return (load_of(timed.load), None) if timed.load else (None, NO_LOAD)


def latency_histograms(timings: Timings) -> dict[str, LatencyHistogram]:
    """How long requests took that were asked one at a time: to the first token and to the end, where there were any."""
    found = {"ttft": first_token_ms(timings.probes), "e2e": end_to_end_ms(timings.probes)}
    return {key: _histogram(samples) for key, samples in found.items() if samples}


def _histogram(samples: Sequence[float]) -> LatencyHistogram:
    """Counts in bins of equal ratio, whose edges are the same for all: 1, 1.122, 1.259, ... 10 ms, and so on both ways."""
    import numpy as np

    # Nothing takes no time; a clock may say so.
    places = np.floor(BINS_PER_DECADE * np.log10(np.maximum(np.asarray(samples), 1e-3)) + 1e-9).astype(int)
    first, last = int(places.min()), int(places.max())
    edges = (float(f"{10 ** (place / BINS_PER_DECADE):.4g}") for place in range(first, last + 2))
    return LatencyHistogram(edges_ms=tuple(edges), counts=tuple(np.bincount(places - first).tolist()))


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
