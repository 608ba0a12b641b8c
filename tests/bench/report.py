"""What the parts of the benchmark share: goals, tables, a process that is timed, and what a figure was measured on."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assistant.core.machine import describe, package_versions

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "bench"
"""Everything that the benchmark writes; git ignores it."""


class NotMeasuredError(Exception):
    """A figure could not be had; the message says why, and stands where the figure would."""


@dataclass(frozen=True)
class Goal:
    """A figure beside what it is to reach.

    Attributes:
        what: What is measured, in words.
        figure: What came out; None if nothing did.
        at_least: The figure must not be lower.
        at_most: The figure must not be higher.
        unit: Stands behind figure and bound: `x` for a ratio, ` s`, ` ms`.
        reason: Why there is no figure.
    """

    what: str
    figure: float | None
    at_least: float | None = None
    at_most: float | None = None
    unit: str = "x"
    reason: str = ""

    @property
    def verdict(self) -> str:
        """Met or missed, in plain words."""
        if self.figure is None:
            return f"not measured: {self.reason}"
        met = self.figure >= self.at_least if self.at_least is not None else self.figure <= (self.at_most or 0.0)
        return "met" if met else "missed"

    @property
    def bound(self) -> str:
        """The goal in words."""
        if self.at_least is None and self.at_most is None:
            return "-"
        return f"at least {self.at_least:g}{self.unit}" if self.at_least is not None else f"at most {self.at_most:g}{self.unit}"


@dataclass(frozen=True)
class Table:
    """Figures under a heading.

    Attributes:
        title: Its heading.
        columns: Their names, with units.
        rows: A value for each column; None is what was not measured.
        notes: Sentences below it: what was set, what is not alike, why something is missing.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of the benchmark.

    Attributes:
        title: Its heading.
        tables: What was measured.
        goals: What was to be reached.
    """

    title: str
    tables: tuple[Table, ...] = ()
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True)
class Ran:
    """A process that has ended.

    Attributes:
        seconds: Wall time, its start included.
        peak_mib: The largest resident memory of any one process of it.
        output: What it printed, stderr included.
    """

    seconds: float
    peak_mib: float
    output: str


def run_process(command: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None) -> Ran:
    """Run a command to its end and say what it took.

    Raises:
        NotMeasuredError: It failed; with its last line and where its log is.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        started = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}, cwd=ROOT)
        # Unlike getrusage(RUSAGE_CHILDREN) this is of this process and those it waited for, and of no other.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode:
        last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
        raise NotMeasuredError(f"{Path(command[0]).name} ended with code {process.returncode}: {last} (log: {log.relative_to(ROOT)})")
    return Ran(seconds, usage.ru_maxrss / 2**10, said)


def median_and_best(values: Sequence[float], best: Any = max) -> tuple[float, float]:
    """The two figures of a repeated measurement; `best` is `min` for seconds."""
    return statistics.median(values), best(values)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times ours is theirs, by the medians."""
    return statistics.median(ours) / statistics.median(theirs)


def one_of(figures: Mapping[str, Sequence[float]], missing: Mapping[str, str], ours: str, theirs: str) -> dict[str, Any]:
    """`figure` and `reason` of a goal that is the ratio of two engines or trainers, if both could be measured."""
    for name in (ours, theirs):
        if not figures.get(name):
            return {"figure": None, "reason": missing.get(name, f"{name} was not run")}
    return {"figure": ratio(figures[ours], figures[theirs])}


def surroundings() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **describe(),
        "load_average": [round(load, 2) for load in os.getloadavg()],
        "allocator": os.environ.get("LD_PRELOAD") or "the C library's",
        **package_versions(),
        "openvino-genai": version("openvino-genai"),
    }


def markdown_of(parts: Sequence[Part]) -> str:
    """Goals and tables."""
    lines = []
    goals = [goal for part in parts for goal in part.goals]
    if goals:
        rows = tuple((goal.what, goal.bound, None if goal.figure is None else f"{goal.figure:.2f}{goal.unit}", goal.verdict) for goal in goals)
        lines += [table_lines(Table("Goals", ("figure", "goal", "measured", "verdict"), rows)), ""]
    for part in parts:
        lines += [f"## {part.title}", ""]
        for table in part.tables:
            lines += [table_lines(table), ""]
    return "\n".join(lines)


def table_lines(table: Table) -> str:
    """A table in Markdown, with its heading and notes."""
    body = [f"| {' | '.join(map(_cell, row))} |" for row in table.rows]
    notes = ["", *(f"- {note}" for note in table.notes)] if table.notes else []
    return "\n".join([f"### {table.title}", "", f"| {' | '.join(table.columns)} |", "|" + "---|" * len(table.columns), *body, *notes])


def _cell(value: Any) -> str:
    if value is None:
        return "not measured"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return str(value).replace("|", "\\|")
