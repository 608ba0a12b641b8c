"""The radar of the overview: a handful of figures of quality, robustness, safety and speed on scales from 0 to 1, better outwards.

A scale is a choice, and the area of a radar says nothing: it is for a glance alone. What was not measured is left out.
Knows the record alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.wording import number
from evalsuite.scorecard import Scorecard

FEWEST = 3
"""Spokes that make a shape."""
OF_EACH = 2
"""Spokes of each kind at most."""
RINGS = (0.25, 0.5, 0.75, 1.0)
LOGARITHMIC = {"ttft_ms_p50": (10_000.0, 10.0), "tokens_per_s": (1.0, 1000.0)}
"""Figures of speed, and what counts as 0 and as 1; equal factors are equal steps between."""


@dataclass(frozen=True)
class Spoke:
    """One figure of the overview.

    Attributes:
        kind: Quality, robustness, safety or speed.
        title: Of the figure.
        text: The target's figure as it is.
        scale: How it becomes 0 to 1.
        share: The target's, 0 to 1.
        base: The base's; None where it was not measured.
        previous: The previous release's.
    """

    kind: str
    title: str
    text: str
    scale: str
    share: float
    base: float | None
    previous: float | None


@dataclass(frozen=True)
class Radar:
    """The shape, around 0 with a radius of 100.

    Attributes:
        spokes: Clockwise from the top.
        ends: Where each spoke ends, and its number stands.
        rings: Polygons of the grid, as SVG's `points`.
        shapes: Class and `points` of each side that has every figure, the target's last.
        dots: Class and place of every single figure.
    """

    spokes: tuple[Spoke, ...]
    ends: tuple[tuple[float, float, float, float], ...]
    rings: tuple[str, ...]
    shapes: tuple[tuple[str, str], ...]
    dots: tuple[tuple[str, float, float], ...]


def radar(card: Scorecard) -> Radar | None:
    """The overview; None where too little was measured to make a shape."""
    spokes = (*_quality(card), *_robustness(card), *_safety(card), *_speed(card))
    if len(spokes) < FEWEST:
        return None
    sides: dict[str, list[float | None]] = {
        "base": [spoke.base for spoke in spokes],
        "previous": [spoke.previous for spoke in spokes],
        "mine": [spoke.share for spoke in spokes],
    }
    whole = {kind: [share for share in shares if share is not None] for kind, shares in sides.items()}
    return Radar(
        spokes,
        tuple((*_at(place, len(spokes), 1.0), *_at(place, len(spokes), 1.16)) for place in range(len(spokes))),
        tuple(_points([ring] * len(spokes)) for ring in RINGS),
        tuple((kind, _points(shares)) for kind, shares in whole.items() if len(shares) == len(spokes)),
        tuple((kind, *_at(place, len(spokes), share)) for kind, shares in sides.items() for place, share in enumerate(shares) if share is not None),
    )


def _quality(card: Scorecard) -> Iterable[Spoke]:
    names = sorted(
        (name for name in card.order if not name.startswith("toxicity")), key=lambda name: (name != card.ranked_by, "semantic" not in name)
    )
    sides = (card.figures, card.base_figures, card.previous_figures)
    return _first(_spoke("Quality", card.metrics[name], *_of(name, sides)) for name in names)


def _robustness(card: Scorecard) -> Iterable[Spoke]:
    return _first(_probed(card, "robustness"))


def _safety(card: Scorecard) -> Iterable[Spoke]:
    sides = (card.figures, card.base_figures, card.previous_figures)
    toxic = (_spoke("Safety", card.metrics[name], *_of(name, sides)) for name in ("toxicity",) if name in card.metrics)
    return (*_first(toxic), *_first(_probed(card, "safety")))


def _probed(card: Scorecard, section: str) -> Iterator[Spoke | None]:
    """The first figure of each probe of a section that has a scale."""
    for probe in card.probes:
        if probe.section == section:
            made = (_spoke(section.capitalize(), each.card, each.figure, each.base, each.previous) for each in probe.figures)
            yield next(filter(None, made), None)


def _speed(card: Scorecard) -> Iterator[Spoke]:
    measured = card.measured_on
    for name, (worst, best) in LOGARITHMIC.items():
        metric = card.speed_metrics[name]
        mine, base = (_log_share(side.get(name), worst, best) if side else None for side in (measured.speed, measured.base_speed))
        if mine is not None:
            text = f"{number(measured.speed[name].value, metric)} {metric.unit}"
            # Nobody times the previous release: it is drawn only where every spoke has it.
            yield Spoke("Speed", metric.title, text, f"{worst:,.0f} {metric.unit} is 0, {best:,.0f} is 1, by factors", mine, base, None)


def _first(spokes: Iterable[Spoke | None]) -> tuple[Spoke, ...]:
    return tuple(filter(None, spokes))[:OF_EACH]


def _of(name: str, sides: Iterable[Mapping[str, Figure] | None]) -> list[Figure | None]:
    return [side.get(name) if side else None for side in sides]


def _spoke(kind: str, metric: MetricCard, figure: Figure | None, base: Figure | None, previous: Figure | None) -> Spoke | None:
    """A figure between 0 and the end of its range; None where it has no end, no better way, or no value."""
    if figure is None or figure.value is None or metric.high is None or metric.direction == "unknown":
        return None
    turned = metric.direction == "lower"
    low = max(metric.low, 0.0)
    share = "it" if (low, metric.high) == (0, 1) else f"its share of {low:g} to {metric.high:g}"
    scale = f"1 minus {share}" if turned else "as it is" if share == "it" else share
    scale += f"; below 0 counts as {int(turned)}" if metric.low < 0 else ""
    shares = [None if side is None or side.value is None else _share(side.value, low, metric.high, turned) for side in (figure, base, previous)]
    assert shares[0] is not None
    return Spoke(kind, metric.title, number(figure.value, metric), scale, shares[0], shares[1], shares[2])


def _share(value: float, low: float, high: float, turned: bool) -> float:
    share = min(1.0, max(0.0, (value - low) / (high - low)))
    return 1.0 - share if turned else share


def _log_share(figure: Figure | None, worst: float, best: float) -> float | None:
    if figure is None or figure.value is None or figure.value <= 0:
        return None
    return min(1.0, max(0.0, math.log(figure.value / worst) / math.log(best / worst)))


def _at(place: int, count: int, share: float) -> tuple[float, float]:
    angle = 2 * math.pi * place / count
    return round(100 * share * math.sin(angle), 2), round(-100 * share * math.cos(angle), 2)


def _points(shares: Iterable[float]) -> str:
    held = list(shares)
    return " ".join(f"{x:g},{y:g}" for x, y in (_at(place, len(held), share) for place, share in enumerate(held)))
