"""`evalsuite view --plain`: the same items as text or JSON, for pipes, scripts and screen readers."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence

from assistant.api import plain, plain_json
from evalsuite.viewer.conditions import Condition
from evalsuite.viewer.items import Collection, Item
from evalsuite.viewer.journal import Decision, Journal
from evalsuite.viewer.ordering import Order, in_order
from evalsuite.viewer.wording import Part, parts_of, summary


def chosen(collection: Collection, journal: Journal, conditions: Sequence[Condition], order: Order) -> list[Item]:
    """The items that fulfil all conditions, in order."""
    kept = [item for item in collection.items if all(condition.holds(item, journal.of(item.id)) for condition in conditions)]
    return in_order(kept, order, collection)


def as_text(items: Sequence[Item], matching: int, collection: Collection, journal: Journal, conditions: Sequence[Condition], order: Order) -> str:
    """The items one after another, under a line that says what is shown.

    Args:
        items: Those that are printed.
        matching: How many fulfil the conditions.
        collection: The evaluation.
        journal: What was decided.
        conditions: What was filtered by.
        order: Their order.
    """
    width = shutil.get_terminal_size((100, 24)).columns
    against = "other" if collection.other else "reference"
    lines = [f"{collection.run}: {summary(matching, collection, conditions, order)}"]
    lines += [f"note: {plain(note)}" for note in collection.notes]
    if len(items) < matching:
        lines.append(f"the first {len(items)} are printed: --limit N prints more")
    for place, item in enumerate(items, 1):
        lines += ["", f"--- {place} of {len(items)}: {plain(item.id)}"]
        for part in parts_of(item, journal.of(item.id), collection, against):
            lines += _lines(part, width)
    return "\n".join(plain(line) for line in lines)


def as_json(items: Sequence[Item], matching: int, collection: Collection, journal: Journal, conditions: Sequence[Condition], order: Order) -> str:
    """The same for programs; a score that does not apply is null."""
    content = {
        "schema_version": 1,
        "run": collection.run,
        "other": collection.other,
        "items": len(collection.items),
        "matching": matching,
        "filter": [condition.text for condition in conditions],
        "sort": order.text,
        "notes": list(collection.notes),
        "shown": [_entry(item, journal.of(item.id)) for item in items],
    }
    return plain_json(content)


def _entry(item: Item, decision: Decision) -> dict[str, object]:
    return {
        **item.asked.to_json(),
        "scores": dict(item.scores),
        "other_prediction": item.other.text if item.other else None,
        "other_scores": dict(item.other_scores) if item.other else None,
        "leaks": list(item.leaks),
        "decisions": sorted(decision.marks),
        "corrected_answer": decision.answer,
    }


def _lines(part: Part, width: int) -> list[str]:
    text = plain("".join(piece.text for piece in part.pieces))
    lines = [f"{part.heading}:"]
    for line in text.split("\n"):
        # Scores are columns already.
        wrapped = [line] if part.heading == "scores" else textwrap.wrap(line, max(width - 2, 20), drop_whitespace=True)
        lines += [f"  {each}" for each in wrapped or [""]]
    return lines
