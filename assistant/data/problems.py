"""Rows that cannot be used: what is wrong, and where."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHOWN = 5
"""How many places of each kind of problem are kept to be shown; all are counted."""
DEEP = 50
"""Levels of a row that are written as they are; what is nested deeper is written as a text."""


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


def sayable(value: Any, depth: int = 0) -> Any:
    """What a row holds as JSON can say it: a row that is left out may hold anything, and must not be lost for that."""
    if depth == DEEP and isinstance(value, (Mapping, list, tuple)):
        return json.dumps(value, default=str, skipkeys=True)
    if isinstance(value, Mapping):
        return {str(key): sayable(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [sayable(inner, depth + 1) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)
