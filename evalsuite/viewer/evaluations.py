"""The evaluations of a workspace as a list: what was examined, when, with which verdict and which main figures.

Which there are is told by names and times alone, at once; what each says is read from its record when it is asked for, and
remembered until the record changes. Reads records without judging their schema whole, so that a list of hundreds stays quick:
who opens one reads it by `evalsuite.evaluation`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.api import Home, read_json

FIGURES = 4
"""Main figures of one evaluation at most."""
KEPT = 4_096
"""Summaries that a process remembers."""
NEVER = datetime.fromtimestamp(0, UTC)
SCHEMA = 1
"""Of the records that are understood."""


@dataclass(frozen=True)
class Found:
    """One evaluation that has a record, not read yet.

    Attributes:
        folder: Where.
        changed: When its record was written, in nanoseconds since 1970.
        size: Of its record, in bytes.
    """

    folder: Path
    changed: int
    size: int

    @property
    def run(self) -> str:
        """Its name."""
        return self.folder.name

    @property
    def date(self) -> datetime:
        """When its record was written: near to when it was asked, as long as nobody copied it."""
        return datetime.fromtimestamp(self.changed / 1e9, UTC)


@dataclass(frozen=True)
class MainFigure:
    """A figure that a reader asks for first.

    Attributes:
        title: As people read it.
        value: The value.
        text: As it is written.
    """

    title: str
    value: float
    text: str


@dataclass(frozen=True)
class Summary:
    """What an evaluation says in one line.

    Attributes:
        run: Its name.
        label: What was examined.
        kind: Of what was examined: `version`, `base`, `server`, `file`.
        date: When it was asked.
        verdict: Of its gates: `fit`, `not fit`, `none`.
        is_trial: Only some of the questions were asked.
        n: How many were asked.
        source: Where they come from.
        engine: What answered.
        gates: How many gates it has, and how many of them passed.
        figures: The main ones: what answers are ranked by, then what gates ask for.
        problem: Why nothing else of it is known; empty where it could be read.
    """

    run: str
    label: str
    kind: str = ""
    date: datetime = NEVER
    verdict: str = "none"
    is_trial: bool = False
    n: int = 0
    source: str = ""
    engine: str = ""
    gates: tuple[int, int] = (0, 0)
    figures: tuple[MainFigure, ...] = ()
    problem: str = ""


def evaluations_in(home: Home) -> list[Found]:
    """Every evaluation with a record, the newest first; those still under way and the answers of bases have none."""
    found: list[Found] = []
    try:
        with os.scandir(home.evals) as folders:
            for folder in folders:
                try:
                    facts = (Path(folder.path) / "scorecard.json").stat()
                except OSError:
                    continue
                found.append(Found(Path(folder.path), facts.st_mtime_ns, facts.st_size))
    except FileNotFoundError:
        return []
    return sorted(found, key=lambda each: (each.changed, each.run), reverse=True)


@lru_cache(maxsize=KEPT)
def summary_of(found: Found) -> Summary:
    """What an evaluation says; a record that cannot be read says why."""
    try:
        card = read_json(found.folder / "scorecard.json")
        if card.get("schema_version") != SCHEMA:
            raise ValueError("another version of this program wrote its record")
        return _summary(found, card)
    except OSError as error:
        problem = error.strerror or str(error)
    except json.JSONDecodeError as error:
        problem = f"its record is not JSON: {error}"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = str(error) if type(error) is ValueError else f"its record is not as it was written ({type(error).__name__}: {error})"
    return Summary(found.run, found.run, date=found.date, problem=problem)


def summaries_of(found: Iterable[Found]) -> list[Summary]:
    """What each says, in the same order."""
    return [summary_of(each) for each in found]


def _summary(found: Found, card: Mapping[str, Any]) -> Summary:
    target, examples, measured = card["target"], card["examples"], card["measured_on"]
    judged = [*card["gates"], *measured["gates"]]
    verdict = measured["verdict"]
    if verdict not in ("fit", "not fit", "none"):
        raise ValueError(f"its verdict is {verdict!r}")
    date = datetime.fromisoformat(measured["date"])
    return Summary(
        run=found.run,
        label=str(target["label"]),
        kind=str(target["kind"]),
        date=date if date.tzinfo else date.replace(tzinfo=UTC),
        verdict=verdict,
        is_trial=examples["limit"] is not None,
        n=int(examples["n"]),
        source=str(examples["source"]),
        engine=f"{target['engine']} {target['precision']}".strip(),
        gates=(sum(bool(each["passed"]) for each in judged), len(judged)),
        figures=tuple(_main_figures(card, [each["gate"]["metric"] for each in judged])),
    )


def _main_figures(card: Mapping[str, Any], gated: Iterable[str]) -> Iterable[MainFigure]:
    from evalsuite.record.figure import MetricCard
    from evalsuite.report.wording import number

    wanted = [name for name in dict.fromkeys([card["ranked_by"], *gated]) if name in card["figures"]]
    for name in (wanted or card["order"])[:FIGURES]:
        value = card["figures"][name]["value"]
        if value is not None:
            metric = MetricCard.model_validate(card["metrics"][name])
            yield MainFigure(metric.title, float(value), number(value, metric))


def scores_of(home: Home) -> dict[str, dict[str, float | str]]:
    """The main figures of each version by its label, and under `verdict` what its gates say, from its newest evaluation.

    One over all questions goes before a newer one over some, whose verdict is `trial`. What was asked before a version was trained
    was asked of another one of that number, which is gone.
    """
    scores: dict[str, dict[str, float | str]] = {}
    whole: set[str] = set()
    for each in sorted(map(summary_of, evaluations_in(home)), key=lambda each: each.date, reverse=True):
        if each.kind != "version" or each.problem or each.label in whole or (each.is_trial and each.label in scores) or _is_of_another(each, home):
            continue
        if not each.is_trial:
            whole.add(each.label)
        figures: dict[str, float | str] = {figure.title: figure.value for figure in each.figures}
        scores[each.label] = {**figures, "verdict": "trial" if each.is_trial else each.verdict}
    return scores


def _is_of_another(summary: Summary, home: Home) -> bool:
    """Whether the version of that label was trained after it was examined."""
    name, _, number = summary.label.partition("@")
    try:
        created = datetime.fromisoformat(read_json(home.assistants / name / number / "manifest.json")["created"])
    except (OSError, ValueError, KeyError, TypeError):
        # No version of that label is left that the figures could be mistaken for.
        return False
    return (created if created.tzinfo else created.replace(tzinfo=UTC)) > summary.date
