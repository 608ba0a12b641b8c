"""Rows with findings as a queue that a person decides about, the worst first; what is decided goes to the file of decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.chat.rated import State
from assistant.chat.review import ReviewItem
from assistant.data.checking.finding import Finding, Severity
from assistant.data.decisions import Decision, Verdict, append_decision, edited, print_of, read_decisions
from assistant.data.example import Example

RANKS: Mapping[Severity, int] = {"error": 0, "warning": 1, "note": 2}
MARKS: Mapping[Severity, str] = {"error": "!!", "warning": "!", "note": "."}
STATES: Mapping[Verdict, State] = {"accept": "accepted", "edit": "accepted", "reject": "rejected", "open": "open"}
SHOWN_CHARACTERS = 20_000
"""Of a text that is longer, the screen shows no more; editing has all of it."""


@dataclass(frozen=True)
class Row:
    """One row of the queue.

    Attributes:
        example: After cleaning, before the checks mend anything.
        findings: What is wrong with it.
        before: As it was before cleaning; None where cleaning changed nothing.
    """

    example: Example
    findings: Sequence[Finding]
    before: Example | None = None


class DataQueue:
    """Rows with findings, the worst first: those with the most errors, then warnings, then notes; then as they came.

    What `prepare` settles does not count for that.
    Opening reads the file of decisions, so that a review goes on where it ended; each decision is on the disk before the next
    key is read.

    Args:
        rows: What there is to decide about; rows without a finding are left out.
        file: Where decisions are kept.

    Raises:
        DataError: The file holds something else.
    """

    title = "rows to review"

    def __init__(self, rows: Iterable[Row], file: Path) -> None:
        self._file = file
        self._rows = _named(sorted((row for row in rows if row.findings), key=_badness))
        kept = read_decisions(file)
        self._decided: dict[str, Decision] = {}
        for name, row in self._rows.items():
            if decision := kept.of(row.example):
                self._decided[name] = decision
        self._before: list[tuple[str, Decision | None]] = []

    def items(self) -> list[ReviewItem]:
        """All rows, the worst first."""
        return [self.item(name) for name in self._rows]

    def item(self, name: str) -> ReviewItem:
        """One row as it is now."""
        row, decision = self._rows[name], self._decided.get(name)
        now = edited(row.example, decision) if decision else row.example
        state = STATES[decision.decision] if decision else "open"
        place = str(row.example.place or "")
        return ReviewItem(name, _title(row), state, tuple(_parts(row, now)), now.answers[0], now.question, place)

    def accept(self, name: str) -> None:
        """Let it be learned from, as it is or as it was edited; checks neither drop nor mask it."""
        decision = self._decided.get(name)
        if decision is None or decision.decision not in ("accept", "edit"):
            self._decide(name, "accept")

    def reject(self, name: str) -> None:
        """Leave it out of the prepared data."""
        self._decide(name, "reject")

    def correct(self, name: str, text: str) -> None:
        """Give it another answer; empty takes that back."""
        self._edit(name, answer=text)

    def reword(self, name: str, text: str) -> None:
        """Give it another question; empty takes that back."""
        self._edit(name, question=text)

    def undo(self) -> str | None:
        """Have what was decided last as it was before."""
        if not self._before:
            return None
        name, decision = self._before[-1]
        if decision is None:
            self._keep(name, Decision(self._rows[name].example.id, "open", print_of(self._rows[name].example)))
        else:
            self._keep(name, decision)
        self._before.pop()
        return name

    def _edit(self, name: str, *, question: str | None = None, answer: str | None = None) -> None:
        """Put texts over what was edited before; a text that is empty or the row's own is no edit."""
        example, decision = self._rows[name].example, self._decided.get(name)
        asked = decision.question if question is None and decision else question
        said = decision.answer if answer is None and decision else answer
        asked = None if asked == example.question else asked or None
        said = None if said == example.answers[0] else said or None
        if asked is None and said is None:
            self._decide(name, "open")
        else:
            self._remember(name, Decision(example.id, "edit", print_of(example), asked, said))

    def _decide(self, name: str, verdict: Verdict) -> None:
        example = self._rows[name].example
        self._remember(name, Decision(example.id, verdict, print_of(example)))

    def _remember(self, name: str, decision: Decision) -> None:
        before = self._decided.get(name)
        self._keep(name, decision)
        self._before.append((name, before))

    def _keep(self, name: str, decision: Decision) -> None:
        append_decision(self._file, decision)
        if decision.decision == "open":
            self._decided.pop(name, None)
        else:
            self._decided[name] = decision


def _named(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by their ids; one that another row has as well gets a number."""
    named: dict[str, Row] = {}
    met: Counter[str] = Counter()
    for row in rows:
        name = row.example.id
        while name in named:
            met[row.example.id] += 1
            name = f"{row.example.id} ({met[row.example.id] + 1})"
        named[name] = row
    return named


def _badness(row: Row) -> tuple[int, int, int, tuple[str, ...]]:
    # What `prepare` settles anyhow can wait.
    counts = Counter(finding.severity for finding in row.findings if not finding.is_fixed)
    return -counts["error"], -counts["warning"], -counts["note"], tuple(finding.rule for finding in _worst_first(row.findings))


def _worst_first(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (RANKS[finding.severity], finding.rule))


def _title(row: Row) -> str:
    findings = _worst_first(row.findings)
    rules = ", ".join(dict.fromkeys(finding.rule for finding in findings))
    return f"{MARKS[findings[0].severity]} {rules}: {row.example.question[:200]}"


def _parts(row: Row, now: Example) -> Iterable[tuple[str, str]]:
    """What there is to read: what is wrong, the texts as they would be used, and what became of them."""
    example = row.example
    yield "what is wrong", "\n".join(map(_told, _worst_first(row.findings)))
    for message in example.history:
        yield f"before it, {message['role']}", _shown(message["content"])
    yield "question" + ("" if now.question == example.question else ", edited"), _shown(now.question)
    for number, answer in enumerate(now.answers, 1):
        changed = number == 1 and answer != example.answers[0]
        which = f" {number} of {len(now.answers)}" if len(now.answers) > 1 else ""
        yield f"answer{which}{', edited' if changed else ''}", _shown(answer)
    if now.question != example.question:
        yield "question as it was", _shown(example.question)
    if now.answers != example.answers:
        yield "answer as it was", _shown(example.answers[0])
    if row.before:
        yield from _before_cleaning(row.before, example)
    about = [f"row {example.id}", f"group {example.group}", *(f"{name} {value}" for name, value in example.tags.items())]
    yield "where it is from", "\n".join([str(example.place) if example.place else "not known", *about])


def _before_cleaning(before: Example, example: Example) -> Iterable[tuple[str, str]]:
    if before.question != example.question:
        yield "question before cleaning", _shown(before.question)
    if before.answers != example.answers:
        yield "answer before cleaning", _shown("\n\n".join(before.answers))


def _told(finding: Finding) -> str:
    mended = f"; prepare does: {finding.fix}" if finding.is_fixed else ""
    detail = f": {finding.detail}" if finding.detail else ""
    return f"{finding.severity}  {finding.rule}{detail}{mended}"


def _shown(text: str) -> str:
    if len(text) <= SHOWN_CHARACTERS:
        return text
    return f"{text[:SHOWN_CHARACTERS]}\n({len(text) - SHOWN_CHARACTERS} more characters are not shown)"
