"""What is shown of a collection, and in which order: the browser's state, apart from any widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evalsuite.viewer.conditions import Condition, offered, parse_condition, searching, with_condition
from evalsuite.viewer.items import Collection, Item
from evalsuite.viewer.journal import ACTIONS, Decision, Journal
from evalsuite.viewer.listing import chosen
from evalsuite.viewer.ordering import Order, known_orders, parse_order
from evalsuite.viewer.wording import order_in_words, summary


class Shelf:
    """The items in view.

    Args:
        collection: The evaluation.
        journal: What was decided of it.
        conditions: What is filtered by at first.
        order: The order at first.

    Attributes:
        items: Those that fulfil the conditions, in order.
    """

    def __init__(self, collection: Collection, journal: Journal, conditions: Sequence[Condition], order: Order) -> None:
        self.collection = collection
        self.journal = journal
        self.conditions = tuple(conditions)
        self.order = order
        self.items: list[Item] = []
        self._offered: list[tuple[str, int]] | None = None
        self.arrange()

    def arrange(self) -> None:
        """Filter and sort anew."""
        self.items = chosen(self.collection, self.journal, self.conditions, self.order)

    def place_of(self, item: Item | None) -> int:
        """Where an item stands; 0 where it is not shown."""
        return next((place for place, each in enumerate(self.items) if each is item), 0)

    @property
    def summary(self) -> str:
        """How many of how many, in which order, and what is filtered."""
        return summary(len(self.items), self.collection, self.conditions, self.order)

    def toggle_condition(self, text: str) -> None:
        """Take a condition in, or out if it is there.

        Raises:
            UserError: It is none.
        """
        condition = parse_condition(text, self.collection)
        if condition in self.conditions:
            self.conditions = tuple(each for each in self.conditions if each != condition)
        else:
            self.conditions = with_condition(self.conditions, condition)
        self.arrange()

    def search(self, words: str) -> None:
        """Show what holds these words; with none, whatever it holds."""
        without = tuple(each for each in self.conditions if each.subject != "text")
        self.conditions = (*without, searching(words)) if words else without
        self.arrange()

    def clear(self) -> None:
        """Show all items."""
        self.conditions = ()
        self.arrange()

    def sort_by(self, text: str) -> None:
        """Sort; by what is sorted by already, the other way round."""
        order = parse_order(text, self.collection)
        is_same = order == replace(self.order, best_first=False)
        self.order = replace(self.order, best_first=not self.order.best_first) if is_same else order
        self.arrange()

    def filter_choices(self) -> list[tuple[str, str]]:
        """The conditions of the menu, with how many items fulfil each; those that hold now are marked."""
        if self._offered is None:
            self._offered = offered(self.collection)
        decided = [(action, sum(action in decision.marks for decision in self._decisions())) for action in ACTIONS]
        decided.append(("corrected", sum(decision.answer is not None for decision in self._decisions())))
        on = {condition.text for condition in self.conditions}
        listed = [*self._offered, *decided]
        # What is filtered by and stands in no menu can be taken back there as well.
        written = [(text, None) for text in on if text not in dict(listed)]
        return [
            (text, f"[{'x' if text in on else ' '}] {text}" + ("" if count is None else f"  ({count})"))
            for text, count in [*sorted(written), *listed]
        ]

    def order_choices(self) -> tuple[list[tuple[str, str]], int]:
        """The orders of the menu, and the place of the one that is on."""
        orders = known_orders(self.collection)
        shown = [(order.text, order_in_words(order, self.collection)) for order in orders]
        return shown, next((place for place, order in enumerate(orders) if order.text == self.order.text), 0)

    def _decisions(self) -> list[Decision]:
        return [self.journal.of(name) for name in self.journal.decisions if name in self.collection.by_id]
