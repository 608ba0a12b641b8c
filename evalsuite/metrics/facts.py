"""Factual accuracy against the reference, as far as rules can see it: numbers with their units, dates and names.

Precision asks whether what an answer states stands in a reference, recall whether what the reference states
stands in the answer. A thing counts once, however often it is said. Nothing here knows whether a sentence is true.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from collections.abc import Set as AbstractSet
from typing import TypeVar

from evalsuite.metrics.metric import RATE, Metric, Worked, each_scored, mean, signed
from evalsuite.metrics.names import names_of, words_of
from evalsuite.metrics.numeric import READING
from evalsuite.metrics.quantities import Quantity, quantities
from evalsuite.metrics.units import PERCENT
from evalsuite.prediction import Prediction

VERSION = 1
NAMING = "names:rules-en-capitals-and-acronyms (no model)"
Thing = TypeVar("Thing", bound=Hashable)


def _keys(text: str) -> frozenset[Hashable]:
    return frozenset(each.key for each in quantities(text))


def _share(part: AbstractSet[Thing], of: AbstractSet[Thing]) -> float | None:
    return len(part & of) / len(of) if of else None


def _best(shares: Iterable[float | None]) -> float | None:
    return max((share for share in shares if share is not None), default=None)


def _number_precision(prediction: Prediction) -> float | None:
    return _best(_share(_keys(reference), _keys(prediction.text)) for reference in prediction.references)


def _number_recall(prediction: Prediction) -> float | None:
    return _best(_share(_keys(prediction.text), _keys(reference)) for reference in prediction.references)


def _unsupported(prediction: Prediction) -> float:
    given = [each for text in (*prediction.references, prediction.question) for each in quantities(text)]
    return float(not all(_supported(each, given) for each in quantities(prediction.text)))


def _supported(quantity: Quantity, given: list[Quantity]) -> bool:
    """Whether a number was given; without a unit on one side its value is enough, unless it is a percentage."""
    return any(
        other.key == quantity.key
        or (other.value == quantity.value and "" in {other.kind, quantity.kind} and PERCENT not in {other.kind, quantity.kind})
        or (quantity.kind == other.kind == "date" and str(other.value).startswith(str(quantity.value)))
        for other in given
    )


def _name_precision(prediction: Prediction) -> float | None:
    # A name that the question gave is no statement of the answer's.
    stated = names_of(prediction.text) - words_of(prediction.question)
    return _best(_share(words_of(reference), stated) for reference in prediction.references)


def _name_recall(prediction: Prediction) -> float | None:
    return _best(_share(words_of(prediction.text), names_of(reference)) for reference in prediction.references)


def _declare(
    name: str, title: str, meaning: str, reading: tuple[str, ...], example: Worked, score: Callable[[Prediction], float | None], rate: bool = False
) -> Metric:
    return Metric(
        name=name,
        title=title,
        meaning=meaning,
        direction="lower" if rate else "higher",
        version=VERSION,
        aggregation=RATE if rate else "mean over answers that it applies to",
        example=example,
        signature=lambda predictions: signed(VERSION, *reading),
        statistics=each_scored(score),
        combine=mean,
        rate=rate,
        perfect=0.0 if rate else 1.0,
    )


FACTS = (
    _declare(
        "number_precision",
        "Number precision",
        "How many of an answer's numbers and dates, units included, stand in its nearest reference.",
        (READING, "units:converted", "overlap:set", "refs:best"),
        # 500 mg = 0.5 g stands there, 12 March 2020 too; 7 days does not.
        Worked("500 mg for 7 days, from 2020-03-12", ("0.5 g from March 12, 2020",), 2 / 3),
        _number_precision,
    ),
    _declare(
        "number_recall",
        "Number recall",
        "How many of a reference's numbers and dates, units included, stand in the answer; of the reference it holds most of.",
        (READING, "units:converted", "overlap:set", "refs:best"),
        Worked("Take 500 milligrams.", ("500 mg for 7 days",), 1 / 2),
        _number_recall,
    ),
    _declare(
        "unsupported_numbers",
        "Unsupported numbers",
        "The share of answers with a number that stands neither in a reference nor in the question.",
        (READING, "units:apart-if-both", "against:references+question"),
        Worked("Rest for 3 days, then 10 more.", ("Rest for three days.",), 1.0, question="What after 2 days of fever?"),
        _unsupported,
        rate=True,
    ),
    _declare(
        "name_precision",
        "Name precision",
        "How many of the names that an answer brings up stand in its nearest reference.",
        (NAMING, "question's names left out", "overlap:set", "refs:best"),
        # Curie stands there, Einstein does not; Paris came from the question.
        Worked("In Paris it was Curie, with Einstein.", ("Marie Curie did.",), 1 / 2, question="Who was it in Paris?"),
        _name_precision,
    ),
    _declare(
        "name_recall",
        "Name recall",
        "How many of a reference's names stand in the answer; of the reference it holds most of.",
        (NAMING, "overlap:set", "refs:best"),
        # Names of the reference: Curie, WHO. Marie begins it.
        Worked("it was curie", ("Marie Curie of the WHO",), 1 / 2),
        _name_recall,
    ),
)
