"""Two finished evaluations side by side: read from disk, brought to the questions that both were asked, resampled in pairs.

Asks no engine, and judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.api import UserError, read_jsonl
from evalsuite.evaluation import Evaluation, check_seal, read_scorecard, readable
from evalsuite.figures import Resampled, figures_of_each
from evalsuite.prediction import Prediction
from evalsuite.scorecard import Scorecard
from evalsuite.scores import Scores, read_scores
from evalsuite.stats.paired import joined_groups


@dataclass(frozen=True)
class Side:
    """One of the two evaluations.

    Attributes:
        card: Its record.
        predictions: Its answers.
        scores: What metrics say of them.
    """

    card: Scorecard
    predictions: Sequence[Prediction]
    scores: Scores

    def at(self, places: Sequence[int]) -> Side:
        """The same with these of its answers alone, in this order."""
        index = list(places)
        scores = replace(
            self.scores,
            statistics={name: values[index] for name, values in self.scores.statistics.items()},
            items={name: [values[place] for place in index] for name, values in self.scores.items.items()},
        )
        return Side(self.card, [self.predictions[place] for place in index], scores)


def shared_groups(old: Side, new: Side) -> list[str]:
    """The group of each question that both were asked: what either side joins is joined."""
    return joined_groups(*([prediction.group for prediction in side.predictions] for side in (old, new)))


def resampled_sides(old: Side, new: Side, names: Sequence[str], groups: Sequence[str], resamples: int, seed: int) -> tuple[Resampled, Resampled]:
    """The figures of both sides of the same questions, on the same draws."""
    metrics = {metric.name: metric for metric in new.scores.metrics}
    first, second = figures_of_each([([metrics[name] for name in names], side.scores.statistics) for side in (old, new)], groups, resamples, seed)
    return first, second


def read_side(evaluation: Evaluation) -> Side:
    """A finished evaluation as its stages left it.

    Raises:
        DataError: Its files are not as they were written.
        UserError: Its scores are not those of its answers.
    """
    card = read_scorecard(evaluation)
    with readable(evaluation.predictions):
        predictions = [Prediction.from_json(row) for row in read_jsonl(evaluation.predictions)]
    scores = read_scores(evaluation.folder, predictions)
    if scores is None:
        raise UserError(
            f"{evaluation.run} has no whole scores of its answers, as this program writes them",
            "Run the same `evalsuite run` again: it scores the answers that are there anew.",
        )
    check_seal(evaluation, evaluation.predictions)
    return Side(card, predictions, scores)


def matched(before: Side, after: Side) -> tuple[Side, Side, dict[str, int]]:
    """Both sides with the questions that they share, and how many each has beyond those.

    A question is shared where id, text and references are the same.

    Raises:
        UserError: There is none.
    """
    places = {asked_alike(prediction): place for place, prediction in enumerate(before.predictions)}
    pairs = [(places[key], place) for place, prediction in enumerate(after.predictions) if (key := asked_alike(prediction)) in places]
    if not pairs:
        raise UserError(
            f"{before.card.run} and {after.card.run} share no question",
            "Evaluate both on the same examples: `evalsuite run TARGET --data FILE`.",
        )
    old, new = (side.at(side_places) for side, side_places in zip((before, after), zip(*pairs, strict=True), strict=True))
    left_out = {name: len(side.predictions) - len(pairs) for name, side in (("before", before), ("after", after))}
    return old, new, left_out


def asked_alike(prediction: Prediction) -> tuple[str, str, tuple[str, ...]]:
    """What two answers have in common that were given to the same question: id, text and references."""
    return prediction.id, prediction.question, prediction.references


def comparable(old: Side, new: Side) -> tuple[list[str], dict[str, str]]:
    """Metrics that mean the same on both sides and add up over any questions; and why the others do not."""
    names: list[str] = []
    reasons: dict[str, str] = {}
    for name in dict.fromkeys((*new.scores.cards, *old.scores.cards)):
        if name not in old.scores.cards or name not in new.scores.cards:
            side = old if name not in old.scores.cards else new
            reasons[name] = f"{side.card.run} was not measured by it"
        elif old.scores.cards[name].signature != new.scores.cards[name].signature:
            reasons[name] = f"it was measured in two ways: {old.scores.cards[name].signature} and {new.scores.cards[name].signature}"
        elif name not in old.scores.statistics or name not in new.scores.statistics:
            reasons[name] = "its figure is one number over all answers, which cannot be paired"
        else:
            names.append(name)
    return names, reasons
