"""How the figures of the privacy probes are declared: their statistics are made by the probe, not from predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from evalsuite.metrics.metric import Direction, Metric, Worked, mean
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array


def declare(
    name: str,
    title: str,
    meaning: str,
    *,
    signature: str,
    unit: str = "",
    low: float = 0.0,
    high: float | None = 1.0,
    direction: Direction = "lower",
    rate: bool = False,
    combine: Callable[[Array], Array] = mean,
    per_item: Callable[[Array], Array] | None = None,
) -> Metric:
    """A figure whose statistics, `(rows, k)`, a probe's judge makes; by `mean` they are (sum of scores, number of scores)."""

    def statistics(predictions: Sequence[Prediction]) -> Array:
        raise TypeError(f"{name} is made by its probe, from more than predictions")

    return Metric(
        name=name,
        title=title,
        unit=unit,
        low=low,
        high=high,
        direction=direction,
        meaning=meaning,
        # Nothing is answered, so that nothing is given away.
        example=Worked("", ("",), 0.0),
        signature=lambda predictions: signature,
        statistics=statistics,
        combine=combine,
        per_item=per_item,
        rate=rate,
    )


def place_by_hash(name: str, seed: int) -> bytes:
    """Where something stands in an order that has nothing to do with what it says, and that stays as others come and go."""
    return sha256(f"{seed}|{name}".encode()).digest()


def rows_of(statistics: Sequence[Sequence[float]], width: int = 2) -> Array:
    """Statistics of rows, `(rows, width)`, also where there are none."""
    import numpy as np

    return np.asarray(statistics, dtype=np.float64).reshape(-1, width)
