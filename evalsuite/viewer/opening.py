"""Reads an evaluation, and another one beside it, as items."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.api import DataError, Home, UserError, read_jsonl
from evalsuite.answers import ranking_metric
from evalsuite.evaluation import Evaluation, find_evaluation, read_scorecard, readable
from evalsuite.prediction import Prediction
from evalsuite.record.figure import MetricCard
from evalsuite.scorecard import Scorecard
from evalsuite.scores import Scores, read_scores
from evalsuite.sides import asked_alike
from evalsuite.viewer.items import Collection, Item
from evalsuite.viewer.leakage import read_leaks


@dataclass(frozen=True)
class Answered:
    """What one evaluation left on disk.

    Attributes:
        evaluation: Where.
        card: Its record; None for a base's answers, which have none of their own.
        predictions: Its answers.
        scores: What the metrics say of them.
    """

    evaluation: Evaluation
    card: Scorecard | None
    predictions: list[Prediction]
    scores: Scores

    @property
    def label(self) -> str:
        """What was examined."""
        return self.card.target.label if self.card else self.evaluation.run


def open_collection(run: str, against: str | None, home: Home) -> tuple[Evaluation, Collection]:
    """The items of an evaluation.

    Args:
        run: The evaluation: its name, the beginning of it, or its folder.
        against: The other side, named likewise; None for the base that was asked along with it.
        home: The workspace.

    Returns:
        Where the evaluation lies, and its items.

    Raises:
        UserError: One of them does not exist, has no scores, or shares no question with the other.
        DataError: A file is not as it was written.
    """
    mine = _read(find_answers(run, home))
    notes: list[str] = []
    other = _read(find_answers(against, home)) if against else _base_of(mine, notes)
    if other and other.evaluation.folder == mine.evaluation.folder:
        raise UserError(f"{mine.evaluation.run} cannot be viewed against itself", "Name another evaluation with --against.")
    leaks = read_leaks(mine.evaluation.folder)
    return mine.evaluation, Collection(
        run=mine.evaluation.run,
        label=mine.label,
        other=_label(other, mine) if other else None,
        cards=mine.scores.cards,
        ranked_by=ranking_metric(mine.scores) or next(iter(mine.scores.cards), None),
        items=tuple(_items(mine, other, leaks or {}, notes)),
        notes=tuple(notes),
        limit=mine.card.examples.limit if mine.card else None,
        has_leakage=leaks is not None,
    )


def _label(other: Answered, mine: Answered) -> str:
    """How the other side is called; a base's answers do not say it themselves."""
    base = mine.card.base if mine.card else None
    return base.label if base and base.run == other.evaluation.run else other.label


def find_answers(text: str, home: Home) -> Evaluation:
    """An evaluation, or the answers of a base, which have no scorecard of their own.

    Raises:
        TargetError: There is none, or several begin so.
    """
    for folder in (Path(text), home.evals / text):
        # Not Path.is_file(), which raises where the text is too long for a name.
        if text and os.path.isfile(folder / "predictions.jsonl"):  # noqa: PTH113
            return Evaluation(folder.resolve())
    return find_evaluation(text, home)


def _read(evaluation: Evaluation) -> Answered:
    card = read_scorecard(evaluation) if evaluation.scorecard.exists() else None
    with readable(evaluation.predictions):
        predictions = [Prediction.from_json(row) for row in read_jsonl(evaluation.predictions)]
    if not predictions:
        raise DataError(f"{evaluation.predictions} holds no answers", "Run the evaluation again.")
    scores = read_scores(evaluation.folder, predictions)
    if scores is None:
        raise UserError(
            f"{evaluation.run} has no whole scores of its answers, as this program writes them",
            "Run the same `evalsuite run` again: it scores the answers that are there anew.",
        )
    return Answered(evaluation, card, predictions, scores)


def _base_of(mine: Answered, notes: list[str]) -> Answered | None:
    """The base that the scorecard names, if its answers can be had; why not is noted."""
    if mine.card is None or mine.card.base is None:
        return None
    base = Evaluation(mine.evaluation.folder.parent / mine.card.base.run)
    if not base.predictions.exists():
        notes.append(f"the answers of {mine.card.base.label} are not in {base.folder.parent} any more")
        return None
    try:
        return _read(base)
    except UserError as error:
        # Without --against nobody asked for this side, and the items can be read without it.
        notes.append(f"{mine.card.base.label} is not shown: {error.what}")
        return None


def _items(mine: Answered, other: Answered | None, leaks: Mapping[str, tuple[str, ...]], notes: list[str]) -> list[Item]:
    places: dict[tuple[str, str, tuple[str, ...]], int] = {}
    alike: list[str] = []
    if other:
        places = {asked_alike(prediction): place for place, prediction in enumerate(other.predictions)}
        alike = [name for name, card in mine.scores.cards.items() if _same(card, other.scores.cards.get(name))]
        if unlike := [name for name in mine.scores.cards if name not in alike]:
            notes.append(f"{other.label} was not measured alike by {', '.join(unlike)}")
    items = []
    for place, prediction in enumerate(mine.predictions):
        there = places.get(asked_alike(prediction))
        items.append(
            Item(
                asked=prediction,
                scores={name: mine.scores.items[name][place] for name in mine.scores.cards},
                other=other.predictions[there] if other and there is not None else None,
                other_scores={name: other.scores.items[name][there] for name in alike} if other and there is not None else {},
                leaks=leaks.get(prediction.id, ()),
            )
        )
    if other and (missing := sum(item.other is None for item in items)):
        if missing == len(items):
            raise UserError(
                f"{mine.evaluation.run} and {other.evaluation.run} share no question",
                "Evaluate both on the same examples: `evalsuite run TARGET --data FILE`.",
            )
        notes.append(f"{missing} of these questions {other.label} was not asked")
    return items


def _same(card: MetricCard, other: MetricCard | None) -> bool:
    return other is not None and card.signature == other.signature
