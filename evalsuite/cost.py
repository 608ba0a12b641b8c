"""What answering costs: the price that the recipe states, times what was measured while the whole split was answered.

By the hour it is the machine's price for the seconds that the batches took, so that it depends on how many requests were
under way; by tokens it is that of the tokens read and written. Knows recorded times and a price, and no bill.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evalsuite.record.figure import Figure, MetricCard

if TYPE_CHECKING:
    from assistant.api import Price
    from evalsuite.metrics.speed import Timings

NO_PRICE = "the recipe states no price (evaluation.price)"
NOT_TIMED = "no batches were timed"
NOT_COUNTED = "the tokens that were read and written were not counted"
THESE = "it is the cost of these very answers, measured once in a run"
MILLION = 1_000_000


@dataclass(frozen=True)
class Cost:
    """A figure of cost.

    Attributes:
        title: As people read it.
        meaning: One sentence.
    """

    title: str
    meaning: str


COST = {
    "cost_per_1000_answers": Cost("Cost of 1,000 answers", "What a thousand answers like those of the whole split cost."),
    "cost_per_million_completion_tokens": Cost(
        "Cost of a million generated tokens", "What a million generated tokens cost, with the reading of their prompts."
    ),
}
"""Every figure of cost by its name; gates may name them."""


def cost_figures(timings: Timings, price: Price | None) -> dict[str, Figure]:
    """Every figure of cost; null with the reason where there is no price, or what it is of was not measured.

    Args:
        timings: Of the batches.
        price: As the recipe states it.
    """
    spent = _spent(timings, price)
    over = {"cost_per_1000_answers": (1000, timings.requests), "cost_per_million_completion_tokens": (MILLION, timings.tokens)}
    return {name: _figure(spent, *over[name], timings.requests) for name in COST}


def cost_cards(price: Price | None) -> dict[str, MetricCard]:
    """What each figure of cost is."""
    return {
        name: MetricCard(
            title=cost.title,
            unit=price.currency if price else "",
            low=0.0,
            high=None,
            direction="lower",
            meaning=cost.meaning,
            signature=_signature(price),
        )
        for name, cost in COST.items()
    }


def _spent(timings: Timings, price: Price | None) -> float | str:
    """What all answers cost together; else why nobody knows."""
    if price is None:
        return NO_PRICE
    if not timings.requests or timings.seconds <= 0:
        return NOT_TIMED
    if price.per_hour is not None:
        return price.per_hour * timings.seconds / 3600
    if timings.prompt_tokens is None or timings.tokens is None:
        return NOT_COUNTED
    read, written = price.per_million_prompt_tokens or 0.0, price.per_million_completion_tokens or 0.0
    return (read * timings.prompt_tokens + written * timings.tokens) / MILLION


def _figure(spent: float | str, times: int, of: int | None, n: int) -> Figure:
    if isinstance(spent, str):
        return Figure(value=None, ci95=None, n=0, reason=spent)
    if not of:
        return Figure(value=None, ci95=None, n=n, reason=NOT_COUNTED if of is None else "no token was generated")
    return Figure(value=spent * times / of, ci95=None, n=n, reason=THESE)


def _signature(price: Price | None) -> str:
    if price is None:
        return NO_PRICE
    if price.per_hour is not None:
        return f"{price.per_hour:g} {price.currency} an hour, for the seconds in which the whole split was answered in batches"
    read, written = price.per_million_prompt_tokens or 0.0, price.per_million_completion_tokens or 0.0
    return f"{read:g} {price.currency} a million tokens read and {written:g} a million generated, of the whole split"
