"""How an item is written, alike on the screen and in plain text: its parts in order, each with a heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evalsuite.report.wording import arrow, number, signed
from evalsuite.viewer.conditions import Condition
from evalsuite.viewer.difference import compare_words, marked
from evalsuite.viewer.items import Collection, Item
from evalsuite.viewer.journal import Decision
from evalsuite.viewer.ordering import ASKED, Order

DASH = "\N{EN DASH}"
"""Stands where a metric does not apply, or the other side has no score."""
MARKS = {"review": "R", "training": "T", "regression": "X"}
CORRECTED = "E"
MINE = ("{+", "+}")
"""Around what the answer alone has."""
THEIRS = ("[-", "-]")
"""Around what the text that it is compared with alone has."""


@dataclass(frozen=True)
class Piece:
    """A piece of text.

    Attributes:
        text: The text.
        kind: What it is: plain, mine (of the answer alone), theirs (of the other text alone), better, worse, quiet or warning.
    """

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Part:
    """One part of an item.

    Attributes:
        heading: What it is.
        pieces: What it says.
    """

    heading: str
    pieces: tuple[Piece, ...]


def parts_of(item: Item, decision: Decision, collection: Collection, against: str) -> list[Part]:
    """An item from its question to its tags.

    Args:
        item: The item.
        decision: What was decided of it.
        collection: The evaluation it is of.
        against: What the answer is compared with, word by word: `other`, `reference` or nothing.
    """
    right = (decision.answer, *item.asked.references[1:]) if decision.answer is not None else item.asked.references
    references = [[Piece(text)] for text in right]
    answer, other = [Piece(item.asked.text)], [Piece(item.other.text if item.other else "")]
    if against == "other" and item.other:
        answer, other = _compared(item.asked.text, item.other.text)
    elif against == "reference":
        answer, references[0] = _compared(item.asked.text, right[0])
    parts = [Part("question", (Piece(item.asked.question or "(not known)"),))]
    for place, pieces in enumerate(references, 1):
        heading = "reference" if len(references) == 1 else f"reference {place}"
        parts.append(Part(f"{heading}, corrected by hand" if place == 1 and decision.answer is not None else heading, tuple(pieces)))
    if decision.answer is not None:
        parts.append(Part("reference before", (Piece(item.asked.references[0], "quiet"),)))
    parts.append(Part(f"answer: {collection.label}", tuple(answer)))
    if item.other:
        same = " (the same)" if not item.changed else ""
        parts.append(Part(f"other side: {collection.other}{same}", tuple(other)))
    elif collection.other:
        parts.append(Part(f"other side: {collection.other}", (Piece("was not asked this", "quiet"),)))
    return [*parts, Part("scores", tuple(_scores(item, collection))), Part("about it", tuple(_facts(item, decision)))]


def _compared(mine: str, other: str) -> tuple[list[Piece], list[Piece]]:
    found = compare_words(mine, other)
    if found is None:
        return [Piece(mine), Piece("\n(too long to compare word by word)", "quiet")], [Piece(other)]
    here, there = found
    return (
        [Piece(text, "mine" if alone else "plain") for text, alone in marked(here, *MINE)],
        [Piece(text, "theirs" if alone else "plain") for text, alone in marked(there, *THEIRS)],
    )


def _scores(item: Item, collection: Collection) -> list[Piece]:
    """A line a metric: the score, the other side's, the difference with a word for whether it is better."""
    from rich.cells import cell_len, set_cell_size

    titles = {name: f"{card.title} {arrow(card)}".rstrip() for name, card in collection.cards.items()}
    width = min(max((cell_len(title) for title in titles.values()), default=0), 24)
    pieces = [Piece(f"{'':{width}}    answer{'     other    change' if item.other else ''}", "quiet")]
    for name, card in collection.cards.items():
        pieces.append(Piece(f"\n{set_cell_size(titles[name], width)}  {score(item.scores.get(name), name, collection):>8}"))
        if item.other:
            gap = item.gap(name)
            tone = _tone(gap, card.direction)
            pieces.append(Piece(f"  {score(item.other_scores.get(name), name, collection):>8}  ", "quiet"))
            pieces.append(Piece(f"{moved(gap, name, collection):>8}{'' if tone == 'plain' else f' {tone}'}", tone))
    return pieces


def _tone(gap: float | None, direction: str) -> str:
    if not gap or direction == "unknown":
        return "plain"
    return "better" if (gap > 0) == (direction == "higher") else "worse"


def _facts(item: Item, decision: Decision) -> list[Piece]:
    lines = [f"id: {item.id}", f"finish reason: {item.asked.finish_reason or 'unknown'}"]
    if item.asked.completion_tokens is not None:
        lines[-1] += f", {item.asked.completion_tokens} tokens"
    lines.append("group: " + item.asked.group.lstrip("\0"))
    lines += [f"{tag}: {value}" for tag, value in item.asked.tags.items()]
    pieces = [Piece("\n".join(lines))]
    if item.leaks:
        pieces.append(Piece(f"\nleaked: {', '.join(item.leaks)}", "warning"))
    if sent := [action for action in MARKS if action in decision.marks]:
        pieces.append(Piece(f"\nsent to: {', '.join(sent)}", "warning"))
    return pieces


def score(value: float | None, name: str, collection: Collection) -> str:
    """A score, or a dash where the metric does not apply."""
    return DASH if value is None else number(value, collection.cards[name])


def moved(gap: float | None, name: str, collection: Collection) -> str:
    """A difference with its sign, or a dash."""
    return DASH if gap is None else signed(gap, collection.cards[name])


def marks_of(decision: Decision) -> str:
    """Where an item is sent and whether it was corrected: one letter each at a place of its own."""
    letters = [letter if action in decision.marks else " " for action, letter in MARKS.items()]
    return "".join(letters) + (CORRECTED if decision.answer is not None else " ")


def order_in_words(order: Order, collection: Collection) -> str:
    """`worst Token F1 first`."""
    if order.metric is None:
        return "as asked, backwards" if order.best_first else f"as {ASKED}"
    card = collection.cards[order.metric]
    ends = ("lowest", "highest") if card.direction == "unknown" else ("worst", "best")
    end = ends[order.best_first]
    return f"{end} change of {card.title} first" if order.by_change else f"{end} {card.title} first"


def summary(shown: int, collection: Collection, conditions: Sequence[Condition], order: Order) -> str:
    """How many of how many are shown, in which order, and what is filtered."""
    text = f"{shown} of {len(collection.items)} items, {order_in_words(order, collection)}"
    return f"{text}; filter: {', '.join(condition.text for condition in conditions)}" if conditions else text
