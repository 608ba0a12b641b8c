"""Third stage for probes: the rows of their figures in, the part of the scorecard out, the base and the previous release beside."""

from __future__ import annotations

from collections.abc import Sequence

from evalsuite.figures import Resampled, differences, figures_of_each
from evalsuite.judging import ProbeResult
from evalsuite.probes.probe import Measure
from evalsuite.record.figure import Figure
from evalsuite.record.probes import ProbeCard, ProbeFigure, ShownCase
from evalsuite.scores import card_of


def probe_cards(
    results: Sequence[ProbeResult], base: Sequence[ProbeResult] | None, previous: Sequence[ProbeResult] | None, resamples: int, seed: int
) -> tuple[ProbeCard, ...]:
    """What probes found out.

    Args:
        results: Of the target.
        base: Of the base, asked the same; None if it was not asked.
        previous: Of the previous release; None if it was not asked.
        resamples: Bootstrap resamples.
        seed: Of the resamples.
    """
    others = [{measure.metric.name: measure for result in side or () for measure in result.measures} for side in (base, previous)]
    return tuple(
        ProbeCard(
            name=result.about.name,
            section=result.about.section,
            title=result.about.title,
            meaning=result.about.meaning,
            version=result.about.version,
            questions=result.questions,
            statements=result.statements,
            failed=result.failed,
            reason=result.reason,
            figures=tuple(
                _figure(measure, others[0].get(measure.metric.name), others[1].get(measure.metric.name), resamples, seed)
                for measure in result.measures
            ),
        )
        for result in results
    )


def _figure(measure: Measure, base: Measure | None, previous: Measure | None, resamples: int, seed: int) -> ProbeFigure:
    sides = [_resampled([measure, other], resamples, seed) for other in (base, previous)]
    return ProbeFigure(
        name=measure.metric.name,
        card=card_of(measure.metric, ()),
        figure=_of(measure, sides[0][0]),
        base=_of(base, sides[0][1]) if base else None,
        previous=_of(previous, sides[1][1]) if previous else None,
        difference=_gap(measure, base, sides[0]),
        previous_difference=_gap(measure, previous, sides[1]),
        p=measure.p,
        test=measure.test,
        remark=measure.remark,
        shown=tuple(ShownCase(id=case.id, asked=case.asked, said=case.said, remark=case.remark) for case in measure.shown),
    )


def _resampled(measures: Sequence[Measure | None], resamples: int, seed: int) -> list[Resampled | None]:
    """The figures of a measure of two sides: on the same draws where both have the same rows."""
    present = [measure for measure in measures if measure is not None and len(measure.ids)]
    if len(present) == 2 and _is_paired(*present):
        samples = [([measure.metric], {measure.metric.name: measure.statistics}) for measure in present]
        return list(figures_of_each(samples, present[0].groups, resamples, seed))
    return [
        None
        if measure is None or not len(measure.ids)
        else figures_of_each([([measure.metric], {measure.metric.name: measure.statistics})], measure.groups, resamples, seed)[0]
        for measure in measures
    ]


def _is_paired(one: Measure, other: Measure) -> bool:
    return list(one.ids) == list(other.ids) and list(one.groups) == list(other.groups)


def _of(measure: Measure | None, resampled: Resampled | None) -> Figure:
    if measure is None or resampled is None:
        return Figure(value=None, ci95=None, n=0, reason=measure.reason if measure and measure.reason else "there are no rows")
    return resampled.figures[measure.metric.name]


def _gap(measure: Measure, other: Measure | None, sides: Sequence[Resampled | None]) -> Figure | None:
    """The difference in pairs; null, with the reason, where the two have other rows."""
    mine, theirs = sides
    if other is None or mine is None or theirs is None:
        return None
    if not _is_paired(measure, other):
        return Figure(value=None, ci95=None, n=0, reason="the two were not asked the same, so that there are no pairs")
    return differences(mine, theirs)[measure.metric.name]
