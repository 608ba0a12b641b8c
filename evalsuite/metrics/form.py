"""The form of answers: whether they go round in a loop, and how long they are beside their references."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from evalsuite.metrics.metric import Metric, Worked, each_scored, mean, signed
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

VERSION = 1
ORDER = 4
"""Words of the runs that are looked for again."""
_WORD = re.compile(r"\w+")


def repetition(text: str) -> float | None:
    """The share of a text's runs of four words that stand in it before; None of fewer than four words.

    Words are runs of letters and digits, in small letters.
    """
    words = _WORD.findall(text.lower())
    grams = len(words) - ORDER + 1
    if grams < 1:
        return None
    return 1 - len(set(zip(*(words[ahead:] for ahead in range(ORDER)), strict=False))) / grams


REPETITION = Metric(
    name="repetition",
    title="Repetition",
    direction="lower",
    meaning="How many of an answer's runs of four words stand in it before; near 1 where a model goes round in a loop.",
    version=VERSION,
    aggregation="mean over answers of four words or more",
    # Runs: drink water and rest, water and rest drink, and rest drink water, rest drink water and, drink water and rest.
    example=Worked("drink water and rest, drink water and rest", ("rest",), 1 / 5),
    signature=lambda predictions: signed(VERSION, f"ngrams:{ORDER}", "tok:letters-and-digits-lower"),
    statistics=each_scored(lambda prediction: repetition(prediction.text)),
    combine=mean,
)


def _lengths(predictions: Sequence[Prediction]) -> Array:
    """Logarithm of the ratio, words of the answer, words of the reference nearest in length, and 1: `(answers, 4)`."""
    import numpy as np

    rows = []
    for prediction in predictions:
        said = len(prediction.text.split())
        wanted = min((len(reference.split()) for reference in prediction.references), key=lambda length: (abs(length - said), length))
        rows.append((math.log((said + 1) / (wanted + 1)), said, wanted, 1))
    return np.asarray(rows, dtype=np.float64).reshape(-1, 4)


def _ratio(sums: Array) -> Array:
    import numpy as np

    counted = sums[..., 3]
    value: Array = np.where(counted > 0, np.exp(sums[..., 0] / np.where(counted > 0, counted, 1)), np.nan)
    return value


LENGTH_RATIO = Metric(
    name="length_ratio",
    title="Length ratio",
    unit="times",
    high=None,
    direction="unknown",
    meaning="How many times as long as its reference an answer is, in words; twice as long and half as long cancel out.",
    version=VERSION,
    aggregation="geometric mean over answers",
    # (2 + 1) / (5 + 1): one word is added on both sides, so that an empty answer has a ratio too.
    example=Worked("drink water", ("drink water and rest well",), 0.5),
    signature=lambda predictions: signed(VERSION, "tok:space", "ratio:(words+1)/(words+1)", "refs:nearest length"),
    statistics=_lengths,
    combine=_ratio,
)
