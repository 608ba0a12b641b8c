"""The reviewer's queue of a recipe: its rows with all that was found in them, on the review screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from assistant.core.errors import DataError
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.finding import Finding
from assistant.data.checking.tools import find_tools
from assistant.data.decisions import Decisions
from assistant.data.flow import Flow, Observer, Passed
from assistant.data.scratch import scratch
from assistant.workshop.review import DataQueue, Row


class _Rows(Observer):
    """Keeps the rows with findings, also with those that only all rows together show."""

    def __init__(self) -> None:
        self._passed: dict[str, Passed] = {}
        self._found: defaultdict[str, list[Finding]] = defaultdict(list)

    def passed(self, row: Passed) -> None:
        self._passed[row.read.id] = row

    def found(self, finding: Finding) -> None:
        if finding.id:
            self._found[finding.id].append(finding)

    def rows(self) -> Iterator[Row]:
        """Rows that there is something to decide about: of exact duplicates one stays anyhow, and what is kept together is used as it is."""
        for name, row in self._passed.items():
            found = self._found.get(name, [])
            is_duplicate = any(finding.rule == "duplicate" for finding in found)
            if not is_duplicate and any(finding.fix != "group" for finding in found):
                yield Row(row.read, tuple(found), row.before)


def queue_of(file: RecipeFile) -> DataQueue:
    """The rows of a recipe that somebody should look at, the worst first.

    Raises:
        DataError: A source or the file of decisions cannot be read, or nothing was found.
    """
    rows = _Rows()
    with scratch() as database:
        flow = Flow(file, database, find_tools(file), rows)
        # What was decided before is the queue's to show, and can be taken back: the rows come as if nothing had been.
        flow.decisions = Decisions()
        flow.run()
    queue = DataQueue(rows.rows(), decisions_of(file))
    if not queue.items():
        raise DataError(f"nothing was found in the rows of {file.path}", "There is nothing to review; `assistant data card` describes the data.")
    return queue


def decisions_of(file: RecipeFile) -> Path:
    """Where the decisions of a recipe are kept."""
    return file.folder / file.recipe.data.decisions
