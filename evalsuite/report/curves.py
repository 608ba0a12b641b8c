"""The geometry of the page's charts of speed, in percent; the template draws them as SVG, as it does those of `charts`.

Heights count from below: the template draws them from 100 downwards. Knows the record alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from evalsuite.record.machine import LatencyHistogram, Load, LoadLevel
from evalsuite.report.charts import Axis, Bin, Histogram

STEPS = (1, 2, 5)
"""Where ticks of a logarithmic axis stand within a factor of ten."""
MOST_TICKS = 6
HEADROOM = 1.08
"""The highest point is a little below the edge."""


@dataclass(frozen=True)
class LoadPoint:
    """One level of the load pass.

    Attributes:
        level: Users at once.
        x: Throughput, percent of the width.
        p50: Median time of an answer, percent of the height; None where it was not measured.
        p95: The 95th percentile.
        is_knee: Whether it is the level of the greatest power.
        label: The same in words.
    """

    level: int
    x: float
    p50: float | None
    p95: float | None
    is_knee: bool
    label: str


@dataclass(frozen=True)
class Segment:
    """A straight line between the points of two levels; SVG's polylines take no percentages."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class LoadCurve:
    """Throughput against the time of an answer, level by level.

    Attributes:
        points: From few users to many; levels without throughput are left out.
        p50_line: Between neighbours that both have a median.
        p95_line: The same of the 95th percentile.
        x_ticks: Where labels stand below, and what they say (requests a second).
        y_ticks: Where they stand beside it (seconds).
    """

    points: tuple[LoadPoint, ...]
    p50_line: tuple[Segment, ...]
    p95_line: tuple[Segment, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]


def latency_distribution(latency: LatencyHistogram | None, base: LatencyHistogram | None = None) -> Histogram | None:
    """Requests by how long they took, both sides on one logarithmic axis and scale (share of the requests).

    Args:
        latency: The target's.
        base: The base's.

    Returns:
        None where neither was timed.
    """
    sides = [side for side in (latency, base) if side and sum(side.counts)]
    if not sides:
        return None
    axis = Axis(math.log10(min(side.edges_ms[0] for side in sides)), math.log10(max(side.edges_ms[-1] for side in sides)))
    highest = max(count / sum(side.counts) for side in sides for count in side.counts)
    return Histogram(_bins(latency, axis, highest), _bins(base, axis, highest), _log_ticks(axis))


def load_curve(load: Load | None) -> LoadCurve | None:
    """Throughput against the time of an answer, one point for each level; None where no level has a figure."""
    levels = [level for level in load.levels if _value(level, "requests_per_s") is not None] if load else []
    if load is None or not levels:
        return None
    times = [value for level in levels for name in ("e2e_ms_p50", "e2e_ms_p95") if (value := _value(level, name)) is not None]
    x_axis = Axis(0.0, HEADROOM * max(_value(level, "requests_per_s") or 0.0 for level in levels))
    y_axis = Axis(0.0, HEADROOM * max(times, default=1.0))
    points = tuple(_point(level, x_axis, y_axis, level.level == load.knee) for level in levels)
    return LoadCurve(
        points,
        tuple(_line((point.x, point.p50) for point in points)),
        tuple(_line((point.x, point.p95) for point in points)),
        _even_ticks(x_axis, 1.0),
        _even_ticks(y_axis, 1000.0),
    )


def _bins(side: LatencyHistogram | None, axis: Axis, highest: float) -> tuple[Bin, ...]:
    if side is None:
        return ()
    total = sum(side.counts)
    bins = []
    for low, high, count in zip(side.edges_ms, side.edges_ms[1:], side.counts, strict=False):
        if count:
            left, right = axis.at(math.log10(low)), axis.at(math.log10(high))
            label = f"{duration(low)} to {duration(high)}: {count} of the requests"
            bins.append(Bin(left, round(right - left, 3), round(100 * count / total / highest, 2), label))
    return tuple(bins)


def _log_ticks(axis: Axis) -> tuple[tuple[float, str], ...]:
    """Labels at 1, 2 and 5 of each factor of ten; at the bare powers where these are too many."""
    values = [step * 10.0**power for power in range(math.floor(axis.low), math.ceil(axis.high) + 1) for step in STEPS]
    inside = [value for value in values if axis.low <= math.log10(value) <= axis.high]
    if len(inside) > MOST_TICKS:
        inside = [value for value in inside if math.isclose(math.log10(value), round(math.log10(value)))]
    return tuple((axis.at(math.log10(value)), duration(value)) for value in inside)


def _even_ticks(axis: Axis, unit: float) -> tuple[tuple[float, str], ...]:
    """Labels at round distances, three to six of them."""
    wanted = axis.high / unit / 4
    power = 10.0 ** math.floor(math.log10(wanted)) if wanted > 0 else 1.0
    step = next((each * power for each in (*STEPS, 10) if each * power >= wanted), 10 * power)
    count = math.floor(axis.high / unit / step + 1e-9)
    return tuple((axis.at(number * step * unit), f"{number * step:.4g}") for number in range(count + 1))


def _point(level: LoadLevel, x_axis: Axis, y_axis: Axis, is_knee: bool) -> LoadPoint:
    pace = _value(level, "requests_per_s") or 0.0
    median, slow = _value(level, "e2e_ms_p50"), _value(level, "e2e_ms_p95")
    told = [f"{name} {duration(value)}" for name, value in (("median", median), ("p95", slow)) if value is not None]
    users = "1 user" if level.level == 1 else f"{level.level} users"
    return LoadPoint(
        level.level,
        x_axis.at(pace),
        None if median is None else y_axis.at(median),
        None if slow is None else y_axis.at(slow),
        is_knee,
        f"{users}: {', '.join([f'{pace:.3g} requests/s', *told])}",
    )


def _line(points: Iterable[tuple[float, float | None]]) -> Iterable[Segment]:
    held = [(x, y) for x, y in points if y is not None]
    return (Segment(x1, y1, x2, y2) for (x1, y1), (x2, y2) in pairwise(held))


def _value(level: LoadLevel, name: str) -> float | None:
    figure = level.figures.get(name)
    return None if figure is None else figure.value


def duration(ms: float) -> str:
    """Milliseconds as people read them: `35.5 ms`, `1.26 s`."""
    if ms < 999.5:
        return f"{ms:.3g} ms"
    return f"{ms / 1000:.3g} s" if ms < 100_000 else f"{ms / 1000:,.0f} s"
