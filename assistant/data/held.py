"""Findings that wait until it is known what became of their rows: one that is left out later takes with it all that is wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from assistant.data.checking.finding import Finding
from assistant.data.example import Place
from assistant.data.problems import whole_characters


class HeldFindings:
    """Findings by the rows they are of, in a scratch database.

    Args:
        database: Where they are: the table `held`.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("""CREATE TABLE held (row INTEGER NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL, fix TEXT NOT NULL,
            is_fixed INTEGER NOT NULL, file TEXT, line INTEGER, id TEXT NOT NULL, detail TEXT NOT NULL)""")
        database.execute("CREATE INDEX held_rows ON held (row)")

    def add(self, row: int, finding: Finding) -> None:
        """Hold one."""
        place = (finding.place.file, finding.place.line) if finding.place else (None, None)
        values = (row, finding.rule, finding.severity, finding.fix, finding.is_fixed, *place, finding.id, whole_characters(finding.detail))
        self._database.execute("INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def drop(self, row: int) -> None:
        """The row is left out, which mends all that is wrong with it."""
        self._database.execute("UPDATE held SET is_fixed = 1, fix = 'drop' WHERE row = ?", (row,))

    def each(self) -> Iterator[tuple[int, Finding]]:
        """All of them by row, those of one row in the order in which they were found."""
        for row, rule, severity, fix, is_fixed, file, line, name, detail in self._database.execute("SELECT * FROM held ORDER BY row, rowid"):
            yield row, Finding(rule, severity, fix, bool(is_fixed), Place(file, line) if file is not None else None, name, detail)
