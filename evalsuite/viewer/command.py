"""`evalsuite view`: what the command line asks for, done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from assistant.api import Home, UserError, say
from evalsuite.viewer.columns import source_of
from evalsuite.viewer.conditions import Condition, parse_condition, with_condition
from evalsuite.viewer.export import check_export, export
from evalsuite.viewer.items import Collection
from evalsuite.viewer.journal import Journal
from evalsuite.viewer.listing import as_json, as_text, chosen
from evalsuite.viewer.opening import open_collection
from evalsuite.viewer.ordering import parse_order
from evalsuite.viewer.rules import what_leaves


@dataclass(frozen=True)
class View:
    """What is asked for.

    Attributes:
        run: The evaluation.
        against: The other side; None for the base that was asked along.
        sort: What to sort by; None for the metric that best and worst are by.
        filters: Conditions.
        plain: Print text in place of opening the browser.
        limit: Items that are printed.
        export: What to write and where; None for nothing.
        recipe: The recipe whose data an export is to join.
        as_json: Print JSON.
    """

    run: str
    against: str | None = None
    sort: str | None = None
    filters: tuple[str, ...] = ()
    plain: bool = False
    limit: int = 10
    export: tuple[str, Path] | None = None
    recipe: Path | None = None
    as_json: bool = False


def view(words: View, home: Home) -> str:
    """Browse, print or export.

    Returns:
        What is to be printed; empty after browsing.

    Raises:
        UserError: Something that is asked for does not exist, or cannot be done.
    """
    if words.export:
        check_export(*words.export)
    elif words.recipe:
        raise UserError("--recipe is for --export alone", "Leave it out, or name what to export.")
    evaluation, collection = open_collection(words.run, words.against, home)
    journal = Journal(evaluation.folder)
    if words.export:
        return _exported(words, collection, journal, home)
    order = parse_order(words.sort, collection)
    conditions: tuple[Condition, ...] = ()
    for text in words.filters:
        conditions = with_condition(conditions, parse_condition(text, collection))
    if words.plain or words.as_json:
        items = chosen(collection, journal, conditions, order)
        write = as_json if words.as_json else as_text
        return write(items[: words.limit], len(items), collection, journal, conditions, order)
    from evalsuite.viewer.app import run_view
    from evalsuite.viewer.shelf import Shelf

    run_view(Shelf(collection, journal, conditions, order))
    return ""


def _exported(words: View, collection: Collection, journal: Journal, home: Home) -> str:
    assert words.export
    action, file = words.export
    source = source_of(collection, home, words.recipe)
    rows = export(action, file, collection, journal, source)
    if source.note:
        say(f"note: {source.note}")
    if action == "training":
        say(f"note: {what_leaves(collection, journal)}; every item of these groups is in the file.")
    if strangers := [name for name in journal.decisions if name not in collection.by_id]:
        say(f"note: {len(strangers)} decisions are on items that this evaluation no longer has")
    return json.dumps({"file": str(file), "rows": rows}) if words.as_json else f"{rows} rows: {file}"
