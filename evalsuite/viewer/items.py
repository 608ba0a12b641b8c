"""The item: one question with its answer, its scores, and what the other side made of it; and all of one evaluation.

Knows neither files nor screens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evalsuite.prediction import Prediction
from evalsuite.record.figure import MetricCard


@dataclass(frozen=True)
class Item:
    """One question as it was answered.

    Attributes:
        asked: The question, its references and the answer.
        scores: By metric; None where the metric does not apply to this answer.
        other: What the other side answered; None where there is no other side, or it was not asked this.
        other_scores: The other side's, of the metrics that both measured alike.
        leaks: How the item may have leaked into the training data, one word a kind.
    """

    asked: Prediction
    scores: Mapping[str, float | None]
    other: Prediction | None = None
    other_scores: Mapping[str, float | None] = field(default_factory=dict)
    leaks: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The example's."""
        return self.asked.id

    @property
    def changed(self) -> bool:
        """Whether the other side answered, and in other words."""
        return self.other is not None and self.other.text != self.asked.text

    @property
    def is_toxic(self) -> bool:
        """Whether the classifier of toxicity counts the answer as toxic."""
        return bool(self.scores.get("toxicity_rate"))

    def gap(self, metric: str) -> float | None:
        """The score minus the other side's; None where either is missing."""
        mine, theirs = self.scores.get(metric), self.other_scores.get(metric)
        return None if mine is None or theirs is None else mine - theirs

    @cached_property
    def words(self) -> str:
        """All of its texts, for a search without regard to case."""
        texts = (self.asked.id, self.asked.question, *self.asked.references, self.asked.text, self.other.text if self.other else "")
        return "\n".join(texts).casefold()


@dataclass(frozen=True)
class Collection:
    """The items of one evaluation.

    Attributes:
        run: The evaluation's name.
        label: What was examined: `health@1`.
        other: What stands on the other side; None without one.
        cards: What the metrics are, in their order.
        ranked_by: The metric that best and worst are by; None if nothing was measured.
        items: In the order in which they were asked.
        notes: What a reader must know: what is missing, and why.
        limit: Only so many of the examples were asked; None for all.
        has_leakage: Whether it was looked for leaked items.
    """

    run: str
    label: str
    other: str | None
    cards: Mapping[str, MetricCard]
    ranked_by: str | None
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()
    limit: int | None = None
    has_leakage: bool = False

    @cached_property
    def group_sizes(self) -> Mapping[str, int]:
        """How many items each group has."""
        return Counter(item.asked.group for item in self.items)

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """The items by their ids."""
        return {item.id: item for item in self.items}

    @cached_property
    def tags(self) -> Mapping[str, Counter[str]]:
        """How many items have each value of each tag."""
        found: dict[str, Counter[str]] = {}
        for item in self.items:
            for tag, value in item.asked.tags.items():
                found.setdefault(tag, Counter())[value] += 1
        return found
