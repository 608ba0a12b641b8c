"""Third stage, its arithmetic: statistics of answers in, values with intervals out.

A metric need not apply to every answer (numbers are compared where a reference has one): its statistics of
such an answer are all zeros, the answer counts in no n, and a group without any other answer is no
evidence. All groups are resampled nevertheless, so that all metrics and both sides of a difference share
their draws; a draw without any answer that the metric applies to has no value, and is left out.

Knows no text and no file. Values are rounded to ten significant digits: beyond that the order in which
a machine adds decides, and the same answers must give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.metrics.metric import Metric, applies, scored
from evalsuite.record.figure import Figure
from evalsuite.stats.bootstrap import group_sums, resampled_sums
from evalsuite.stats.interval import bootstrap_interval
from evalsuite.stats.paired import newcombe_interval
from evalsuite.stats.wilson import wilson_interval

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

ALL_ALIKE = "the answers of each side all score alike, so that resampling them shows nothing"
ONE_GROUP = "an interval needs at least two independent groups of answers, and there is one"
TO_NONE = "it applies to none of the answers"
FEWEST_GROUPS = 6
"""With fewer, a difference gets no interval: it would be too unsure to decide whether something became worse."""


@dataclass(frozen=True)
class Resampled:
    """Figures with what their intervals were made from.

    Attributes:
        figures: By metric.
        draws: The figure of each resample by metric, `(resamples,)`, NaN where the resample has none; empty where there is no interval.
        metrics: By name.
        statistics: Of each answer by metric, `(answers, k)`.
        sums: The same summed within each group by metric, `(groups, k)`.
        groups: The group of each answer, `(answers,)`.
    """

    figures: dict[str, Figure]
    draws: dict[str, Array]
    metrics: dict[str, Metric]
    statistics: Mapping[str, Array]
    sums: dict[str, Array]
    groups: Sequence[str]


def rounded(value: float) -> float:
    """To ten significant digits; minus zero becomes zero."""
    return float(f"{value:.10g}") + 0.0


def figures_of(metrics: Sequence[Metric], statistics: Mapping[str, Array], groups: Sequence[str], resamples: int, seed: int) -> Resampled:
    """The figure of each metric.

    Args:
        metrics: Which; those without statistics are passed over.
        statistics: Of each answer, by metric: `(answers, k)`; all zeros where the metric does not apply.
        groups: The group of each answer.
        resamples: Bootstrap resamples.
        seed: Of the resamples.
    """
    return figures_of_each([(metrics, statistics)], groups, resamples, seed)[0]


def figures_of_each(
    samples: Sequence[tuple[Sequence[Metric], Mapping[str, Array]]], groups: Sequence[str], resamples: int, seed: int
) -> list[Resampled]:
    """As `figures_of`, for several sets of statistics of the same examples: each on the same draws, which are drawn once."""
    import numpy as np

    n = len(groups)
    present = [[metric for metric in metrics if metric.name in statistics] for metrics, statistics in samples]
    # All metrics side by side: one product of draws and statistics serves them all.
    joined = [
        np.concatenate([statistics[metric.name] for metric in metrics] or [np.zeros((n, 0))], axis=1)
        for metrics, (_, statistics) in zip(present, samples, strict=True)
    ]
    sums = [group_sums(each, groups) for each in joined]
    drawn = resampled_sums(joined, groups, resamples, seed) if len(set(groups)) > 1 else sums
    return [
        _resampled(metrics, statistics, by_group, by_draw, groups)
        for metrics, (_, statistics), by_group, by_draw in zip(present, samples, sums, drawn, strict=True)
    ]


def differences(target: Resampled, base: Resampled) -> dict[str, Figure]:
    """Target minus base of each metric that both have, in pairs: both are of the same examples, resamples and seed.

    Scorecards and `evalsuite compare` take their differences from here, so that they agree to the digit.
    """
    shared = [name for name in target.figures if name in base.figures]
    return {name: _difference(name, target, base) for name in shared}


def statistics_of_references(references: Mapping[str, Sequence[float]]) -> dict[str, Array]:
    """The statistics, by metric, of what the classifier of toxicity gives each answer's references: `(answers, 2)`."""
    return {name: scored(values) for name, values in references.items()}


def paired_hits(metric: Metric, before: Array, after: Array) -> tuple[int, int, int, int] | None:
    """Answers of a rate that hit on both sides, before alone, after alone, and on neither.

    None where they cannot be counted so: the metric is no rate, a score is neither 0 nor 1 (a mean over
    several references), or the metric applies to an answer on one side alone.
    """
    import numpy as np

    both = applies(before)
    if not metric.rate or not np.array_equal(both, applies(after)):
        return None
    old, new = before[both, 0], after[both, 0]
    if not np.isin(np.concatenate([old, new]), (0.0, 1.0)).all():
        return None
    old, new = old > 0, new > 0
    return int((old & new).sum()), int((old & ~new).sum()), int((~old & new).sum()), int((~old & ~new).sum())


def groups_with_rows(statistics: Array, groups: Sequence[str]) -> int:
    """How many independent groups hold an answer that the metric applies to."""
    applied = applies(statistics)
    return len(set(groups)) if applied.all() else len({group for group, counts in zip(groups, applied, strict=True) if counts})


