"""The top of the page: whether it is fit for release, by which gates, and what speaks against taking the figures at their word."""

from __future__ import annotations

from dataclasses import dataclass

from evalsuite.gates import condition
from evalsuite.report.charts import Bullet, bullet
from evalsuite.report.page.section import Section
from evalsuite.report.wording import doubts, gate_mark, gates_line
from evalsuite.scorecard import Scorecard


@dataclass(frozen=True)
class GateRow:
    """One gate.

    Attributes:
        passed: Whether it is met.
        mark: The same in a word.
        condition: As in the recipe.
        sentence: What came of it.
        bullet: The figure and its bound; None where there is none to draw.
        vacuous: Passed only because there is nothing to compare with yet.
    """

    passed: bool
    mark: str
    condition: str
    sentence: str
    bullet: Bullet | None
    vacuous: bool


def head(card: Scorecard) -> dict[str, object]:
    """What the head of the page says."""
    shown = {"fit": "fit", "not fit": "unfit", "none": "open"}[card.measured_on.verdict]
    return {"shown": shown, "gates": gates_line(card), "flags": card.flags}


def gates(card: Scorecard) -> Section | None:
    """Gates, those that failed first; None where the recipe has none."""
    cards = {**card.all_cards, **card.speed_metrics}
    rows = [
        GateRow(each.passed, gate_mark(each), condition(each.gate), each.sentence, bullet(each, cards.get(each.gate.metric)), each.vacuous)
        for each in card.judgements
    ]
    return Section("gates", "Gates", {"gates": sorted(rows, key=lambda row: (row.passed, row.vacuous))}) if rows else None


def notes(card: Scorecard) -> Section | None:
    """What a reader should know before relying on the figures."""
    told = doubts(card)
    return Section("notes", "Before you rely on these figures", {"notes": told}) if told else None
