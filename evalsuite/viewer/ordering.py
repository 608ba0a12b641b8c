"""In which order items are shown: by a metric's score or by how far it moved from the other side's, the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.api import UserError
from evalsuite.viewer.conditions import nearest
from evalsuite.viewer.items import Collection, Item

CHANGE = "change:"
"""How the order by difference is written: `change:f1`."""
ASKED = "asked"
"""The order in which the questions were asked."""


@dataclass(frozen=True)
class Order:
    """One order.

    Attributes:
        metric: By which; None for the order in which the questions were asked.
        by_change: By the difference to the other side, in place of the score.
        best_first: The other way round.
    """

    metric: str | None
    by_change: bool = False
    best_first: bool = False

    @property
    def text(self) -> str:
        """As it is written on the command line."""
        return ASKED if self.metric is None else f"{CHANGE if self.by_change else ''}{self.metric}"


def parse_order(text: str | None, collection: Collection) -> Order:
    """The order that a user names; without a name, by the metric that best and worst are by.

    Raises:
        UserError: There is no such metric, or no other side that a score could have moved from.
    """
    if text is None:
        return Order(collection.ranked_by)
    if text == ASKED:
        return Order(None)
    name = text.removeprefix(CHANGE)
    if name not in collection.cards:
        raise UserError(f"{collection.run} was not measured by {name!r}", nearest(name, tuple(collection.cards)))
    if text.startswith(CHANGE) and collection.other is None:
        raise UserError(f"cannot sort by {text}: there is no other side", "Name one with --against.")
    return Order(name, text.startswith(CHANGE))


def known_orders(collection: Collection) -> list[Order]:
    """All orders there are."""
    orders = [Order(name) for name in collection.cards]
    if collection.other:
        orders += [Order(name, by_change=True) for name in collection.cards]
    return [*orders, Order(None)]


def in_order(items: Iterable[Item], order: Order, collection: Collection) -> list[Item]:
    """The items, the worst first; what has no score stands last, whichever way round; among equals the first asked."""
    metric = order.metric
    if metric is None:
        return list(reversed(list(items))) if order.best_first else list(items)
    upwards = collection.cards[metric].direction != "lower"
    sign = 1 if upwards != order.best_first else -1

    def key(item: Item) -> tuple[bool, float]:
        value = item.gap(metric) if order.by_change else item.scores.get(metric)
        return value is None, 0.0 if value is None else sign * value

    return sorted(items, key=key)
