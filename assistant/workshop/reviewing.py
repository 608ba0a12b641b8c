"""The reviewer's queue of a recipe: its rows with all that was found in them, on the review screen."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from assistant.core.errors import DataError
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.finding import Finding
from assistant.data.checking.tools import find_tools
from assistant.data.decisions import Decisions
from assistant.data.example import Example, Place
from assistant.data.flow import Flow, Observer, Passed
from assistant.data.scratch import scratch
from assistant.workshop.places import from_here
from assistant.workshop.review import DataQueue, Row


class _Rows(Observer):
    """Keeps the rows with findings, also with those that only all rows together show.

    Args:
        database: Where rows wait until it is known which have findings: the table `to_review`.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._found: defaultdict[int, list[Finding]] = defaultdict(list)
        database.execute("CREATE TABLE to_review (row INTEGER PRIMARY KEY, read TEXT NOT NULL, file TEXT, line INTEGER, before TEXT)")

    def passed(self, row: Passed) -> None:
        place = (row.read.place.file, row.read.place.line) if row.read.place else (None, None)
        before = json.dumps(row.before.to_json()) if row.before else None
        self._database.execute("INSERT INTO to_review VALUES (?, ?, ?, ?, ?)", (row.row, json.dumps(row.read.to_json()), *place, before))

    def found(self, row: int, finding: Finding) -> None:
        self._found[row].append(finding)

    def rows(self) -> Iterator[Row]:
        """Rows that there is something to decide about: of exact duplicates one stays anyhow, and what is kept together is used as it is."""
        for row, read, file, line, before in self._database.execute("SELECT * FROM to_review ORDER BY row"):
            found = self._found.get(row, [])
            is_duplicate = any(finding.rule == "duplicate" for finding in found)
            if not is_duplicate and any(finding.fix != "group" for finding in found):
                example = replace(Example.from_json(json.loads(read)), place=Place(file, line) if file is not None else None)
                yield Row(example, tuple(found), Example.from_json(json.loads(before)) if before else None)


def queue_of(file: RecipeFile) -> DataQueue:
    """The rows of a recipe that somebody should look at, the worst first.

    Raises:
        DataError: A source or the file of decisions cannot be read, or nothing was found.
    """
    with scratch() as database:
        rows = _Rows(database)
        flow = Flow(file, database, find_tools(file), rows)
        # What was decided before is the queue's to show, and can be taken back: the rows come as if nothing had been.
        flow.decisions = Decisions()
        flow.run()
        queue = DataQueue(rows.rows(), decisions_of(file))
    if not queue.items():
        raise DataError(
            f"nothing was found in the rows of {file.recipe.name}", "There is nothing to review; `assistant data check` says what was looked for."
        )
    return queue


def decisions_of(file: RecipeFile) -> Path:
    """Where the decisions of a recipe are kept."""
    return file.folder / file.recipe.data.decisions


def where_it_stands(queue: DataQueue, file: RecipeFile) -> str:
    """What is decided, what is open, and where the decisions lie."""
    states = Counter(item.state for item in queue.items())
    path = decisions_of(file)
    where = f"decisions: {from_here(str(path))}, heeded by `check` and `prepare` from here on" if path.exists() else "nothing was decided yet"
    return f"{states['accepted']} accepted, {states['rejected']} rejected, {states['open']} open; {where}"
