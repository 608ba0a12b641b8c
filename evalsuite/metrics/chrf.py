"""chrF2 (Popović 2015) by sacreBLEU: corpus level, character n-grams of orders 1 to 6, 0 to 100."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from evalsuite.metrics import sacre
from evalsuite.metrics.metric import Metric, Worked
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

BETA_SQUARED = 4
"""Recall weighs twice as much as precision."""


@cache
def _library() -> Any:
    from sacrebleu.metrics.chrf import CHRF as SACRE_CHRF

    return SACRE_CHRF()


def _statistics(predictions: Sequence[Prediction]) -> Array:
    """N-grams of the answer, of its best reference, and of both, for orders 1 to 6: `(answers, 18)`."""
    return sacre.extract(_library(), predictions)


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
    signature=lambda predictions: sacre.signature(_library(), predictions),
    statistics=_statistics,
    combine=combine,
    total=_total,
)
