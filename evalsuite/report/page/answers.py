"""The sections of answers: how long they are and how they ended, the worst and the best to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from evalsuite.report.charts import axis_of, histogram
from evalsuite.report.page.section import AnswerText, Section, clipped
from evalsuite.report.wording import number
from evalsuite.scorecard import Answers, Sample, Scorecard

REFERENCES_SHOWN = 3
FINISH = {"stop": "ended by itself", "length": "cut at the limit", "cancelled": "cancelled", "unknown": "not known"}


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


def lengths(card: Scorecard) -> Section:
    """What the answers look like, whatever they say."""
    base = card.base_answers
    told = {
        "histogram": histogram(card.answers.words, base.words if base else ()),
        "lengths": _words_line(card.answers),
        "base_lengths": _words_line(base) if base else "",
        "finish": _finish_parts(card.answers),
        "base_finish": _finish_parts(base) if base else [],
    }
    return Section("lengths", "Lengths and endings", told)


def samples(card: Scorecard) -> Section | None:
    """The worst and the best answers; None where they cannot be ranked."""
    if card.ranked_by is None or not (card.best or card.worst):
        return None
    told = {"ranked": card.metrics[card.ranked_by].title, "worst": list(_rows(card.worst, card)), "best": list(_rows(card.best, card))}
    return Section("samples", "Worst and best answers", told)


def _rows(samples: tuple[Sample, ...], card: Scorecard) -> Iterator[SampleRow]:
    assert card.ranked_by is not None
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


def _finish_parts(answers: Answers) -> list[dict[str, Any]]:
    """Shares of the ways in which answers ended."""
    total = sum(answers.finish_reasons.values()) or 1
    order = sorted(answers.finish_reasons.items(), key=lambda pair: (list(FINISH).index(pair[0]) if pair[0] in FINISH else 9, pair[0]))
    return [{"reason": reason, "words": FINISH.get(reason, reason), "n": n, "percent": round(100 * n / total, 2)} for reason, n in order]


def _words_line(answers: Answers) -> str:
    words = answers.words
    return f"{words[0]} to {words[-1]} words, median {median(words):g}" if words else "no answers"
