"""Numeric match: whether answer and reference hold the same numbers. Exact match and token F1 cannot tell 3.5 from 35."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from evalsuite.metrics.metric import RATE, Metric, Worked, each_scored, mean, signed
from evalsuite.metrics.quantities import Quantity, quantities
from evalsuite.metrics.units import PERCENT
from evalsuite.prediction import Prediction

VERSION = 1
READING = "numbers:rules-en"


def same_numbers(said: Sequence[Quantity], wanted: Sequence[Quantity]) -> bool:
    """Whether two texts hold the same numbers, each as often.

    Units must agree where both sides name one; percent agrees with percent alone.
    """
    if len(said) != len(wanted):
        return False
    left, right = Counter(each.key for each in said), Counter(each.key for each in wanted)
    both = left & right
    only_said, only_wanted = _rest(said, both), _rest(wanted, both)
    return all(_take(each, only_wanted) for each in only_said)


def _rest(held: Sequence[Quantity], shared: Counter[tuple[str, Fraction | str]]) -> list[Quantity]:
    left = Counter(shared)
    rest = []
    for each in held:
        if left[each.key] > 0:
            left[each.key] -= 1
        else:
            rest.append(each)
    return rest


def _take(quantity: Quantity, others: list[Quantity]) -> bool:
    """Take the first of the others away that has the same number where one side names no unit."""
    for other in others:
        if other.value == quantity.value and "" in {other.kind, quantity.kind} and PERCENT not in {other.kind, quantity.kind}:
            others.remove(other)
            return True
    return False


def _numeric_match(prediction: Prediction) -> float | None:
    wanted = [found for found in map(quantities, prediction.references) if found]
    if not wanted:
        return None
    return float(any(same_numbers(quantities(prediction.text), each) for each in wanted))


NUMERIC_MATCH = Metric(
    name="numeric_match",
    title="Numeric match",
    meaning="The share of answers that hold all numbers of a reference and no others, among those whose references hold a number.",
    version=VERSION,
    aggregation=RATE,
    # 1,000 = 1000 and 3.50 = 3.5, and the unit is the same in another spelling.
    example=Worked("Take three doses of 3.50 milligrams, 1000 at most.", ("3 doses of 3.5 mg; no more than 1,000.",), 1.0),
    signature=lambda predictions: signed(VERSION, READING, "overlap:multiset", "units:apart-if-both", "percent:apart", "refs:any-with-numbers"),
    statistics=each_scored(_numeric_match),
    combine=mean,
    rate=True,
    perfect=1.0,
)
