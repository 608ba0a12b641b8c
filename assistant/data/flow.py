"""What happens to rows between where they are and the splits, in order: read, clean, decide, check, tell apart, group, deal.

One flow serves all who look at data: `prepare` keeps what comes out, `check` counts what was found, a review shows it row by row.
Whoever runs it is told of everything on the way by an `Observer`.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.core import fingerprint
from assistant.core.errors import DataError
from assistant.core.recipe_data import CleaningRule
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.finding import Finding, Fix
from assistant.data.checking.inspector import Inspector, Looked
from assistant.data.checking.tools import Tools
from assistant.data.decisions import REJECTED, Decision, read_decisions
from assistant.data.example import Example, Place
from assistant.data.problems import Problem, writable
from assistant.data.reading.read import Account, Wanted, each_example
from assistant.data.reading.source import DataFile
from assistant.data.reading.sources import sources_of
from assistant.data.splitting.keeping import read_before
from assistant.data.splitting.leakage.between import SplitLeakage, leakage_between
from assistant.data.splitting.pool import Pool
from assistant.data.splitting.split import SPLITS
from assistant.data.tally import Tally


@dataclass(frozen=True)
class Passed:
    """One row after the checks.

    Attributes:
        example: As a model would learn it; None where it is left out.
        findings: What is wrong with it.
        read: As it was read: after cleaning, before people's edits and masks.
        before: As it stood in its source; None where cleaning changed nothing.
        rules: The cleaning rules that changed it.
        decision: What a person decided about it.
    """

    example: Example | None
    findings: tuple[Finding, ...]
    read: Example
    before: Example | None = None
    rules: tuple[CleaningRule, ...] = ()
    decision: Decision | None = None


@dataclass(frozen=True)
class Rejected:
    """A row that no model learns from.

    Attributes:
        reason: Short and the same for all rows like it.
        place: Where it is.
        detail: What is particular to it.
        content: The row, as far as it could be read.
        id: The example's, where it had become one.
    """

    reason: str
    place: Place | None
    detail: str
    content: Any
    id: str = ""

    def to_json(self) -> dict[str, Any]:
        """The row of rejected.jsonl."""
        place: Mapping[str, Any] = self.place.to_json() if self.place else {"file": None, "line": None}
        return {"reason": self.reason, "detail": self.detail, **place, "id": self.id, "row": writable(self.content)}


class Observer:
    """Told of what happens; every method may be left as it is, which does nothing."""

    def passed(self, row: Passed) -> None:
        """A row has left the checks."""

    def found(self, finding: Finding) -> None:
        """Something was found, in a row or in many."""

    def rejected(self, row: Rejected) -> None:
        """A row goes no further."""


@dataclass(frozen=True)
class _Way:
    """What is remembered of a row while the checks look at it."""

    read: Example
    before: Example | None
    rules: tuple[CleaningRule, ...]
    decision: Decision | None
    is_accepted: bool


_HOW = {"accept": "accepted", "edit": "edited", "reject": "rejected"}
RULE_OF = {"empty question": "missing", "empty answer": "missing", "answer too short": "answer_words", "answer too long": "answer_words"}
"""What a row that could not be used is counted as; all others are `unreadable`."""


@dataclass
class Flow:
    """One run over all rows.

    Args:
        file: The recipe.
        database: Where what must be remembered is: a scratch database.
        tools: What models bring to the checks.
        observer: Told of everything.

    Attributes:
        pool: The examples, from when they are read until they are dealt.
        account: What became of the rows of each source.
        tally: Findings by rule.
        tags_met: The tags that any example has.
        sources: Where the rows are from.
    """

    file: RecipeFile
    database: sqlite3.Connection
    tools: Tools
    observer: Observer = field(default_factory=Observer)

    def __post_init__(self) -> None:
        data = self.file.recipe.data
        self.pool = Pool(self.database, data.split)
        self.account = Account(changed=self._changed, unusable=self._unusable)
        self.tally = Tally()
        self.database.execute("CREATE TABLE mended (number INTEGER PRIMARY KEY, rules TEXT NOT NULL)")
        self._accepted: set[int] = set()
        self._left_out: set[int] = set()
        self._dropped: Counter[str] = Counter()
        self._cleaned = 0
        self.tags_met: set[str] = set()
        self.sources = sources_of(data, self.file.folder, self.account.passed_over.add)
        self.decisions = read_decisions(self.file.folder / data.decisions)
        self.decided: Counter[str] = Counter()
        self._inspector = Inspector(data.check, self.tools, self.database)
        self._changes: tuple[Example, tuple[CleaningRule, ...]] | None = None
        self._waiting: deque[_Way] = deque()

    def run(self) -> None:
        """Do everything up to the dealing.

        Raises:
            DataError: A source cannot be read, holds nothing usable, or has not the columns that the recipe names.
        """
        data = self.file.recipe.data
        for looked in self._inspector.inspect(self._decided()):
            self._pass_on(looked)
        for tag in data.tags:
            if tag not in self.tags_met:
                raise DataError(f"no row has anything in a column `{tag}`", "Correct data.tags in the recipe: it names columns of the data.")
        self._tell_apart()
        for number, finding in self._inspector.settle():
            self._of_many(number, finding)
        before = read_before(self.file.folder / data.split.keep) if data.split.keep else ()
        self.pool.deal(data.limit, before)
        for _, example, split in self.pool.dealt():
            if split is None:
                self._reject("beyond data.limit", example)

    def report(self) -> dict[str, Any]:
        """What became of all rows, but for what depends on where files lie."""
        found, after_joining = self.pool.groups()
        same = {kind: {**counts, "dropped": self._dropped[kind]} if counts else None for kind, counts in self._same()}
        return {
            "files": {_shown(source, self.file.folder): self._described(source) for source in self.sources},
            "passed_over": self.account.passed_over.to_json(),
            "rows": self.account.rows,
            "examples": self.pool.count(),
            "problems": self.account.problems.to_json(),
            "cleaned": {"examples": self._cleaned, "rules": dict(self.account.cleaned)},
            "findings": self.tally.to_json(),
            "not_looked_for": {**self._inspector.not_looked_for, **self._not_compared()},
            "decisions": {how: self.decided[how] for how in ("accepted", "edited", "rejected", "stale")},
            "duplicates": {"dropped": self.pool.unique.dropped.total(), "most": dict(self.pool.unique.dropped.most_common(5)), **same},
            "ids_used_twice": {"renamed": self.pool.unique.renamed.total(), "most": dict(self.pool.unique.renamed.most_common(5))},
            "groups": {"found": found, "joined": found - after_joining, "largest": self.pool.largest_group()},
            "splits": {name: self.pool.summary(name) for name in SPLITS},
            "kept_from_before": self.pool.kept() if self.file.recipe.data.split.keep else None,
        }

    def leakage(self) -> SplitLeakage:
        """What of validation and test stands in train: measured, not assumed."""
        held_out = [example for name in ("validation", "test") for example in self.pool.examples(name)]
        return leakage_between(self.pool.examples("train"), held_out)

    def rules_of(self, number: int) -> tuple[str, ...]:
        """The cleaning rules that changed an example, by its number in the pool."""
        found = self.database.execute("SELECT rules FROM mended WHERE number = ?", (number,)).fetchone()
        return tuple(found[0].split()) if found else ()

    def _described(self, source: DataFile) -> dict[str, Any]:
        """How a source was understood, and which bytes it had."""
        sha256 = fingerprint.of_file(source.path) if source.path else None
        return {"sha256": sha256, "columns": self.account.layouts.get(source.name, "no rows")}

    def _not_compared(self) -> dict[str, str]:
        """Why questions were not compared by their meaning, where that was asked for."""
        wanted = self.file.recipe.data.duplicates.meaning != "ignore"
        return {"same_meaning": "the sentence encoder is not here"} if wanted and self.tools.encode is None else {}

    def _same(self) -> Iterator[tuple[str, dict[str, Any] | None]]:
        for kind in ("near", "meaning"):
            found = self.pool.found.get(kind)
            yield kind, found.to_json() if found else None

    def _decided(self) -> Iterator[Example]:
        """The examples that are read, as people decided; what was rejected in a review ends here."""
        data = self.file.recipe.data
        wanted = Wanted(data.columns, data.group, data.tags, data.answer_words, data.clean)
        for example in each_example(self.sources, wanted, self.account):
            before, rules = self._changes or (None, ())
            self._changes = None
            self.tags_met.update(example.tags)
            applied = self.decisions.apply(example)
            self.decided[_HOW[applied.decision.decision] if applied.decision else "stale" if applied.is_stale else "none"] += 1
            if applied.example is None:
                self._reject(REJECTED, example)
                continue
            self._waiting.append(_Way(example, before, rules, applied.decision, applied.is_exempt))
            yield applied.example

    def _pass_on(self, looked: Looked) -> None:
        """Take an example in that the checks have looked at, unless they drop it and nobody said that it is right."""
        way = self._waiting.popleft()
        example, findings = looked.example, looked.findings
        if way.is_accepted:
            example, findings = looked.before, tuple(replace(finding, is_fixed=False) for finding in findings)
        for finding in findings:
            self._found(finding)
        self.observer.passed(Passed(example, findings, way.read, way.before, way.rules, way.decision))
        if example is None:
            worst = next(finding for finding in findings if finding.is_fixed and finding.fix == "drop")
            self._reject(worst.rule, looked.before, worst.detail)
            return
        number = self.pool.add(example)
        if number is None:
            detail = f"says the same as {self.pool.duplicate_of(example)}"
            self._found(Finding("duplicate", "warning", "drop", True, example.place, example.id, detail))
            self._reject("duplicate", example, detail)
        else:
            self._inspector.meet(number, example)
            if way.rules:
                self.database.execute("INSERT INTO mended VALUES (?, ?)", (number, " ".join(way.rules)))
            if way.is_accepted:
                self._accepted.add(number)

    def _tell_apart(self) -> None:
        """Find what is nearly the same, keep it together, and leave out what the recipe wants dropped."""
        settings = self.file.recipe.data.duplicates
        if self.tools.encode is None:
            settings = settings.model_copy(update={"meaning": "ignore"})
        # What is told is read in full before anything is left out of it.
        for same in list(self.pool.same(settings, self.tools.encode)):
            rule, how = ("near_duplicate", settings.near) if same.kind == "near" else ("same_meaning", settings.meaning)
            fix: Fix = "drop" if how == "drop" and same.what == "both" else "group"
            is_fixed = fix == "group" or same.number not in self._accepted
            example = self.pool.example(same.number)
            detail = f"{same.what} as in {self.pool.example(same.other).id} ({same.similarity:.2f})"
            self._found(Finding(rule, "note", fix, is_fixed, example.place, example.id, detail))
            if fix == "drop" and is_fixed:
                self._dropped[same.kind] += 1
                self._leave_out(same.number, rule, detail)

    def _of_many(self, number: int, finding: Finding) -> None:
        """A finding that only all rows together show."""
        if number in self._accepted:
            finding = replace(finding, is_fixed=False)
        self._found(finding)
        if finding.is_fixed and finding.fix == "drop":
            self._leave_out(number, finding.rule, finding.detail)

    def _leave_out(self, number: int, reason: str, detail: str) -> None:
        if number not in self._left_out:
            self._left_out.add(number)
            self.pool.leave_out(number)
            self._reject(reason, self.pool.example(number), detail)

    def _found(self, finding: Finding) -> None:
        self.tally.add(finding)
        self.observer.found(finding)

    def _reject(self, reason: str, example: Example, detail: str = "") -> None:
        self.observer.rejected(Rejected(reason, example.place, detail, example.to_json(), example.id))

    def _unusable(self, problem: Problem) -> None:
        """A row that never became an example."""
        rule = RULE_OF.get(problem.kind, "unreadable")
        place = Place(problem.file, problem.line)
        self._found(Finding(rule, "error", "drop", True, place, "", f"{problem.kind}: {problem.detail}".removesuffix(": ")))
        self.observer.rejected(Rejected(problem.kind, place, problem.detail, problem.content))

    def _changed(self, before: Example, after: Example, rules: tuple[CleaningRule, ...]) -> None:
        self._changes = before, rules
        self._cleaned += 1


def _shown(source: DataFile, folder: Path) -> str:
    """A source as the recipe names it: from the recipe's folder where it is below."""
    if source.path and source.path.is_relative_to(folder):
        return source.path.relative_to(folder).as_posix()
    return source.name
