"""Third stage, its arithmetic: statistics of answers in, values with intervals out.

Knows no text and no file. Values are rounded to ten significant digits: beyond that the order in which
a machine adds decides, and the same answers must give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.metrics.metric import Metric, scored
from evalsuite.scorecard import Figure
from evalsuite.stats.bootstrap import percentile_interval, resampled_sums
from evalsuite.stats.wilson import wilson_interval

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

ALL_ALIKE = "the answers of each side all score alike, so that resampling them shows nothing"
ONE_GROUP = "an interval needs at least two independent groups of answers, and there is one"


@dataclass(frozen=True)
class Resampled:
    """Figures with what their intervals were made from.

    Attributes:
        figures: By metric.
        draws: The figure of each resample by metric, `(resamples,)`; empty where there is no interval.
    """

    figures: dict[str, Figure]
    draws: dict[str, Array]


def rounded(value: float) -> float:
    """To ten significant digits; minus zero becomes zero."""
    return float(f"{value:.10g}") + 0.0


def figures_of(metrics: Sequence[Metric], statistics: Mapping[str, Array], groups: Sequence[str], resamples: int, seed: int) -> Resampled:
    """The figure of each metric.

    Args:
        metrics: Which; those without statistics are passed over.
        statistics: Of each answer, by metric: `(answers, k)`.
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

    n, independent = len(groups), len(set(groups))
    present = [[metric for metric in metrics if metric.name in statistics] for metrics, statistics in samples]
    if independent < 2:
        return [
            Resampled({metric.name: Figure(value=_value(metric, statistics), ci95=None, n=n, reason=ONE_GROUP) for metric in metrics}, {})
            for metrics, (_, statistics) in zip(present, samples, strict=True)
        ]
    # All metrics side by side: one product of draws and statistics serves them all.
    joined = [
        np.concatenate([statistics[metric.name] for metric in metrics] or [np.zeros((n, 0))], axis=1)
        for metrics, (_, statistics) in zip(present, samples, strict=True)
    ]
    sums = resampled_sums(joined, groups, resamples, seed)
    return [_resampled(metrics, statistics, each, n, independent) for metrics, (_, statistics), each in zip(present, samples, sums, strict=True)]


def _resampled(metrics: Sequence[Metric], statistics: Mapping[str, Array], sums: Array, n: int, independent: int) -> Resampled:
    """Figures from the sums of each resample, `(resamples, k)`, the metrics side by side."""
    figures: dict[str, Figure] = {}
    drawn: dict[str, Array] = {}
    start = 0
    for metric in metrics:
        width = statistics[metric.name].shape[1]
        drawn[metric.name] = metric.combine(sums[:, start : start + width])
        start += width
        figures[metric.name] = _figure(metric, statistics, drawn[metric.name], n, independent)
    return Resampled(figures, drawn)


def _value(metric: Metric, statistics: Mapping[str, Array]) -> float:
    return rounded(metric.value(statistics[metric.name]))


def _figure(metric: Metric, statistics: Mapping[str, Array], drawn: Array, n: int, independent: int) -> Figure:
    value = _value(metric, statistics)
    if metric.rate and independent == n:
        interval = wilson_interval(float(statistics[metric.name][:, 0].sum()), n)
        method = "Wilson"
    elif metric.rate:
        interval, method = _grouped_rate(value, percentile_interval(drawn), n, independent)
    else:
        interval = percentile_interval(drawn)
        method = bootstrap_name(n, independent)
    return Figure(value=value, ci95=(rounded(interval[0]), rounded(interval[1])), n=n, interval_method=method)


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
    return "percentile bootstrap" if independent == n else f"percentile bootstrap over {independent} groups"


def differences(target: Resampled, base: Resampled) -> dict[str, Figure]:
    """Target minus base of each metric that both have; draws are paired, as both had the same examples and seed."""
    found: dict[str, Figure] = {}
    for name, figure in target.figures.items():
        other = base.figures.get(name)
        if other is None or figure.value is None or other.value is None:
            continue
        value = rounded(figure.value - other.value)
        if name not in target.draws or name not in base.draws:
            found[name] = Figure(value=value, ci95=None, n=figure.n, reason=figure.reason)
            continue
        if _all_alike(target.draws[name]) and _all_alike(base.draws[name]):
            found[name] = Figure(value=value, ci95=None, n=figure.n, reason=ALL_ALIKE)
            continue
        low, high = percentile_interval(target.draws[name] - base.draws[name])
        found[name] = Figure(value=value, ci95=(rounded(low), rounded(high)), n=figure.n, interval_method="paired percentile bootstrap")
    return found


def statistics_of_references(references: Mapping[str, Sequence[float]]) -> dict[str, Array]:
    """The statistics, by metric, of what the classifier of toxicity gives each answer's references: `(answers, 2)`."""
    return {name: scored(values) for name, values in references.items()}


def _all_alike(drawn: Array) -> bool:
    return bool(drawn.min() == drawn.max())
