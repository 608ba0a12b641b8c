"""Judging gates: is every condition of the recipe met, and by which figure.

Knows no file and no statistics: figures and differences come with their intervals.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.api import Gate
from evalsuite.figures import ALL_ALIKE
from evalsuite.metrics.speed import SPEED
from evalsuite.record.doubts import FlagCard
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement
from evalsuite.scorecard import Scorecard, Slice

Figures = Mapping[str, Figure]
NOT_PAIRED = "the previous release was not asked, or the two cannot be paired in it"
Verdict = Literal["fit", "not fit", "none"]


def judge(
    gate: Gate,
    figures: Figures,
    base_figures: Figures | None,
    previous_differences: Figures | None = None,
    cards: Mapping[str, MetricCard] | None = None,
    slices: Sequence[Slice] = (),
) -> Judgement:
    """Judge one gate.

    Args:
        gate: The condition.
        figures: Of the target, by metric.
        base_figures: Of the bare base; None if it was not measured. The figures themselves, where the target is the base.
        previous_differences: Target minus previous release, by metric; None if there is no previous release, or it was not measured.
        cards: What the figures are; a gate on `no_worse` needs to know which way is better.
        slices: The target's figures by tag, for gates on a slice.
    """
    if gate.metric in SPEED and (gate.slice is not None or gate.no_worse is not None):
        return _failed(
            gate, f"{gate.metric} is a figure of speed, which is neither told by slice nor compared in pairs: judge it by at_most or at_least."
        )
    first = previous_differences is None
    if gate.slice is not None:
        part = next((each for each in slices if f"{each.tag}={each.value}" == gate.slice), None)
        if part is None:
            return _failed(gate, f"{_name(gate)} was not measured: no example of this evaluation has that tag, or too few have.")
        base_figures = part.figures if base_figures is figures else part.base_figures
        figures, previous_differences = part.figures, part.previous_differences
    figure = figures.get(gate.metric)
    if figure is None or figure.value is None:
        reason = (
            figure.reason if figure and figure.reason else f"it is not among the {'figures by slice' if gate.slice else 'metrics'} of this evaluation"
        )
        return _failed(gate, f"{_name(gate)} was not measured: {reason}.")
    if gate.no_worse is not None:
        return _no_worse(gate, gate.no_worse, first, previous_differences or {}, (cards or {}).get(gate.metric))
    card = (cards or {}).get(gate.metric)
    if gate.over_base is not None and card is not None and card.direction == "lower":
        return _failed(
            gate, f"{_name(gate)} is better where it is lower, so that so many times the base is no merit: judge it by at_most or no_worse."
        )
    if gate.over_base is not None:
        return _over_base(gate, gate.over_base, figure.value, base_figures)
    return _bounded(gate, figure, figure.value)


def judge_all(
    gates: Iterable[Gate],
    figures: Figures,
    base_figures: Figures | None,
    previous_differences: Figures | None = None,
    cards: Mapping[str, MetricCard] | None = None,
    slices: Sequence[Slice] = (),
) -> tuple[Judgement, ...]:
    """Judge every gate; arguments as of `judge`."""
    return tuple(judge(gate, figures, base_figures, previous_differences, cards, slices) for gate in gates)


@dataclass(frozen=True)
class Grounds:
    """What gates are judged on; attributes as the arguments of `judge`."""

    figures: Figures
    base_figures: Figures | None
    previous_differences: Figures | None
    cards: Mapping[str, MetricCard]
    slices: Sequence[Slice]


def judge_on(grounds: Grounds, gates: Iterable[Gate]) -> tuple[Judgement, ...]:
    """Judge every gate on the same grounds."""
    return judge_all(gates, grounds.figures, grounds.base_figures, grounds.previous_differences, grounds.cards, grounds.slices)


def in_doubt(judgement: Judgement, figures: Figures, slices: Sequence[Slice] = ()) -> bool:
    """Whether chance may have decided: the value was judged, and its 95% interval holds the bound."""
    gate = judgement.gate
    if gate.slice is not None:
        figures = next((each.figures for each in slices if f"{each.tag}={each.value}" == gate.slice), {})
    figure = figures.get(gate.metric)
    by_value = gate.judged == "value" and gate.over_base is None and gate.no_worse is None
    if not by_value or judgement.bound is None or figure is None or figure.ci95 is None:
        return False
    return figure.ci95[0] < judgement.bound < figure.ci95[1]


def verdict_of(judgements: Iterable[Judgement]) -> Verdict:
    """Fit if every gate is met, not fit if one is not, none if there are no gates."""
    outcomes = [judgement.passed for judgement in judgements]
    if not outcomes:
        return "none"
    return "fit" if all(outcomes) else "not fit"


def verdict_with(judgements: Iterable[Judgement], flags: Iterable[FlagCard]) -> Verdict:
    """As `verdict_of`; not fit where a grave flag says that the figures are not those of the release."""
    return "not fit" if any(flag.severity == "refuse" for flag in flags) else verdict_of(judgements)


def judge_scorecard(card: Scorecard, gates: Iterable[Gate] | None = None) -> tuple[Judgement, ...]:
    """Judge a finished evaluation again, by its own gates or by others."""
    figures = {**card.figures, **card.probe_figures(), **card.measured_on.speed}
    base = None if card.base_figures is None else {**card.base_figures, **card.probe_figures("base"), **(card.measured_on.base_speed or {})}
    if card.target.kind == "base":
        base = figures
    wanted = [judgement.gate for judgement in card.judgements] if gates is None else gates
    before: Figures | None
    if card.previous_differences is None:
        before = None if card.previous_reason is None else {}
    else:
        before = {**card.previous_differences, **card.probe_figures("previous_difference")}
    return judge_all(wanted, figures, base, before, card.all_cards, card.slices)


def condition(gate: Gate) -> str:
    """A gate in a few words: `f1 ≥ 0.3`."""
    if gate.no_worse is not None:
        return f"{_name(gate)} at most {gate.no_worse:g} worse than before"
    metric = f"{_name(gate)} (95% interval)" if gate.judged == "interval" else _name(gate)
    if gate.over_base is not None:
        return f"{metric} ≥ {gate.over_base:g} x base"
    return f"{metric} ≥ {gate.at_least:g}" if gate.at_least is not None else f"{metric} ≤ {gate.at_most:g}"


def no_worse(name: str, margin: float, difference: Figure | None, card: MetricCard, than: str = "") -> tuple[bool, str, float | None]:
    """Whether a metric has become worse by no more than a margin: non-inferiority, by the unfavourable end of the 95% interval.

    Args:
        name: Of the metric, as the sentence calls it.
        margin: How much worse it may be, in the metric's unit.
        difference: After minus before; None where none is made.
        card: What the metric is; its direction must be known.
        than: Than what, for the sentence: ` than the previous release's`.

    Returns:
        Whether it is so, a sentence that says why, and how much worse the unfavourable end is (below 0 where even that is better).
    """
    if difference is not None and difference.value == 0 and difference.reason == ALL_ALIKE:
        return True, f"{name} may be worse{than} by {margin:g}; every answer scores the same on both sides.", 0.0
    if difference is None or difference.ci95 is None:
        reason = difference.reason if difference else NOT_PAIRED
        return False, f"{name} has no interval of its difference to judge: {reason}.", None
    low, high = difference.ci95
    end, at, loss = ("lower", low, -low) if card.direction == "higher" else ("upper", high, high)
    return loss <= margin, f"{name} may be worse{than} by {margin:g}; the {end} end of its difference is {at:+.4g}.", loss


def _no_worse(gate: Gate, margin: float, first: bool, differences: Figures, card: MetricCard | None) -> Judgement:
    """Whether a release is no worse than the one before; where none was measured, there is nothing that it could be worse than."""
    if card is None or card.direction == "unknown":
        return _failed(gate, f"{_name(gate)} cannot be judged as no worse: nobody knows which way of it is better.")
    widest = math.inf if card.high is None else card.high - card.low
    if margin >= widest:
        return _failed(
            gate, f"{_name(gate)} runs from {card.low:g} to {card.high:g}, so that a margin of {margin:g} could never fail: give a smaller one."
        )
    if first:
        sentence = f"{_name(gate)} may be worse than the previous release's by {margin:g}, and there is no previous release to compare with yet."
        return Judgement(gate=gate, passed=True, value=None, bound=None, sentence=sentence, vacuous=True)
    passed, sentence, loss = no_worse(_name(gate), margin, differences.get(gate.metric), card, " than the previous release's")
    return Judgement(gate=gate, passed=passed, value=loss, bound=margin, sentence=sentence)


def _bounded(gate: Gate, figure: Figure, value: float) -> Judgement:
    """A gate with a bound of its own."""
    judged: float | None = value
    name = _name(gate)
    if gate.judged == "interval":
        judged = None if figure.ci95 is None else figure.ci95[0 if gate.at_least is not None else 1]
        name = f"the {'lower' if gate.at_least is not None else 'upper'} end of {_name(gate)}"
    if judged is None:
        sentence = f"{_name(gate)} has no interval to judge: {figure.reason or 'this record holds none'}."
        return Judgement(gate=gate, passed=False, value=None, bound=_bound(gate), sentence=sentence)
    if gate.at_least is not None:
        passed, bound, wish = judged >= gate.at_least, gate.at_least, "at least"
    else:
        assert gate.at_most is not None
        passed, bound, wish = judged <= gate.at_most, gate.at_most, "at most"
    sentence = f"{name} is {_number(judged)} and must be {wish} {_number(bound)}."
    return Judgement(gate=gate, passed=passed, value=judged, bound=bound, sentence=sentence)


def _over_base(gate: Gate, times: float, value: float, base_figures: Figures | None) -> Judgement:
    base = None if base_figures is None else base_figures.get(gate.metric)
    if base is None or base.value is None:
        reason = base.reason if base and base.reason else "it was not asked"
        sentence = f"{_name(gate)} is {_number(value)}, and that of the base was not measured: {reason}."
        return Judgement(gate=gate, passed=False, value=value, bound=None, sentence=sentence)
    bound = times * base.value
    # Any figure is so many times a base's 0; to be better than nothing is then the least one can ask.
    passed = value > 0 if base.value == 0 else value >= bound
    sentence = (
        f"{_name(gate)} is {_number(value)} and must be at least {times:g} times the {_number(base.value)} of the base, which is {_number(bound)}."
    )
    return Judgement(gate=gate, passed=passed, value=value, bound=bound, sentence=sentence)


def _failed(gate: Gate, sentence: str) -> Judgement:
    return Judgement(gate=gate, passed=False, value=None, bound=None, sentence=sentence)


def _name(gate: Gate) -> str:
    return gate.metric if gate.slice is None else f"{gate.metric} of {gate.slice}"


def _bound(gate: Gate) -> float | None:
    return gate.at_least if gate.at_least is not None else gate.at_most


def _number(value: float) -> str:
    """Four significant digits, whole numbers in full."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"
