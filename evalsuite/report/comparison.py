"""What `evalsuite compare` prints: two evaluations beside each other, what chance may explain, and what changed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from evalsuite.comparison import Change, Compared, Comparison
from evalsuite.report.table import aligned, metric_title
from evalsuite.report.wording import interval, number, signed, with_interval
from evalsuite.scorecard import MetricCard

WIDTH = 100
ANSWER = 300
"""Characters of an answer that are shown."""


def comparison_table(comparison: Comparison) -> str:
    """Figures, differences with their tests, the questions that changed most, and what was to be no worse."""
    rows = [["metric", comparison.before.label, comparison.after.label, "difference", "p (Holm)", "", "better/worse/same", "seen from"]]
    rows += [_row(comparison.metrics[name], comparison.compared[name]) for name in comparison.order]
    lines = [f"{comparison.before.run} -> {comparison.after.run}", "", *aligned(rows), ""]
    lines += [
        f"{comparison.n} questions that both were asked, 95% intervals; differences and tests in pairs",
        f"p: {', '.join(_tests(comparison))}; in brackets after Holm over all metrics",
        "seen from: the difference that so many questions show four times of five",
    ]
    lines += [f"note: {warning}" for warning in comparison.warnings]
    lines += [f"note: {name} is not compared: {reason}." for name, reason in comparison.not_compared.items()]
    if comparison.ranked_by and comparison.changed:
        card = comparison.metrics[comparison.ranked_by]
        lines += ["", f"changed most, by {card.title}:"]
        lines += [line for change in comparison.changed for line in _change(change, card)]
    lines += [""] * bool(comparison.margins)
    lines += [f"{'passed' if margin.passed else 'FAILED'}  {margin.sentence}" for margin in comparison.margins]
    return "\n".join(lines)


def _row(card: MetricCard, compared: Compared) -> list[str]:
    difference = f"{signed(compared.difference.value, card)} {interval(compared.difference, card, sign=True)}".rstrip()
    p = "n/a" if compared.p is None or compared.p_holm is None else f"{_p(compared.p)} ({_p(compared.p_holm)})"
    return [
        metric_title(card),
        with_interval(compared.before, card),
        with_interval(compared.after, card),
        difference,
        p,
        "" if compared.verdict == "unclear" else compared.verdict,
        f"{compared.wins}/{compared.losses}/{compared.ties}",
        number(compared.smallest_seen, card),
    ]


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _tests(comparison: Comparison) -> list[str]:
    return sorted({compared.test for compared in comparison.compared.values() if compared.test}) or ["none"]


def _change(change: Change, card: MetricCard) -> Iterator[str]:
    yield f"  {number(change.score_before, card)} -> {number(change.score_after, card)}  {_plain(change.question) or change.id}"
    for what, text in (("before", change.before), ("after", change.after), ("right", change.references[0])):
        yield from textwrap.wrap(_plain(text) or "(empty)", WIDTH, initial_indent=f"      {what + ':':8}", subsequent_indent=" " * 14)


def _plain(text: str) -> str:
    """On one line, without control characters: what a model said must not move the cursor of a terminal."""
    seen = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return seen if len(seen) <= ANSWER else seen[: ANSWER - 1] + "\N{HORIZONTAL ELLIPSIS}"
