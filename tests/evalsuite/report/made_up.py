"""Made-up figures, metrics and gates: what made-up scorecards consist of."""

from __future__ import annotations

from typing import Literal

from assistant.api import Gate
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement

Direction = Literal["higher", "lower", "unknown"]
QUESTIONS = ("What are the early signs of iron deficiency?", "How long does a cold last, and when should I see somebody about it?")


def made_figure(value: float | None, half: float = 0.0, n: int = 240, low: float = -1e9, high: float = 1e9, reason: str | None = None) -> Figure:
    ci = None if value is None or not half else (max(low, value - half), min(high, value + half))
    return Figure(
        value=value, ci95=ci, n=n, interval_method="BCa bootstrap over 240 answers in 72 groups, 10000 resamples" if ci else None, reason=reason
    )


def made_metric(title: str, low: float, high: float | None, direction: Direction, name: str, unit: str = "") -> MetricCard:
    return MetricCard(
        title=title,
        unit=unit,
        low=low,
        high=high,
        direction=direction,
        meaning=f"What {title} says of an answer, in one sentence.",
        signature=f"{name}|v:1",
    )


def made_gate(gate: Gate, passed: bool, value: float, bound: float) -> Judgement:
    return Judgement(gate=gate, passed=passed, value=value, bound=bound, sentence=f"{gate.metric} is {value:g} and must be at least {bound:g}.")
