"""What the page says, row by row: figures turned into words, marks and colours, before any HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Any

from evalsuite.gates import condition
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.charts import Bullet, Mark, axis_of, bullet, mark
from evalsuite.report.wording import arrow, interval, notes, number, signed
from evalsuite.scorecard import Answers, Sample, Scorecard

LONGEST = 1500
"""Characters shown of a text; the whole of it is in predictions.jsonl."""
REFERENCES_SHOWN = 3
FINISH = {"stop": "ended by itself", "length": "cut at the limit", "cancelled": "cancelled", "unknown": "not known"}
LATENCIES = (("ttft", "Time to first token"), ("itl", "Inter-token latency"), ("tpot", "Time per output token"), ("e2e", "End to end"))
TILES = ("tokens_per_s", "requests_per_s", "peak_memory_mib")


@dataclass(frozen=True)
class GateRow:
    """One gate."""

    passed: bool
    condition: str
    sentence: str
    bullet: Bullet | None


@dataclass(frozen=True)
class Cell:
    """A figure in words."""

    value: str
    interval: str
    reason: str = ""


@dataclass(frozen=True)
class MetricRow:
    """One metric, base against target."""

    name: str
    title: str
    arrow: str
    meaning: str
    notes: tuple[str, ...]
    unit: str
    target: Cell
    base: Cell | None
    difference: Cell | None
    tone: str
    mark: Mark | None
    base_mark: Mark | None
    reference_mark: Mark | None


@dataclass(frozen=True)
class SliceRow:
    """One value of a tag."""

    value: str
    n: int
    target: Cell
    base: Cell | None
    mark: Mark | None
    base_mark: Mark | None


@dataclass(frozen=True)
class SpeedRow:
    """One latency at its percentiles, of the target and of the base."""

    title: str
    meaning: str
    n: int
    target: tuple[Cell, ...]
    base: tuple[Cell, ...]


@dataclass(frozen=True)
class Tile:
    """One large figure."""

    title: str
    value: str
    unit: str
    base: str
    reason: str


@dataclass(frozen=True)
class AnswerText:
    """A text that was answered or would have been right, and how much of it is not shown."""

    text: str
    hidden: int


@dataclass(frozen=True)
class SampleRow:
    """One question with its answers side by side."""

    id: str
    question: AnswerText
    answer: AnswerText
    base: AnswerText | None
    references: tuple[AnswerText, ...]
    more_references: int
    score: str
    base_score: str
    share: float


def gate_rows(card: Scorecard) -> list[GateRow]:
    """Gates, those that failed first."""
    cards = {**card.metrics, **card.speed_metrics}
    rows = [GateRow(each.passed, condition(each.gate), each.sentence, bullet(each, cards.get(each.gate.metric))) for each in card.judgements]
    return sorted(rows, key=lambda row: row.passed)


def metric_rows(card: Scorecard) -> Iterator[MetricRow]:
    """Every metric, base against target."""
    for name in card.order:
        metric = card.metrics[name]
        figure = card.figures[name]
        base = card.base_figures[name] if card.base_figures else None
        difference = card.differences.get(name) if card.differences else None
        axis = axis_of(metric, (figure, base))
        yield MetricRow(
            name=name,
            title=metric.title,
            arrow=arrow(metric),
            meaning=metric.meaning,
            notes=tuple(notes(name, card)),
            unit=metric.unit,
            target=cell(figure, metric),
            base=cell(base, metric) if base else None,
            difference=Cell(signed(difference.value, metric), interval(difference, metric, sign=True)) if difference else None,
            tone=metric.tone(difference),
            mark=mark(figure, axis),
            base_mark=mark(base, axis),
            reference_mark=mark(card.reference_figures.get(name), axis),
        )


def slice_rows(card: Scorecard) -> list[tuple[str, list[SliceRow]]]:
    """The values of each tag, by the metric that answers are ranked by."""
    name = card.ranked_by
    if name is None:
        return []
    metric = card.metrics[name]
    axis = axis_of(metric, [])
    found = []
    for tag, slices in groupby(card.slices, key=lambda each: each.tag):
        rows = []
        for each in slices:
            base = each.base_figures[name] if each.base_figures else None
            figure = each.figures[name]
            rows.append(
                SliceRow(each.value, each.n, cell(figure, metric), cell(base, metric) if base else None, mark(figure, axis), mark(base, axis))
            )
        found.append((tag, rows))
    return found


def speed_rows(card: Scorecard) -> Iterator[SpeedRow]:
    """Latencies at their percentiles."""
    measured = card.measured_on
    for key, title in LATENCIES:
        names = [f"{key}_ms_p{percent}" for percent in (50, 95, 99)]
        sides = [[cell(side[name], card.speed_metrics[name]) for name in names] if side else [] for side in (measured.speed, measured.base_speed)]
        yield SpeedRow(title, card.speed_metrics[names[0]].signature, measured.speed[names[0]].n, tuple(sides[0]), tuple(sides[1]))


def tiles(card: Scorecard) -> Iterator[Tile]:
    """Throughput and memory."""
    measured = card.measured_on
    for name in TILES:
        metric, figure = card.speed_metrics[name], measured.speed[name]
        base = measured.base_speed[name] if measured.base_speed else None
        yield Tile(metric.title, number(figure.value, metric), metric.unit, number(base.value, metric) if base else "", figure.reason or "")


def sample_rows(samples: tuple[Sample, ...], card: Scorecard) -> Iterator[SampleRow]:
    """Answers side by side with what would have been right."""
    if card.ranked_by is None:
        return
    metric = card.metrics[card.ranked_by]
    for sample in samples:
        score = sample.scores[card.ranked_by]
        yield SampleRow(
            id=sample.id,
            question=clipped(sample.question or sample.id),
            answer=clipped(sample.prediction),
            base=None if sample.base_prediction is None else clipped(sample.base_prediction),
            references=tuple(clipped(reference) for reference in sample.references[:REFERENCES_SHOWN]),
            more_references=max(0, len(sample.references) - REFERENCES_SHOWN),
            score=number(score, metric),
            base_score=number(sample.base_scores[card.ranked_by], metric) if sample.base_scores else "",
            share=axis_of(metric, []).at(score),
        )


def finish_parts(answers: Answers) -> list[dict[str, Any]]:
    """Shares of the ways in which answers ended."""
    total = sum(answers.finish_reasons.values()) or 1
    order = sorted(answers.finish_reasons.items(), key=lambda pair: (list(FINISH).index(pair[0]) if pair[0] in FINISH else 9, pair[0]))
    return [{"reason": reason, "words": FINISH.get(reason, reason), "n": n, "percent": round(100 * n / total, 2)} for reason, n in order]


def words_line(answers: Answers) -> str:
    """How long the answers are, in a few words."""
    words = answers.words
    return f"{words[0]} to {words[-1]} words, median {median(words):g}" if words else "no answers"


def cell(figure: Figure, card: MetricCard) -> Cell:
    """A figure in words, with the reason where there is none."""
    return Cell(number(figure.value, card), interval(figure, card), figure.reason or "")


def clipped(text: str) -> AnswerText:
    """A text, cut where it would fill the page."""
    return AnswerText(text[:LONGEST], max(0, len(text) - LONGEST))
