"""Rows that cannot be used: what is wrong, and where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHOWN = 5
"""How many places of each kind of problem are kept to be shown; all are counted."""


DEEPEST = 100
"""Lists and objects inside each other that are kept as they are; a row with more of them is not used."""


def writable(value: Any, depth: int = 0) -> Any:
    """What stood in a row, so that a JSON file can hold it: numbers that are none, halves of characters and anything unknown as text."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return whole_characters(value)
    if depth == DEEPEST:
        return "[what stands here is nested too deeply to be kept]"
    if isinstance(value, Mapping):
        return {whole_characters(str(name)): writable(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [writable(inner, depth + 1) for inner in value]
    return whole_characters(str(value))


def is_deep(value: Any, depth: int = 0) -> bool:
    """Whether more lists and objects lie inside each other than are kept."""
    if not isinstance(value, (Mapping, list, tuple)):
        return False
    return depth == DEEPEST or any(is_deep(inner, depth + 1) for inner in (value.values() if isinstance(value, Mapping) else value))


def whole_characters(text: str) -> str:
    """A text with its half characters, which no database and no UTF-8 can hold, as JSON writes them."""
    return text.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True)
class Problem:
    """One row that is not used.

    Attributes:
        kind: Short and the same for all rows with this problem: `empty answer`.
        file: The file it stands in.
        line: Its line, counted from 1; for Parquet and JSON lists its row.
        detail: What is particular to this row.
        content: What stood there, so that it is not lost.
    """

    kind: str
    file: str
    line: int
    detail: str = ""
    content: Any = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}{': ' + self.detail if self.detail else ''}"


@dataclass
class Problems:
    """Counts of every kind of problem, with the first places of each."""

    counts: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[Problem]] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Count one problem."""
        self.counts[problem.kind] += 1
        shown = self.places.setdefault(problem.kind, [])
        if len(shown) < SHOWN:
            shown.append(problem)

    def extend(self, others: Problems) -> None:
        """Count the problems of another file as well."""
        self.counts += others.counts
        for kind, places in others.places.items():
            self.places[kind] = (self.places.get(kind, []) + places)[:SHOWN]

    @property
    def total(self) -> int:
        """How many rows are not used."""
        return self.counts.total()

    def to_json(self) -> dict[str, Any]:
        """The counts and places for a report."""
        return {kind: {"count": count, "first": [_shown(problem) for problem in self.places[kind]]} for kind, count in sorted(self.counts.items())}


def _shown(problem: Problem) -> dict[str, Any]:
    return {"kind": problem.kind, "file": problem.file, "line": problem.line, "detail": problem.detail}
