"""The metric: what it is called and means, and how it goes from answers to a figure.

A metric takes sufficient statistics of each answer, `(answers, k)`, and turns their sum over any set of
answers into a value. So the figure, an interval, a slice and a comparison are all the same sum taken
over other answers, and no text is read twice. The idea is sacreBLEU's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]

Direction = Literal["higher", "lower", "unknown"]
"""Which way is better."""
MEAN = "mean over answers"
RATE = "share of answers"
CORPUS = "corpus: counts of all answers are summed first"


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a figure is, for people.

    Attributes:
        name: As recipes, gates and files call it.
        title: As people read it.
        unit: Of the value; empty for a share of 1.
        low: The lowest value it can take.
        high: The highest value it can take; None if there is no such bound.
        direction: Which way is better.
        meaning: One sentence.
        version: Of how it is measured; goes up when its figures change.
        aggregation: How the answers' values become one, in words.
    """

    name: str
    title: str
    unit: str = ""
    low: float = 0.0
    high: float | None = 1.0
    direction: Direction = "higher"
    meaning: str
    version: int = 1
    aggregation: str = MEAN


@dataclass(frozen=True)
class Worked:
    """An example worked out by hand, which a test runs.

    Attributes:
        prediction: An answer.
        references: Its references.
        value: What the metric must say of it alone.
        question: What was asked, where that matters.
        finish_reason: Why the answer ended, where that matters.
    """

    prediction: str
    references: tuple[str, ...]
    value: float
    question: str = ""
    finish_reason: str | None = None

    def as_prediction(self) -> Prediction:
        """The example as an answer that can be scored."""
        return Prediction("worked", self.prediction, self.references, "worked", question=self.question, finish_reason=self.finish_reason)


@dataclass(frozen=True, kw_only=True)
class Metric(Card):
    """How one property of answers is measured.

    Where a metric does not apply to an answer, its row of statistics is all zeros, which adds nothing to a
    sum, and its value of that answer is NaN. (BLEU and chrF apply to every answer, and count nothing in an empty one.)

    Attributes:
        example: Worked out by hand.
        signature: What must be known to get the same figure again; may depend on the number of references.
        statistics: Sufficient statistics of each answer, `(answers, k)`; all zeros, with k = 2, where the metric does not apply.
        combine: The value from summed statistics, `(..., k)` to `(...)`.
        per_item: The value of each answer alone from its own statistics; `combine` unless told otherwise.
        total: The value from one sum, where a library has the last word on it; `combine` unless told otherwise.
        rate: Each answer counts as 0 or 1, so that the value is a rate.
        perfect: What answers that are their references score; None where that says nothing of the metric.
    """

    example: Worked
    signature: Callable[[Sequence[Prediction]], str]
    statistics: Callable[[Sequence[Prediction]], Array]
    combine: Callable[[Array], Array]
    per_item: Callable[[Array], Array] | None = None
    total: Callable[[Array], float] | None = None
    rate: bool = False
    perfect: float | None = None

    def value(self, statistics: Array) -> float:
        """The figure over all of these answers; statistics are `(answers, k)`."""
        sums = statistics.sum(axis=0)
        return float(self.total(sums) if self.total else self.combine(sums))

    def item_scores(self, statistics: Array) -> Array:
        """The value of each answer alone, `(answers,)`; NaN where the metric does not apply to it."""
        return (self.per_item or self.combine)(statistics)


def signed(version: int, *parts: str) -> str:
    """A signature: what must be known, and the version of the metric at its end.

    Args:
        version: Of the metric.
        parts: What must be known, as `key:value`.
    """
    return "|".join([*parts, f"v:{version}"])


def mean(sums: Array) -> Array:
    """The arithmetic mean from (sum of scores, number of scores), `(..., 2)` to `(...)`; NaN of no scores."""
    import numpy as np

    counted = sums[..., 1]
    value: Array = np.where(counted > 0, sums[..., 0] / np.where(counted > 0, counted, 1), np.nan)
    return value


def textless(name: str, signature: str, source: str, **facts: Any) -> Metric:
    """A metric that reads no text, since its statistics come from elsewhere: it can be aggregated, and measures nothing anew.

    Args:
        name: Unlike that of any other figure.
        signature: What must be known to get the same figure again.
        source: Where its statistics come from, for whoever hands it answers all the same.
        facts: What else a `Metric` is, `combine` among it.
    """

    def no_text(predictions: Sequence[Prediction]) -> Array:
        raise NotImplementedError(f"{name} reads no text: {source}")

    return Metric(name=name, signature=lambda predictions: signature, statistics=no_text, example=Worked("", (), 0.0), **facts)


def applies(statistics: Array) -> NDArray[np.bool_]:
    """Whether a metric applies to each answer, `(answers,)` of bool: it does unless its two statistics are both 0.

    Counts of n-grams, more than two, can all be 0 where a text is empty, which is a finding: such a metric applies everywhere.
    """
    import numpy as np

    if statistics.shape[1] > 2:
        return np.ones(len(statistics), dtype=np.bool_)
    found: NDArray[np.bool_] = (statistics != 0).any(axis=1)
    return found


def scored(scores: Sequence[float | None]) -> Array:
    """The statistics of a metric that is a mean of per-answer scores, `(answers, 2)`.

    Args:
        scores: Of each answer; None, or NaN, where the metric does not apply to it.
    """
    import numpy as np

    values = np.asarray([np.nan if score is None else score for score in scores], dtype=np.float64)
    known = ~np.isnan(values)
    return np.stack([np.where(known, values, 0.0), known.astype(np.float64)], axis=1)


def each_scored(score: Callable[[Prediction], float | None]) -> Callable[[Sequence[Prediction]], Array]:
    """The statistics of a mean of `score(answer)`, which is None where the metric does not apply."""
    return lambda predictions: scored([score(prediction) for prediction in predictions])


def mean_of_references(metric: Metric, predictions: Sequence[Prediction]) -> list[float]:
    """What a metric that reads answers alone says of each answer's references, their mean."""
    flat = [replace(each, text=reference) for each in predictions for reference in each.references]
    scores = iter(metric.item_scores(metric.statistics(flat)))
    return [sum(float(next(scores)) for _ in each.references) / len(each.references) for each in predictions]


def best_over_references(score: Callable[[str, str], float]) -> Callable[[Sequence[Prediction]], Array]:
    """The statistics of a mean of `score(answer, reference)`, the best taken over an answer's references."""

    def statistics(predictions: Sequence[Prediction]) -> Array:
        return scored([max(score(prediction.text, reference) for reference in prediction.references) for prediction in predictions])

    return statistics
