"""What sending an item to the training data means for the test, and what may therefore not be decided together.

A test question that is trained on measures nothing any more, and neither do the others of its group: groups are
what a split never parts. So the unit that leaves the test set is the group, and a group that is asked at every
examination (the regression set) can never be trained on.
"""

from __future__ import annotations

from collections.abc import Iterable

from evalsuite.viewer.items import Collection, Item
from evalsuite.viewer.journal import Journal

EXCLUDES = {"training": "regression", "regression": "training"}


def sent_to(action: str, collection: Collection, journal: Journal) -> list[Item]:
    """The items that were sent there, in the order in which they were asked."""
    return [item for item in collection.items if action in journal.of(item.id).marks]


def groups_of(items: Iterable[Item]) -> frozenset[str]:
    """Their groups."""
    return frozenset(item.asked.group for item in items)


def hindrance(action: str, item: Item, collection: Collection, journal: Journal) -> str | None:
    """Why an item cannot be sent there; None where it can, or is only taken back."""
    if action in journal.of(item.id).marks:
        return None
    if action == "training" and collection.limit is not None:
        return f"only {collection.limit} of the examples were asked here: no group could leave the test set whole"
    opposite = EXCLUDES.get(action)
    for marked in sent_to(opposite, collection, journal) if opposite else ():
        if marked.asked.group == item.asked.group:
            which = "it" if marked.id == item.id else f"{marked.id} of the same group"
            return f"{which} is in the {opposite} {'set' if opposite == 'regression' else 'data'}: what is trained on cannot be tested"
    return None


def what_leaves(collection: Collection, journal: Journal) -> str:
    """What the training data takes from the test set, in words; empty where it takes nothing."""
    groups = groups_of(sent_to("training", collection, journal))
    if not groups:
        return ""
    leaving = sum(collection.group_sizes[group] for group in groups)
    these = "1 group leaves" if len(groups) == 1 else f"{len(groups)} groups leave"
    return f"{these} the test set whole: {leaving} of {len(collection.items)} items"
