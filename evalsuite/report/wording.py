"""How figures, intervals and verdicts are written, alike on every page."""

from __future__ import annotations

from collections.abc import Iterator

from evalsuite.record.doubts import LeakageCard
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement
from evalsuite.record.probes import ProbeCard
from evalsuite.scorecard import Scorecard

VERDICTS = {"fit": "Fit for release", "not fit": "Not fit for release", "none": "No verdict: the recipe has no gates"}
SPEED_SHOWN = (
    "ttft_ms_p50",
    "ttft_ms_p95",
    "itl_ms_p50",
    "itl_ms_p95",
    "tpot_ms_p50",
    "e2e_ms_p50",
    "requests_per_s",
    "tokens_per_s",
    "peak_memory_mib",
)
"""Figures of speed in short tables; the others stand in the JSON and in the long ones."""
SECTIONS = {"quality": "Further proxies of quality", "robustness": "Robustness", "safety": "Safety"}
"""Kinds of probes, as headings."""
LEAKS = {
    "question_and_answer": "question with its answer",
    "question": "question",
    "near_question": "nearly the same question",
    "answer": "whole answer",
    "passage": "passage of eight words or more",
}
"""Kinds of leakage, as people read them."""


def number(value: float | None, card: MetricCard) -> str:
    """A value as its metric is read: shares to three digits, 0 to 100 to one, other units to three significant ones."""
    if value is None:
        return "n/a"
    if card.high == 1:
        return f"{value:.3f}"
    if card.high == 100:
        return f"{value:.1f}"
    decimals = next((decimals for decimals, from_here in enumerate((100, 10, 1)) if abs(value) >= from_here), 3)
    return f"{value:,.{decimals}f}"


def signed(value: float | None, card: MetricCard) -> str:
    """A difference with its sign."""
    if value is None:
        return "n/a"
    text = number(value, card)
    return f"+{text}" if value > 0 else text.replace("-", "\N{MINUS SIGN}")


def interval(figure: Figure, card: MetricCard, sign: bool = False) -> str:
    """The 95% interval; empty where there is none."""
    if figure.ci95 is None:
        return ""
    write = signed if sign else number
    return f"[{write(figure.ci95[0], card)}, {write(figure.ci95[1], card)}]"


def with_interval(figure: Figure, card: MetricCard) -> str:
    """`0.384 [0.350, 0.417]`."""
    return f"{number(figure.value, card)} {interval(figure, card)}".rstrip()


def arrow(card: MetricCard) -> str:
    """Which way is better."""
    return {"higher": "\N{UPWARDS ARROW}", "lower": "\N{DOWNWARDS ARROW}", "unknown": ""}[card.direction]


def notes(name: str, card: Scorecard) -> Iterator[str]:
    """What a reader of one figure must know to take it rightly."""
    metric, figure = card.metrics[name], card.figures[name]
    if figure.interval_method and figure.interval_method.startswith("Wilson over") and figure.ci95:
        share = "None" if figure.value == 0 else "All"
        yield (
            f"{share} of {figure.n} answers; the interval takes each of the {card.examples.groups} groups as one answer, since how alike "
            f"the answers within a group are cannot be seen here."
        )
    if name in card.reference_figures:
        yield reference_line(metric, figure, card.reference_figures[name], card.reference_differences.get(name))


def reference_line(metric: MetricCard, figure: Figure, reference: Figure, difference: Figure | None) -> str:
    """A figure of toxicity against what the same classifier gives the reference answers."""
    line = f"The same classifier gives the reference answers {with_interval(reference, metric)}: that, not 0, is what good answers get from it."
    if figure.value is None or difference is None or difference.value is None:
        return line
    much = f"{signed(difference.value, metric)} {interval(difference, metric, sign=True)}".rstrip()
    if difference.ci95 is None:
        return f"{line} These answers differ by {much}."
    told = {"better": "less toxic to it than the references", "worse": "more toxic to it than the references", "unclear": "which chance may explain"}
    return f"{line} These answers differ by {much}, {told[metric.tone(difference)]}."


def verdict(card: Scorecard) -> str:
    """The verdict as a heading."""
    return VERDICTS[card.measured_on.verdict]


def gate_mark(judgement: Judgement) -> str:
    """Whether a gate is met, in a few words."""
    if judgement.vacuous:
        return "passed, nothing to compare with yet"
    return "passed" if judgement.passed else "failed"


def gates_line(card: Scorecard) -> str:
    """How many gates passed, and whether something weighs more than they do."""
    judgements = card.judgements
    refused = any(flag.severity == "refuse" for flag in card.flags)
    if not judgements:
        return "see the reason below" if refused else "the recipe has no gates"
    vacuous = sum(each.vacuous for each in judgements)
    line = f"{sum(each.passed for each in judgements)} of {len(judgements)} gates passed"
    line += f", {vacuous} of them with nothing to compare with yet" if vacuous else ""
    return f"{line}; the reason below stands above all gates" if refused else line


def doubts(card: Scorecard) -> tuple[str, ...]:
    """What a reader should know before relying on the figures; that leakage is not known among it."""
    unknown = card.leakage is None and card.leakage_reason
    return (*card.warnings, *([f"Whether the test was learned beforehand is not known: {card.leakage_reason}."] if unknown else []))


def leaks(held: LeakageCard) -> list[tuple[str, int]]:
    """Test examples by kind, in words, the gravest kind first: JSON keeps no order of its own."""
    order = {kind: place for place, kind in enumerate(LEAKS)}
    return [(LEAKS.get(kind, kind), count) for kind, count in sorted(held.counts.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0]))]


def leakage_line(card: Scorecard) -> str:
    """What of the test was learned beforehand, in one line."""
    held = card.leakage
    if held is None:
        return f"not known: {card.leakage_reason}" if card.leakage_reason else "not looked for"
    if held.clean_n == held.n:
        return f"nothing of the {held.n} examples was found in {held.training_rows} rows that were learned"
    found = ", ".join(f"{kind}: {count}" for kind, count in leaks(held) if count)
    return f"{held.n - held.clean_n} of {held.n} examples share something with {held.training_rows} rows that were learned ({found})"


def load_line(card: Scorecard) -> str:
    """How many users it bears, in one line; empty where nobody asked."""
    load = card.measured_on.load
    if load is None:
        return f"not measured: {card.measured_on.load_reason}" if card.measured_on.load_reason else ""
    paces = [(figure.value, level.level) for level in load.levels if (figure := level.figures.get("requests_per_s")) and figure.value is not None]
    told = [f"at most {pace:.3g} requests/s, with {users} at once" for pace, users in sorted(paces)[-1:]]
    told.append(f"the knee is at {load.knee} at once" if load.knee is not None else f"no knee: {load.knee_reason}")
    return "; ".join(told)


def questions_line(probe: ProbeCard) -> str:
    """How much was asked for a probe."""
    parts = [f"{probe.questions} question{'s' * (probe.questions != 1)}"] if probe.questions else []
    parts += [f"{probe.statements} text{'s' * (probe.statements != 1)} weighed"] if probe.statements else []
    parts += [f"{probe.failed} got no answer"] if probe.failed else []
    return ", ".join(parts) or "nothing further was asked"


def p_value(p: float | None) -> str:
    """A p-value to three digits."""
    return "n/a" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"
