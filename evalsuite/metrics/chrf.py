"""chrF2 (Popović 2015) by sacreBLEU: corpus level, character n-grams of orders 1 to 6, 0 to 100."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from evalsuite.metrics import sacre
from evalsuite.metrics.metric import CORPUS, Metric, Worked, signed
from evalsuite.metrics.ngrams import matches
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array
    from evalsuite.metrics.ngrams import Integers

ORDERS = 6
VERSION = 1
BETA_SQUARED = 4
"""Recall weighs twice as much as precision."""


@cache
def _library() -> Any:
    from sacrebleu.metrics.chrf import CHRF as SACRE_CHRF

    return SACRE_CHRF()


def _statistics(predictions: Sequence[Prediction]) -> Array:
    """N-grams of the answer, of its best reference, and of both, for orders 1 to 6: `(answers, 18)`.

    The best reference is the first with the highest score of its own, which sacreBLEU computes; only n-grams
    are counted by a faster way to the same numbers.
    """
    import numpy as np

    pairs = [(prediction.text, reference) for prediction in predictions for reference in prediction.references]
    characters = {text: _characters(text) for text in {text for pair in pairs for text in pair}}
    answers, references = ([characters[pair[side]] for pair in pairs] for side in (0, 1))
    said, wanted = (np.maximum(np.asarray([len(text) for text in side])[:, None] - np.arange(ORDERS), 0) for side in (answers, references))
    # sacreBLEU leaves out an order of which the reference has no n-gram.
    counted = np.where(wanted > 0, said, 0)
    shared = matches(answers, [[reference] for reference in references], ORDERS)
    rows = np.stack([counted, wanted, shared], axis=2).reshape(len(pairs), 3 * ORDERS)
    best = []
    start = 0
    for prediction in predictions:
        mine = rows[start : start + len(prediction.references)]
        start += len(mine)
        best.append(mine[0] if len(mine) == 1 else max(mine, key=lambda row: _library()._compute_f_score(row.tolist())))
    return np.asarray(best, dtype=np.float64)


def _characters(text: str) -> Integers:
    """A text as sacreBLEU reads it: its characters without white space, as their code points."""
    import numpy as np

    return np.frombuffer("".join(text.split()).encode("utf-32-le"), dtype="<u4").astype(np.int64)


def _total(sums: Array) -> float:
    return float(_library()._compute_score_from_stats([int(count) for count in sums]).score)


def combine(sums: Array) -> Array:
    """SacreBLEU's `_compute_f_score`, for many sums at once: `(..., 18)` to `(...)`."""
    import numpy as np

    said, wanted, matched = sums[..., 0::3], sums[..., 1::3], sums[..., 2::3]
    exists = (said > 0) & (wanted > 0)
    orders = np.maximum(exists.sum(axis=-1), 1)
    precision = np.where(exists, matched / np.where(exists, said, 1), 0.0).sum(axis=-1) / orders
    recall = np.where(exists, matched / np.where(exists, wanted, 1), 0.0).sum(axis=-1) / orders
    denominator = BETA_SQUARED * precision + recall
    value: Array = 100 * (1 + BETA_SQUARED) * precision * recall / np.where(denominator > 0, denominator, 1)
    return value


CHRF = Metric(
    name="chrf",
    title="chrF2",
    unit="of 100",
    high=100.0,
    meaning="How many runs of one to six characters the answers share with their references.",
    # Order 1: 2/2 of the answer, 2/3 of the reference; order 2: 1/1 and 1/2. P = 1, R = 7/12, F2 = 5PR / (4P + R).
    example=Worked("ab", ("abc",), 100 * 35 / 55),
    version=VERSION,
    aggregation=CORPUS,
    signature=lambda predictions: signed(VERSION, sacre.signature(_library(), predictions)),
    statistics=_statistics,
    combine=combine,
    total=_total,
    perfect=100.0,
)