def _resampled(metrics: Sequence[Metric], statistics: Mapping[str, Array], by_group: Array, by_draw: Array, groups: Sequence[str]) -> Resampled:
    """Figures from the sums of each group, `(groups, k)`, and of each resample, `(resamples, k)`, the metrics side by side."""
    found = Resampled({}, {}, {metric.name: metric for metric in metrics}, statistics, {}, groups)
    start = 0
    for metric in metrics:
        table = statistics[metric.name]
        columns = slice(start, start + table.shape[1])
        start = columns.stop
        found.sums[metric.name] = by_group[:, columns]
        n, independent, value = int(applies(table).sum()), groups_with_rows(table, groups), metric.value(table)
        if n == 0 or not math.isfinite(value):
            reason = TO_NONE if n == 0 else "its formula gives no number for these answers"
            found.figures[metric.name] = Figure(value=None, ci95=None, n=n, reason=reason)
        elif independent < 2:
            found.figures[metric.name] = Figure(value=rounded(value), ci95=None, n=n, reason=ONE_GROUP)
        else:
            found.draws[metric.name] = metric.combine(by_draw[:, columns])
            interval, method = _interval(metric, value, found, n, independent)
            found.figures[metric.name] = Figure(value=rounded(value), ci95=_ends(interval), n=n, interval_method=method)
    return found


def _interval(metric: Metric, value: float, resampled: Resampled, n: int, independent: int) -> tuple[tuple[float, float], str]:
    sums = resampled.sums[metric.name]
    if metric.rate and independent == n:
        return wilson_interval(float(sums[:, 0].sum()), n), "Wilson"
    low, high = bootstrap_interval(value, resampled.draws[metric.name], _left_out(metric, sums), independent, *_range(metric))
    # A library's last word on the value may differ from the formula's by a rounding.
    found = min(low, value), max(high, value)
    return _grouped_rate(value, found, n, independent) if metric.rate else (found, bootstrap_name(n, independent))


def _range(metric: Metric) -> tuple[float, float]:
    """What the figure can be."""
    return metric.low, math.inf if metric.high is None else metric.high


def _left_out(metric: Metric, sums: Array) -> Array:
    """The figure without each of the groups, `(groups,)`."""
    return metric.combine(sums.sum(axis=0) - sums)


def _grouped_rate(value: float, drawn: tuple[float, float], n: int, independent: int) -> tuple[tuple[float, float], str]:
    """The interval of a rate whose answers share groups, and how it was made.

    Where no answer is a hit, or every one, all resamples are alike, and how much the answers of a group
    resemble each other cannot be seen. Each group then counts as one answer: the most cautious reading. No
    other rate claims more than that, since one hit more cannot make a higher rate less likely.
    """
    low, high = min(drawn[0], wilson_interval(independent, independent)[0]), max(drawn[1], wilson_interval(0, independent)[1])
    if value in (0.0, 1.0):
        return (low, high), f"Wilson over {independent} groups"
    method = bootstrap_name(n, independent)
    return (low, high), method if (low, high) == drawn else f"{method}, at least as wide as Wilson's for none or all of them"


def bootstrap_name(n: int, independent: int) -> str:
    """How an interval was made, in words."""
    return "BCa bootstrap and Student's t" if independent == n else f"BCa bootstrap and Student's t over {independent} groups"


def _difference(name: str, target: Resampled, base: Resampled) -> Figure:
    figure, other = target.figures[name], base.figures[name]
    if figure.value is None or other.value is None:
        return Figure(value=None, ci95=None, n=0, reason=figure.reason if figure.value is None else other.reason)
    found = Figure(value=rounded(figure.value - other.value), ci95=None, n=min(figure.n, other.n))
    if name not in target.draws or name not in base.draws:
        return _without(found, figure.reason or other.reason)
    metric, after, before = target.metrics[name], target.statistics[name], base.statistics[name]
    independent = min(groups_with_rows(table, target.groups) for table in (after, before))
    if independent < FEWEST_GROUPS:
        return _without(found, f"{independent} independent groups are too few for the interval of a difference, {FEWEST_GROUPS} are the least")
    hits = paired_hits(metric, before, after)
    if hits and independent == found.n:
        return _with(found, newcombe_interval(*hits), "Newcombe")
    drawn = target.draws[name] - base.draws[name]
    if hits and _all_alike(drawn):
        # Each group counts as one answer, as for a rate of none or all: how alike those of a group are cannot be seen.
        return _with(found, newcombe_interval(*(count * independent / found.n for count in hits)), f"Newcombe over {independent} groups")
    if _all_alike(target.draws[name]) and _all_alike(base.draws[name]):
        return _without(found, ALL_ALIKE)
    value = metric.value(after) - metric.value(before)
    left_out = _left_out(metric, target.sums[name]) - _left_out(metric, base.sums[name])
    lowest, highest = _range(metric)
    low, high = bootstrap_interval(value, drawn, left_out, independent, lowest - highest, highest - lowest)
    return _with(found, (min(low, value), max(high, value)), f"paired {bootstrap_name(found.n, independent)}")


def _with(found: Figure, interval: tuple[float, float], method: str) -> Figure:
    return found.model_copy(update={"ci95": _ends(interval), "interval_method": method})


def _without(found: Figure, reason: str | None) -> Figure:
    return found.model_copy(update={"reason": reason})


def _ends(interval: tuple[float, float]) -> tuple[float, float]:
    return rounded(interval[0]), rounded(interval[1])


def _all_alike(drawn: Array) -> bool:
    """Whether resampling shows no spread beyond that of rounding."""
    import numpy as np

    low, high = float(np.nanmin(drawn)), float(np.nanmax(drawn))
    return high - low <= 1e-12 * max(1.0, abs(low), abs(high))
