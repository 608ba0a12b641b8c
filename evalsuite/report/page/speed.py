"""The sections of time: latencies of a lone user, throughput, memory, energy and cost, and many users at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evalsuite.record.machine import LoadLevel
from evalsuite.report.curves import latency_distribution, load_curve
from evalsuite.report.page.section import Cell, Section, cell
from evalsuite.report.wording import number
from evalsuite.scorecard import Scorecard

LATENCIES = (("ttft", "Time to first token"), ("itl", "Inter-token latency"), ("tpot", "Time per output token"), ("e2e", "End to end"))
DISTRIBUTIONS = (("ttft", "Time to first token"), ("e2e", "End to end"))
ALWAYS = ("tokens_per_s", "requests_per_s", "peak_memory_mib")
WHERE_MEASURED = (
    "peak_device_memory_mib",
    "energy_j_per_answer",
    "energy_wh_per_1000_answers",
    "cost_per_1000_answers",
    "cost_per_million_completion_tokens",
)
"""Tiles that stand only where there is a figure; that there is none is said under `Not measured`."""
LEVEL = ("requests_per_s", "tokens_per_s", "in_flight", "ttft_ms_p50", "e2e_ms_p50", "e2e_ms_p95", "slowdown")
"""Figures of a load level in the order of the table's columns."""


@dataclass(frozen=True)
class SpeedRow:
    """One latency at its percentiles, of the target and of the base."""

    title: str
    meaning: str
    n: int
    target: tuple[Cell | None, ...]
    base: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Tile:
    """One large figure."""

    title: str
    value: str
    unit: str
    base: str
    reason: str


@dataclass(frozen=True)
class LevelRow:
    """One level of the load pass."""

    level: int
    requests: int
    is_knee: bool
    cells: tuple[str, ...]
    note: str


def speed(card: Scorecard) -> Section:
    """A lone user, and what answering takes."""
    measured = card.measured_on
    base = measured.base_latency or {}
    charts = [(key, title, latency_distribution(measured.latency.get(key), base.get(key))) for key, title in DISTRIBUTIONS]
    spent = any(name.startswith(("energy", "cost")) and figure.value is not None for name, figure in measured.speed.items())
    told = {
        "tiles": list(_tiles(card)),
        "rows": list(_rows(card)),
        "charts": [chart for chart in charts if chart[2]],
        "unmeasured": any(figure.value is None for name, figure in measured.speed.items() if "_ms_p" in name),
        "energy": measured.energy_source,
        "cost": next((card.speed_metrics[name].signature for name in ("cost_per_1000_answers",) if _value(card, name) is not None), ""),
    }
    return Section("speed", "Speed, memory, energy and cost" if spent else "Speed and memory", told)


def load(card: Scorecard) -> Section | None:
    """Many users at once; None where nobody asked for it."""
    held = card.measured_on.load
    if held is None:
        return None
    rows = [_level(level, level.level == held.knee, card) for level in held.levels]
    told = {"load": held, "curve": load_curve(held), "rows": rows}
    return Section("load", "Many users at once", told)


def _rows(card: Scorecard) -> Iterator[SpeedRow]:
    measured = card.measured_on
    for key, title in LATENCIES:
        names = [f"{key}_ms_p{percent}" for percent in (50, 95, 99)]
        sides = [[cell(side[name], card.speed_metrics[name]) for name in names] if side else [] for side in (measured.speed, measured.base_speed)]
        yield SpeedRow(title, card.speed_metrics[names[0]].signature, measured.speed[names[0]].n, tuple(sides[0]), tuple(sides[1]))


def _tiles(card: Scorecard) -> Iterator[Tile]:
    measured = card.measured_on
    for name in (*ALWAYS, *(name for name in WHERE_MEASURED if _value(card, name) is not None)):
        metric, figure = card.speed_metrics[name], measured.speed[name]
        base = measured.base_speed.get(name) if measured.base_speed else None
        yield Tile(
            metric.title,
            number(figure.value, metric),
            metric.unit,
            number(base.value, metric) if base else "",
            figure.reason or "" if figure.value is None else "",
        )


def _value(card: Scorecard, name: str) -> float | None:
    figure = card.measured_on.speed.get(name)
    return figure.value if figure and name in card.speed_metrics else None


def _level(level: LoadLevel, is_knee: bool, card: Scorecard) -> LevelRow:
    return LevelRow(level.level, level.requests, is_knee, tuple(_level_text(level, name, card) for name in LEVEL), level.note or "")


def _level_text(level: LoadLevel, name: str, card: Scorecard) -> str:
    figure, metric = level.figures.get(name), card.speed_metrics.get(name)
    if figure is None or figure.value is None:
        return "n/a"
    return number(figure.value, metric) if metric else f"{figure.value:.3g}"
