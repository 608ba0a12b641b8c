"""Judging gates: is every condition of the recipe met, and by which figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from assistant.api import Gate
from evalsuite.scorecard import Figure, Judgement, Scorecard

Figures = Mapping[str, Figure]
Verdict = Literal["fit", "not fit", "none"]


def judge(gate: Gate, figures: Figures, base_figures: Figures | None) -> Judgement:
    """Judge one gate.

    Args:
        gate: The condition.
        figures: Of the target, by metric.
        base_figures: Of the bare base; None if it was not measured.
    """
    figure = figures.get(gate.metric)
    if figure is None or figure.value is None:
        reason = figure.reason if figure and figure.reason else "it is not among the metrics of this evaluation"
        return Judgement(gate=gate, passed=False, value=None, bound=None, sentence=f"{gate.metric} was not measured: {reason}.")
    if gate.over_base is not None:
        return _over_base(gate, gate.over_base, figure.value, base_figures)
    value: float | None = figure.value
    name = gate.metric
    if gate.judged == "interval":
        value = None if figure.ci95 is None else figure.ci95[0 if gate.at_least is not None else 1]
        name = f"the {'lower' if gate.at_least is not None else 'upper'} end of {gate.metric}"
    if value is None:
        sentence = f"{gate.metric} has no interval to judge: {figure.reason or 'none is made for figures of speed'}."
        return Judgement(gate=gate, passed=False, value=None, bound=_bound(gate), sentence=sentence)
    if gate.at_least is not None:
        passed, bound, wish = value >= gate.at_least, gate.at_least, "at least"
    else:
        assert gate.at_most is not None
        passed, bound, wish = value <= gate.at_most, gate.at_most, "at most"
    sentence = f"{name} is {_number(value)} and must be {wish} {_number(bound)}."
    return Judgement(gate=gate, passed=passed, value=value, bound=bound, sentence=sentence)


def judge_all(gates: Iterable[Gate], figures: Figures, base_figures: Figures | None) -> tuple[Judgement, ...]:
    """Judge every gate."""
    return tuple(judge(gate, figures, base_figures) for gate in gates)


def in_doubt(judgement: Judgement, figures: Figures) -> bool:
    """Whether chance may have decided: the value was judged, and its 95% interval holds the bound."""
    gate = judgement.gate
    figure = figures.get(gate.metric)
    if gate.judged != "value" or gate.over_base is not None or judgement.bound is None or figure is None or figure.ci95 is None:
        return False
    return figure.ci95[0] < judgement.bound < figure.ci95[1]


def verdict_of(judgements: Iterable[Judgement]) -> Verdict:
    """Fit if every gate is met, not fit if one is not, none if there are no gates."""
    outcomes = [judgement.passed for judgement in judgements]
    if not outcomes:
        return "none"
    return "fit" if all(outcomes) else "not fit"


def judge_scorecard(card: Scorecard, gates: Iterable[Gate] | None = None) -> tuple[Judgement, ...]:
    """Judge a finished evaluation again, by its own gates or by others."""
    figures = {**card.figures, **card.measured_on.speed}
    base = None if card.base_figures is None else {**card.base_figures, **(card.measured_on.base_speed or {})}
    if card.target.kind == "base":
        base = figures
    wanted = [judgement.gate for judgement in card.judgements] if gates is None else gates
    return judge_all(wanted, figures, base)


def condition(gate: Gate) -> str:
    """A gate in a few words: `f1 ≥ 0.3`."""
    metric = f"{gate.metric} (95% interval)" if gate.judged == "interval" else gate.metric
    if gate.over_base is not None:
        return f"{metric} ≥ {gate.over_base:g} x base"
    return f"{metric} ≥ {gate.at_least:g}" if gate.at_least is not None else f"{metric} ≤ {gate.at_most:g}"


def _over_base(gate: Gate, times: float, value: float, base_figures: Figures | None) -> Judgement:
    base = None if base_figures is None else base_figures.get(gate.metric)
    if base is None or base.value is None:
        reason = base.reason if base and base.reason else "it was not asked"
        sentence = f"{gate.metric} is {_number(value)}, and that of the base was not measured: {reason}."
        return Judgement(gate=gate, passed=False, value=value, bound=None, sentence=sentence)
    bound = times * base.value
    # Any figure is so many times a base's 0; to be better than nothing is then the least one can ask.
    passed = value > 0 if base.value == 0 else value >= bound
    sentence = (
        f"{gate.metric} is {_number(value)} and must be at least {times:g} times the {_number(base.value)} of the base, which is {_number(bound)}."
    )
    return Judgement(gate=gate, passed=passed, value=value, bound=bound, sentence=sentence)


def _bound(gate: Gate) -> float | None:
    return gate.at_least if gate.at_least is not None else gate.at_most


def _number(value: float) -> str:
    """Four significant digits, whole numbers in full."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"
