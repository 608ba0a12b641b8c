"""Wilson's score interval (Wilson 1927) for a rate of independent answers.

Unlike the bootstrap it does not shrink to a point where every answer, or none, is a hit.
"""

from __future__ import annotations

import math
from statistics import NormalDist


def wilson_interval(hits: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of the rate `hits / n`.

    Raises:
        ValueError: There are no answers.
    """
    if n <= 0:
        raise ValueError("a rate needs at least one answer")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    rate = hits / n
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return max(0.0, min(rate, centre - half)), min(1.0, max(rate, centre + half))
