"""What happens to rows between where they are and the splits, in order: read, clean, decide, check, tell apart, group, deal.

One flow serves all who look at data: `prepare` keeps what comes out, `check` counts what was found, a review shows it row by row.
Whoever runs it is told of everything on the way by an `Observer`.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.core import fingerprint
from assistant.core.files import from_folder
from assistant.core.recipe_data import CleaningRule
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.finding import Finding, Fix
from assistant.data.checking.inspector import Inspector, Looked
from assistant.data.checking.tools import Tools
from assistant.data.decisions import REJECTED, Decision, read_decisions
from assistant.data.example import Example, Place
from assistant.data.held import HeldFindings
from assistant.data.problems import SHOWN, Problem, writable
from assistant.data.reading.layouts import refuse_unmet
from assistant.data.reading.read import Account, Wanted, each_example
from assistant.data.reading.source import DataFile
from assistant.data.reading.sources import sources_of
from assistant.data.splitting.keeping import read_before
from assistant.data.splitting.pool import Pool
from assistant.data.splitting.split import SPLITS
from assistant.data.tally import Tally


@dataclass(frozen=True)
class Passed:
    """One row after the checks.

    Attributes:
        row: By which `Observer.found` names it.
        example: As it left the checks; None where it is left out.
        read: As it was read: after cleaning, before people's edits and masks.
        before: As it stood in its source; None where cleaning changed nothing.
        rules: The cleaning rules that changed it.
        decision: What a person decided about it.
    """

    row: int
    example: Example | None
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
        """A row has left the checks, or was rejected in a review."""

    def found(self, row: int, finding: Finding) -> None:
        """Something was found in a row; told when all rows are dealt, in the order of the rows, since what is left out mends it."""

    def rejected(self, row: Rejected) -> None:
        """A row goes no further."""


@dataclass(frozen=True)
class _Way:
    """What is remembered of a row while the checks look at it."""

    row: int
    read: Example
    before: Example | None
    rules: tuple[CleaningRule, ...]
    decision: Decision | None
    is_accepted: bool


_HOW = {"accept": "accepted", "edit": "edited", "reject": "rejected"}
RULE_OF = {"empty question": "missing", "empty answer": "missing", "answer too short": "answer_words", "answer too long": "answer_words"}
"""What a row that could not be used is counted as; all others are `unreadable`."""
OF_THE_FLOW = ("answer_words", "unreadable", "duplicate", "near_duplicate", "same_meaning")
"""Rules of findings that are no check's."""


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
        tally: Findings by rule; counted when all rows are dealt.
        rejected: Rows, or turns of them, that go no further, by reason.
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
        self.rejected: Counter[str] = Counter()
        self._rows = 0
        self._held = HeldFindings(self.database)
        self.database.execute("CREATE TABLE came (number INTEGER PRIMARY KEY, row INTEGER NOT NULL, rules TEXT NOT NULL)")
        self._accepted: set[int] = set()
        self._left_out: set[int] = set()
        self._dropped: Counter[str] = Counter()
        self._cleaned = 0
        self.tags_met: set[str] = set()
        self.sources = sources_of(data, self.file.folder, self.account.passed_over.add)
        self.decisions = read_decisions(self.file.folder / data.decisions)
        self.decided: Counter[str] = Counter()
        self._met: set[tuple[str, str]] = set()
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
        refuse_unmet(data, self.account.mappings, self.tags_met)
        self._tell_apart()
        for number, finding in self._inspector.settle():
            self._of_many(number, finding)
        before = read_before(self.file.folder / data.split.keep) if data.split.keep else ()
        self.pool.deal(data.limit, before)
        for _, example, split in self.pool.dealt():
            if split is None:
                self._reject("beyond data.limit", example)
        for row, finding in self._held.each():
            self.tally.add(finding)
            self.observer.found(row, finding)

    def report(self) -> dict[str, Any]:
        """What became of all rows.

        `read` counts examples, and rows or turns that became none: each of them is in a split or under `rejected`. Decisions are stale
        whose row is gone or says something else now.
        """
        found, after_joining = self.pool.groups()
        stale = [decision.id for decision in self.decisions.unmet(self._met)]
        same = {kind: {**counts, "dropped": self._dropped[kind]} if counts else None for kind, counts in self._same()}
        return {
            "files": {from_folder(self.file.folder, source.name): self._described(source) for source in self.sources},
            "passed_over": self.account.passed_over.to_json(),
            "rows": self.account.rows,
            "read": self._rows,
            "rejected": dict(sorted(self.rejected.items())),
            "examples": self.pool.count(),
            "questions": self.pool.questions(),
            "problems": self.account.problems.to_json(),
            "history_shortened": self.account.shortened,
            "cleaned": {"examples": self._cleaned, "rules": dict(self.account.cleaned)},
            "findings": self.tally.to_json(),
            "not_looked_for": {**self._inspector.not_looked_for, **self._not_compared()},
            "decisions": {**{how: self.decided[how] for how in _HOW.values()}, "stale": len(stale)},
            "stale_decisions": stale[:SHOWN],
            "duplicates": {"dropped": self.pool.unique.dropped.total(), "most": dict(self.pool.unique.dropped.most_common(5)), **same},
            "ids_used_twice": {"renamed": self.pool.unique.renamed.total(), "most": dict(self.pool.unique.renamed.most_common(5))},
            "groups": {"found": found, "joined": found - after_joining, "largest": self.pool.largest_group()},
            "splits": {name: self.pool.summary(name) for name in SPLITS},
            "kept_from_before": self.pool.kept() if self.file.recipe.data.split.keep else None,
        }

    def reject(self, row: Rejected) -> None:
        """A row goes no further."""
        self.rejected[row.reason] += 1
        self.observer.rejected(row)

    def rules_of(self, number: int) -> tuple[str, ...]:
        """The cleaning rules that changed an example, by its number in the pool."""
        found = self.database.execute("SELECT rules FROM came WHERE number = ?", (number,)).fetchone()
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
        wanted = Wanted.by(data)
        for example in each_example(self.sources, wanted, self.account):
            before, rules = self._changes or (None, ())
            self._changes = None
            self.tags_met.update(example.tags)
            applied = self.decisions.apply(example)
            if applied.decision:
                self.decided[_HOW[applied.decision.decision]] += 1
                self._met.add((applied.decision.id, applied.decision.before))
            self._rows += 1
            if applied.example is None:
                self.observer.passed(Passed(self._rows, None, example, before, rules, applied.decision))
                self._reject(REJECTED, example)
                continue
            self._waiting.append(_Way(self._rows, example, before, rules, applied.decision, applied.is_exempt))
            yield applied.example

    def _pass_on(self, looked: Looked) -> None:
        """Take an example in that the checks have looked at, unless they drop it and nobody said that it is right."""
        way = self._waiting.popleft()
        example = looked.before if way.is_accepted else looked.example
        self.observer.passed(Passed(way.row, example, way.read, way.before, way.rules, way.decision))
        number = self.pool.add(example) if example else None
        # An id that another row has already is another one from here on.
        name = self.pool.name_of(number) if number else looked.before.id
        for finding in looked.findings:
            finding = replace(finding, id=name)
            self._held.add(way.row, accepted(finding) if way.is_accepted else finding)
        if example is None:
            worst = next(finding for finding in looked.findings if finding.is_fixed and finding.fix == "drop")
            self._reject(worst.rule, looked.before, worst.detail)
        elif number is None:
            self._leave_out_duplicate(way, example)
        else:
            self._inspector.meet(number, replace(example, id=name))
            self.database.execute("INSERT INTO came VALUES (?, ?, ?)", (number, way.row, " ".join(way.rules)))
            if way.is_accepted:
                self._accepted.add(number)

    def _leave_out_duplicate(self, way: _Way, example: Example) -> None:
        first = self.pool.duplicate_of(example)
        assert first
        if way.is_accepted:
            # What a person lets stay, stays, in whichever of its copies.
            self._accepted.add(self.pool.number_of(first))
        detail = f"says the same as {first}"
        self._held.add(way.row, Finding("duplicate", "warning", "drop", True, example.place, example.id, detail))
        self._held.drop(way.row)
        self._reject("duplicate", example, detail)

    def _tell_apart(self) -> None:
        """Find what is nearly the same, keep it together, and leave out what the recipe wants dropped."""
        settings = self.file.recipe.data.duplicates
        if self.tools.encode is None:
            settings = settings.model_copy(update={"meaning": "ignore"})
        # Left out at once, so that what is nearly the same as a row that stays is not compared by its meaning with one that does not.
        for same in self.pool.same(settings, self.tools.encode):
            if same.number in self._left_out:
                continue
            rule, how = ("near_duplicate", settings.near) if same.kind == "near" else ("same_meaning", settings.meaning)
            fix: Fix = "drop" if how == "drop" and same.what == "both" else "group"
            example = self.pool.example(same.number)
            what = "question and answer" if same.what == "both" else same.what
            detail = f"{what} nearly as in {self.pool.name_of(same.other)} ({same.similarity:.2f})"
            if self._of_many(same.number, Finding(rule, "note", fix, True, example.place, example.id, detail)):
                self._dropped[same.kind] += 1

    def _of_many(self, number: int, finding: Finding) -> bool:
        """A finding that only all rows together show; whether its row is left out for it."""
        (row,) = self.database.execute("SELECT row FROM came WHERE number = ?", (number,)).fetchone()
        if number in self._accepted:
            finding = accepted(finding)
        self._held.add(row, finding)
        if not (finding.is_fixed and finding.fix == "drop") or number in self._left_out:
            return False
        self._left_out.add(number)
        self.pool.leave_out(number)
        self._inspector.forget(number)
        self._held.drop(row)
        self._reject(finding.rule, self.pool.example(number), finding.detail)
        return True

    def _reject(self, reason: str, example: Example, detail: str = "") -> None:
        self.reject(Rejected(reason, example.place, detail, example.to_json(), example.id))

    def _unusable(self, problem: Problem) -> None:
        """A row that never became an example."""
        self._rows += 1
        rule = RULE_OF.get(problem.kind, "unreadable")
        place = Place(problem.file, problem.line)
        self._held.add(self._rows, Finding(rule, "error", "drop", True, place, "", f"{problem.kind}: {problem.detail}".removesuffix(": ")))
        self.reject(Rejected(problem.kind, place, problem.detail, problem.content))

    def _changed(self, before: Example, after: Example, rules: tuple[CleaningRule, ...]) -> None:
        self._changes = before, rules
        self._cleaned += 1


def accepted(finding: Finding) -> Finding:
    """A finding in a row that a person lets stay as it is: settled, unless it only tells what the row is kept together with."""
    return finding if finding.fix == "group" else replace(finding, fix="accept", is_fixed=True)
