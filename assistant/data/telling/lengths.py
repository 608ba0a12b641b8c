"""How lengths lie: quantiles and a histogram from how often each occurs."""

from __future__ import annotations

from collections import Counter

from assistant.data.telling.parts import Bin, Spread

MOST_BINS = 14
WIDTHS = tuple(step * 10**power for power in range(7) for step in (1, 2, 5))


def spread_of(counts: Counter[int]) -> Spread | None:
    """Quantiles and histogram of values.

    Args:
        counts: How often each value occurs; not below 0. There are few different lengths even in much text, so that these are bounded.

    Returns:
        None where there is nothing.
    """
    n = counts.total()
    if not n:
        return None
    values = sorted(counts)
    return Spread(
        n=n,
        low=values[0],
        median=quantile(counts, 0.5),
        p95=quantile(counts, 0.95),
        p99=quantile(counts, 0.99),
        high=values[-1],
        total=sum(value * count for value, count in counts.items()),
        bins=_bins(counts, values[0], quantile(counts, 0.99), values[-1]),
    )


def quantile(counts: Counter[int], share: float) -> int:
    """The least value that so large a share of all does not exceed (nearest rank)."""
    rank, met = max(1, -int(-share * counts.total() // 1)), 0
    for value in sorted(counts):
        met += counts[value]
        if met >= rank:
            return value
    raise ValueError("there is nothing to take a quantile of")


def _bins(counts: Counter[int], lowest: int, most: int, highest: int) -> tuple[Bin, ...]:
    """Bars of one width up to `most`; the last one takes all beyond, or one value of a million would leave the others a single bar."""
    width = next((width for width in WIDTHS if most // width - lowest // width < MOST_BINS), WIDTHS[-1])
    first, last = lowest // width, min(most // width, lowest // width + MOST_BINS - 1)
    counted: Counter[int] = Counter()
    for value, count in counts.items():
        counted[min(value // width, last)] += count
    return tuple(Bin(at * width, highest if at == last else (at + 1) * width - 1, counted[at]) for at in range(first, last + 1))
