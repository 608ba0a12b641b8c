"""Writes what was decided as data of this project: for people to review, to train on, or to ask at every examination.

Rows to review and rows of the regression set keep their group. Rows to train on leave the test set, and with
them all items of their group, for what is trained on can no longer be tested, nor can what a split never parts from
it. They get a new group that falls to the training split of their recipe. `assistant data prepare` joins groups that
share a question, and a joined group goes to train if any of its members does: so whatever of the group still stands
in the recipe's own files follows it out of the test, and no order of the files trains on a question that is tested.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.api import UserError, split_of_group, write_jsonl
from evalsuite.viewer.columns import Source, as_row
from evalsuite.viewer.items import Collection, Item
from evalsuite.viewer.journal import ACTIONS, Journal
from evalsuite.viewer.rules import groups_of, sent_to

if TYPE_CHECKING:
    from assistant.api import Recipe

TRIES = 1000
"""Names of a new group that are tried until one falls to the training split."""


def check_export(action: str, file: Path) -> None:
    """Refuse what can never be written, before anything is read.

    Raises:
        UserError: There is no such action, or the file is in the way or of another kind.
    """
    if action not in ACTIONS:
        raise UserError(f"nothing is exported as {action!r}", f"There are {', '.join(ACTIONS)}.")
    if file.suffix.lower() != ".jsonl":
        raise UserError(f"{file} would hold JSON lines, and its name says something else", "Give it a name that ends in .jsonl.")
    if os.path.lexists(file):
        raise UserError(f"{file} is there already", "Name another file, or remove it first.")


def export(action: str, file: Path, collection: Collection, journal: Journal, source: Source) -> int:
    """Write the items that were sent somewhere.

    Args:
        action: Where: review, training or regression.
        file: The file to write; must not exist.
        collection: The evaluation.
        journal: What was decided of it.
        source: What the columns are called.

    Returns:
        How many rows were written.

    Raises:
        UserError: Nothing was sent there, or the rows cannot be kept apart from what is tested.
    """
    check_export(action, file)
    chosen = sent_to(action, collection, journal)
    if not chosen:
        raise UserError(f"no item of {collection.run} was sent to {action}", "`evalsuite view` sends one by r, t or x.")
    if action == "training":
        rows = list(_training_rows(chosen, collection, journal, source))
    else:
        if action == "regression":
            _refuse_both(chosen, collection, journal)
        rows = [as_row(item, answers_of(item, journal), item.asked.group, source, _remarks(action, item, collection, journal)) for item in chosen]
    write_jsonl(file, rows)
    return len(rows)


def answers_of(item: Item, journal: Journal) -> tuple[str, ...]:
    """What would have been right: the references, the first of them replaced where it was corrected by hand."""
    corrected = journal.of(item.id).answer
    return item.asked.references if corrected is None else (corrected, *item.asked.references[1:])


def _training_rows(chosen: list[Item], collection: Collection, journal: Journal, source: Source) -> Iterator[dict[str, Any]]:
    """The chosen items and all others of their groups."""
    _refuse_both(sent_to("regression", collection, journal), collection, journal)
    if collection.limit is not None:
        raise UserError(
            f"{collection.run} asked only {collection.limit} of the examples: no group could leave the test set whole",
            "Run the evaluation without --limit, and decide there.",
        )
    if source.recipe is None:
        raise UserError(
            f"it is not known which recipe {collection.label} was examined with, and so not which groups are trained on",
            "Name it: --recipe RECIPE.",
        )
    names = {group: _group_to_train(group, source.recipe) for group in groups_of(chosen)}
    ids = {item.id for item in chosen}
    for item in collection.items:
        if item.asked.group in names:
            remarks = _remarks("training", item, collection, journal)
            if item.id not in ids:
                remarks["note"] += "; not chosen itself, but of a group that was"
            yield as_row(item, answers_of(item, journal), names[item.asked.group], source, remarks)


def _group_to_train(group: str, recipe: Recipe) -> str:
    """A new name for a group, by which it falls to the training split; always the same one."""
    shown = group.lstrip("\0")
    for number in range(1, TRIES + 1):
        name = f"{shown} (left the test, {number})"
        if split_of_group(name, recipe) == "train":
            return name
    raise UserError(f"the recipe {recipe.name} deals next to nothing to its training split", "Give data.split.train a larger share.")


def _refuse_both(regression: list[Item], collection: Collection, journal: Journal) -> None:
    both = groups_of(regression) & groups_of(sent_to("training", collection, journal))
    if both:
        raise UserError(
            f"the group {sorted(both)[0]!r} was sent to the training data and to the regression set",
            "What is trained on cannot be tested: take one of the two back in `evalsuite view`.",
        )


def _remarks(action: str, item: Item, collection: Collection, journal: Journal) -> dict[str, Any]:
    """Where a row comes from, for whoever reads the file."""
    notes = [f"{action}: from the evaluation {collection.run}"]
    if action == "training":
        notes.append("was a test item; its whole group must leave the test set")
    remarks: dict[str, Any] = {}
    if journal.of(item.id).answer is not None:
        notes.append("the first answer was corrected by hand")
        remarks["answer_before"] = item.asked.references[0]
    if action == "review":
        remarks |= {"answered": item.asked.text, "scores": dict(item.scores)}
    return {"note": "; ".join(notes), **remarks}
