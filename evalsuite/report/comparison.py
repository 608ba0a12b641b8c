"""What `evalsuite compare` prints: two evaluations beside each other, what chance may explain, and what changed."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

from evalsuite.comparison import Change, Compared, Comparison
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.table import aligned, metric_title
from evalsuite.report.wording import interval, number, signed

ANSWER = 300
"""Characters of an answer that are shown."""


def comparison_table(comparison: Comparison, shown: int) -> str:
    """The questions that changed most, figures, differences with their tests, and what they come to.

    Args:
        comparison: Of two evaluations.
        shown: So many changed questions at most.
    """
    width = shutil.get_terminal_size((100, 24)).columns
    sides = (("before", comparison.before), ("after", comparison.after))
    lines = [f"{name + ':':8}{_plain(side.label)}, {_plain(side.engine)} {_plain(side.precision)}, {_plain(side.run)}" for name, side in sides]
    if comparison.ranked_by and comparison.changed and shown:
        card = comparison.metrics[comparison.ranked_by]
        lines += ["", f"changed most, by {card.title}:"]
        lines += [line for change in comparison.changed[:shown] for line in _change(change, card, width)]
    rows = [["metric", "before", "after", "difference [95%]", "p", "", "+/-/="]]
    rows += [_row(comparison.metrics[name], comparison.compared[name]) for name in comparison.order]
    lines += ["", *aligned(rows), ""]
    questions = "question" if comparison.n == 1 else "questions"
    primary = [comparison.metrics[name].title for name in comparison.order if comparison.compared[name].primary]
    over = "all metrics" if len(primary) == len(comparison.order) else f"{', '.join(primary)}; exploratory: for itself alone, and no verdict"
    told = [
        f"{comparison.n} {questions} that both were asked. p: {', '.join(_tests(comparison))}, after Holm over {over}. "
        "+/-/=: answered better, worse, alike."
    ]
    told += [f"note: {warning}" for warning in comparison.warnings]
    told += [f"note: {name} is not compared: {reason}." for name, reason in comparison.not_compared.items()]
    told += _seen(comparison)
    lines += [part for line in told for part in textwrap.wrap(_plain(line, len(line)), width)]
    lines += [f"{'passed' if margin.passed else 'FAILED'}  {margin.sentence}" for margin in comparison.margins]
    return "\n".join([*lines, _conclusion(comparison)])


def _row(card: MetricCard, compared: Compared) -> list[str]:
    return [
        metric_title(card),
        number(compared.before.value, card),
        number(compared.after.value, card),
        _difference(compared.difference, card),
        _p(compared.p_holm if compared.primary else compared.p),
        "exploratory" if not compared.primary else "" if compared.verdict == "unclear" else compared.verdict,
        "n/a" if card.direction == "unknown" else f"{compared.wins}/{compared.losses}/{compared.ties}",
    ]


def _p(p: float | None) -> str:
    return "n/a" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


def _difference(figure: Figure, card: MetricCard) -> str:
    return f"{signed(figure.value, card)} {interval(figure, card, sign=True)}".rstrip()


def _tests(comparison: Comparison) -> list[str]:
    return sorted({compared.test for compared in comparison.compared.values() if compared.test}) or ["none"]


def _seen(comparison: Comparison) -> list[str]:
    """The smallest difference that this comparison would call better or worse, of the metric that changes are ranked by."""
    ranked_by = comparison.ranked_by
    smallest = comparison.compared[ranked_by].smallest_seen if ranked_by else None
    if ranked_by is None or smallest is None:
        return []
    card = comparison.metrics[ranked_by]
    return [
        f"note: So many questions show a true difference of {number(smallest, card)} in {card.title} four times of five, a smaller one less often."
    ]


def _conclusion(comparison: Comparison) -> str:
    said = []
    for verdict in ("better", "worse"):
        names = [comparison.metrics[name].title for name in comparison.order if comparison.compared[name].verdict == verdict]
        said += [f"{verdict}: {', '.join(names)}"] if names else []
    primary = [compared for compared in comparison.compared.values() if compared.primary]
    unclear = sum(compared.verdict == "unclear" for compared in primary)
    kind = "metrics" if len(primary) == len(comparison.order) else "primary metrics"
    return "; ".join([*said, f"no verdict on {unclear} of {len(primary)} {kind}"])


def _change(change: Change, card: MetricCard, width: int) -> Iterator[str]:
    yield f"  {number(change.score_before, card)} -> {number(change.score_after, card)}  {_plain(change.question, width) or _plain(change.id, width)}"
    for what, text in (("before", change.before), ("after", change.after), ("right", change.references[0])):
        yield from textwrap.wrap(_plain(text) or "(empty)", width, initial_indent=f"      {what + ':':8}", subsequent_indent=" " * 14)


def _plain(text: str, longest: int = ANSWER) -> str:
    """On one line, without control characters: what a model or a file says must not move the cursor of a terminal."""
    seen = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return seen if len(seen) <= longest else seen[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
