"""The section of leakage: what of the test was learned beforehand, and the figures without it."""

from __future__ import annotations

from dataclasses import dataclass

from evalsuite.record.doubts import LeakageSample
from evalsuite.report.page.section import AnswerText, Cell, Section, cell, clipped
from evalsuite.report.wording import LEAKS, leaks
from evalsuite.scorecard import Scorecard

LONGEST_CASE = 700


@dataclass(frozen=True)
class CleanRow:
    """One metric over all examples and over the clean ones."""

    title: str
    whole: Cell | None
    clean: Cell | None


@dataclass(frozen=True)
class LeakCase:
    """One test example beside what was learned."""

    kind: str
    id: AnswerText
    question: AnswerText
    training_id: AnswerText
    training_question: AnswerText
    training_answer: AnswerText
    passage: AnswerText
    likeness: str


def leakage(card: Scorecard) -> Section | None:
    """What was found; None where it is not known, which a note says."""
    held = card.leakage
    if held is None:
        return None
    clean = held.clean_figures or {}
    rows = [
        CleanRow(card.metrics[name].title, cell(card.figures[name], card.metrics[name]), cell(clean[name], card.metrics[name]))
        for name in card.order
        if name in clean
    ]
    told = {
        "leakage": held,
        "counts": leaks(held),
        "shares": [(f"{float(share):.0%}", count) for share, count in sorted(held.shares.items(), key=lambda pair: float(pair[0]))],
        "rows": rows,
        "cases": [_case(sample) for sample in held.samples],
    }
    return Section("leakage", "Learned beforehand", told)


def _case(sample: LeakageSample) -> LeakCase:
    parts = [f"similarity of the questions {sample.similarity:.2f}"] if sample.similarity is not None else []
    parts += [f"{sample.share:.0%} of the answer's passages known"] if sample.share is not None else []
    return LeakCase(
        kind=LEAKS.get(sample.kind, sample.kind),
        id=clipped(sample.id, LONGEST_CASE),
        question=clipped(sample.question, LONGEST_CASE),
        training_id=clipped(sample.training_id, LONGEST_CASE),
        training_question=clipped(sample.training_question, LONGEST_CASE),
        training_answer=clipped(sample.training_answer, LONGEST_CASE),
        passage=clipped(sample.passage, LONGEST_CASE),
        likeness=", ".join(parts),
    )
