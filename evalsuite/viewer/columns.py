"""What the columns of an exported row are called: as in the recipe whose data they are to join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.api import Home, TargetError, UserError, examples_of, find_target, load_recipe
from evalsuite.viewer.items import Collection, Item

if TYPE_CHECKING:
    from assistant.api import Message, Recipe


@dataclass(frozen=True)
class Source:
    """Where the questions of an evaluation come from.

    Attributes:
        recipe: Of what was examined; None where it is not known.
        histories: What was said before a question, by the item's id.
        note: What could not be found out; empty if nothing.
    """

    recipe: Recipe | None
    histories: Mapping[str, Sequence[Message]]
    note: str = ""


def source_of(collection: Collection, home: Home, recipe: Path | None) -> Source:
    """Find the recipe of an evaluation, and what was said before its questions.

    Args:
        collection: The evaluation.
        home: The workspace.
        recipe: The recipe that a user names; None for that of the version that was examined.

    Raises:
        UserError: The recipe that was named is none.
    """
    file = load_recipe(recipe) if recipe else None
    try:
        target = find_target(collection.label, home, file)
    except TargetError:
        note = "" if file else f"{collection.label} is not in this workspace, so the columns have their usual names; --recipe names its recipe"
        return Source(file.recipe if file else None, {}, note)
    known = file.recipe if file else target.recipe
    try:
        examples = {example.id: example for example in examples_of(target, home).items}
    except UserError as error:
        return Source(known, {}, f"what was said before a question is not known: {error.what}")
    histories = {
        item.id: found.history
        for item in collection.items
        if (found := examples.get(item.id)) and found.question == item.asked.question and found.history
    }
    return Source(known, histories)


def as_row(item: Item, answers: Sequence[str], group: str, source: Source, more: Mapping[str, Any]) -> dict[str, Any]:
    """An item as a row that `assistant data prepare` and `evalsuite run --data` read.

    Args:
        item: The item.
        answers: What would have been right.
        group: Its group.
        source: What its columns are called, and what was said before it.
        more: Columns for people, which no reader of data takes notice of.
    """
    data = source.recipe.data if source.recipe else None
    columns = data.columns if data else None
    history = list(source.histories.get(item.id, ()))
    # Turns before the question stand in the question's column, the question as the last of them.
    question: Any = [*history, {"role": "user", "content": item.asked.question}] if history else item.asked.question
    row: dict[str, Any] = {(columns.id if columns and columns.id else "id"): item.id}
    if columns and columns.messages:
        asked = [*history, {"role": "user", "content": item.asked.question}]
        row[columns.messages] = [*asked, {"role": "assistant", "content": answers[0]}]
    else:
        row[columns.question if columns and columns.question else "question"] = question
        row[columns.answer if columns and columns.answer else "answers"] = list(answers)
    if columns and columns.input:
        # What stood there is part of the question by now.
        row[columns.input] = ""
    row[data.group if data and data.group else "group"] = group
    for name, value in (*item.asked.tags.items(), *more.items()):
        row.setdefault(name, value)
    return row
