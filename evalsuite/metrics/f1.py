"""Token F1 as in SQuAD v2.0, with its precision and recall: how far the words of answer and reference overlap, as multisets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from evalsuite.metrics.metric import Metric, Worked, mean, scored, signed
from evalsuite.metrics.options import Family, Option
from evalsuite.metrics.squad import normalize
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

VERSION = 1
OPTIONS = {
    "raw": Option(False, "words are what stands between white space, as they are"),
    "squad": Option("2.0", "version 1.1 gives 0 where both sides are empty", ("2.0", "1.1")),
}


@dataclass(frozen=True)
class Overlap:
    """What two texts share, 0 to 1.

    Attributes:
        precision: The share of the answer's words that the reference holds.
        recall: The share of the reference's words that the answer holds.
        f1: Their harmonic mean.
    """

    precision: float
    recall: float
    f1: float


def overlap(said: Sequence[str], wanted: Sequence[str], both_empty: float = 1.0) -> Overlap:
    """The overlap of two sequences of words.

    A word counts as often as both sides hold it, so repeating it does not pay. If either side is empty, all
    is 0, unless both are.

    Args:
        said: Words of the answer.
        wanted: Words of the reference.
        both_empty: What all is where both are empty.
    """
    if not said or not wanted:
        value = both_empty if not said and not wanted else 0.0
        return Overlap(value, value, value)
    shared = (Counter(said) & Counter(wanted)).total()
    return Overlap(shared / len(said), shared / len(wanted), 2 * shared / (len(said) + len(wanted)))


def token_f1(answer: str, reference: str) -> float:
    """The harmonic mean of word precision and recall, 0 to 1; if either side is empty after normalization, 1 only when both are."""
    return overlap(_words(answer, False), _words(reference, False)).f1


def _words(text: str, raw: bool) -> list[str]:
    return (text if raw else normalize(text)).split()


@lru_cache(maxsize=1024)
def _nearest(answer: str, references: tuple[str, ...], raw: bool, both_empty: float) -> Overlap:
    """The overlap with the reference of the highest F1, the first of equals; asked by three metrics in a row."""
    said = _words(answer, raw)
    return max((overlap(said, _words(reference, raw), both_empty) for reference in references), key=lambda each: each.f1)


def _statistics(read: Callable[[Overlap], float], raw: bool, both_empty: float, predictions: Sequence[Prediction]) -> Array:
    return scored([read(_nearest(each.text, each.references, raw, both_empty)) for each in predictions])


def _declare(name: str, title: str, meaning: str, example: Worked, read: Callable[[Overlap], float]) -> Family:
    def make(raw: bool, squad: str) -> Metric:
        normalization = "norm:none" if raw else "norm:lower-punct-articles-space"
        measure = () if name == "f1" else (f"measure:{name}",)
        return Metric(
            name=name,
            title=title,
            meaning=meaning,
            version=VERSION,
            example=example,
            signature=lambda predictions: signed(VERSION, f"squad:{squad}", *measure, normalization, "overlap:multiset", "refs:best"),
            statistics=partial(_statistics, read, raw, 1.0 if squad == "2.0" else 0.0),
            combine=mean,
            perfect=1.0,
        )

    return Family(make(False, "2.0"), OPTIONS, make)


F1_FAMILY = _declare(
    "f1",
    "Token F1",
    "How many of its words an answer shares with its nearest reference.",
    # Shared: heart, heart. Precision 2/4, recall 2/2.
    Worked("heart heart heart rate", ("the heart, heart",), 2 / 3),
    lambda found: found.f1,
)
PRECISION_FAMILY = _declare(
    "precision",
    "Token precision",
    "How many of an answer's words its nearest reference holds: little else is said.",
    # The second reference has the higher F1 (4/7, the first has 2/5): two of four words are in it.
    Worked("drink water and rest", ("water", "rest, water!  now"), 2 / 4),
    lambda found: found.precision,
)
RECALL_FAMILY = _declare(
    "recall",
    "Token recall",
    "How many of its nearest reference's words an answer holds: little is left out.",
    Worked("drink water and rest", ("water", "rest, water!  now"), 2 / 3),
    lambda found: found.recall,
)
F1, PRECISION, RECALL = F1_FAMILY.plain, PRECISION_FAMILY.plain, RECALL_FAMILY.plain
