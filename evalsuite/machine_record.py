"""Third stage, the block of a scorecard that differs from run to run: speed, memory, load, energy, and the verdict that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.api import Price
from evalsuite.cost import COST, cost_cards, cost_figures
from evalsuite.examined import Examined
from evalsuite.gates import Grounds, judge_on, verdict_with
from evalsuite.metrics.speed import SPEED, Timings
from evalsuite.record.doubts import FlagCard
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement
from evalsuite.record.machine import Machine
from evalsuite.timings import latency_histograms, load_card, speed_cards, speed_figures

TIMED = (*SPEED, *COST)
"""Figures that hang on time, by name."""


def timed_figures(timings: Timings, price: Price | None) -> dict[str, Figure]:
    """Every figure that hangs on time."""
    return {**speed_figures(timings), **cost_figures(timings, price)}


def timed_cards(price: Price | None) -> dict[str, MetricCard]:
    """What they are."""
    return {**speed_cards(), **cost_cards(price)}


def machine_of(examined: Examined, base: Examined | None, grounds: Grounds, gates: Sequence[Judgement], flags: Sequence[FlagCard]) -> Machine:
    """The block of everything that was timed.

    Args:
        examined: The target.
        base: The base; None if it was not asked.
        grounds: What gates on quality were judged on.
        gates: Those gates, judged.
        flags: A grave one of them means that the figures are not those of the release: it is not fit, whatever gates say.
    """
    about = examined.timed.about
    price = examined.target.recipe.evaluation.price
    speed = timed_figures(examined.timed.timings, price)
    base_speed = timed_figures(base.timed.timings, price) if base else None
    timed = replace(grounds, figures=speed, base_figures=speed if grounds.base_figures is grounds.figures else base_speed)
    judged = judge_on(timed, [gate for gate in examined.target.recipe.gates if gate.metric in TIMED])
    load, load_reason = load_card(examined.timed)
    return Machine(
        date=about["date"],
        device=about["device"],
        machine=about["machine"],
        packages=about["packages"],
        speed=speed,
        base_speed=base_speed,
        energy_source=examined.timed.timings.energy_source,
        latency=latency_histograms(examined.timed.timings),
        base_latency=latency_histograms(base.timed.timings) if base else None,
        load=load,
        load_reason="the answers came as a file" if examined.target.kind == "file" else load_reason,
        gates=judged,
        verdict=verdict_with((*gates, *judged), flags),
    )
