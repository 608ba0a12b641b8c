"""What people decided about rows: a file of its own, one decision a line, which grows and is never written anew.

A decision is about a text. When the text has changed since, it no longer applies. Stands below `assistant.workshop`, where
decisions are made, because `prepare` heeds them.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

from assistant.core import fingerprint
from assistant.core.errors import DataError
from assistant.core.files import make_folder, open_plain, readable_disk_errors
from assistant.data.example import Example

SCHEMA = 1
Verdict = Literal["accept", "edit", "reject", "open"]
"""accept: it stays as it is, whatever the checks say; edit: its texts are replaced; reject: it is left out; open: nothing is decided (any more)."""
MOST_BYTES = 2**26
"""Bytes of a file of decisions, which is held whole: some hundred thousand decisions."""
ELSEWHERE = "name another file with --set data.decisions=FILE"
"""Commands that decide have no --home."""
REJECTED = "rejected in review"
"""Why a rejected row is left out."""


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes:
        id: The example's.
        decision: What was decided.
        before: The fingerprint (`print_of`) of the texts that it is about.
        question: What is asked instead; None for the question as it is.
        answer: What is answered instead; None for the answer as it is.
        at: When, as ISO 8601 writes it, in UTC.
    """

    id: str
    decision: Verdict
    before: str
    question: str | None = None
    answer: str | None = None
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def to_json(self) -> dict[str, Any]:
        """The decision as one line of the file."""
        texts = {name: text for name, text in (("question", self.question), ("answer", self.answer)) if text is not None}
        return {"schema": SCHEMA, "id": self.id, "decision": self.decision, **texts, "at": self.at, "before": self.before}


@dataclass(frozen=True)
class Applied:
    """What became of an example.

    Attributes:
        example: As it is from here on; None if it was rejected.
        decision: What was decided about it; None for nothing that still applies.
        is_stale: Something was decided about it, but its text has changed since.
    """

    example: Example | None
    decision: Decision | None = None
    is_stale: bool = False

    @property
    def is_exempt(self) -> bool:
        """Whether a person has read it, so that no check drops it or masks anything in it."""
        return self.decision is not None and self.decision.decision == "accept"


@dataclass(frozen=True)
class Decisions:
    """All that stands in a file; of several decisions about one text the last.

    Attributes:
        latest: By the example's id and the fingerprint of its texts; what is open again is not in it.
    """

    latest: Mapping[tuple[str, str], Decision] = field(default_factory=dict)
    _ids: frozenset[str] = frozenset()

    def of(self, example: Example) -> Decision | None:
        """What was decided about an example as it is now."""
        return self.latest.get((example.id, print_of(example))) if example.id in self._ids else None

    def apply(self, example: Example) -> Applied:
        """Do to a cleaned example what was decided.

        Of several answers the first, which is trained on, is the one that is edited.
        """
        decision = self.of(example)
        if decision is None:
            return Applied(example, is_stale=example.id in self._ids)
        if decision.decision == "reject":
            return Applied(None, decision)
        return Applied(edited(example, decision), decision)

    def unmet(self, met: set[tuple[str, str]]) -> list[Decision]:
        """Decisions about nothing that was there, stale ones among them.

        Args:
            met: `(id, before)` of the decisions that were applied.
        """
        return [decision for key, decision in self.latest.items() if key not in met]


def edited(example: Example, decision: Decision) -> Example:
    """An example with the texts of a decision in place of its own."""
    question = example.question if decision.question is None else decision.question
    answers = example.answers if decision.answer is None else (decision.answer, *example.answers[1:])
    return replace(example, question=question, answers=answers)


def print_of(example: Example) -> str:
    """The fingerprint of what an example says: its history, question and answers."""
    return fingerprint.of_value([list(example.history), example.question, list(example.answers)])


def read_decisions(path: Path) -> Decisions:
    """Read a file of decisions.

    A last line that has no end is what a killed program left, and is passed over.

    Raises:
        DataError: A line is no decision.
    """
    latest: dict[tuple[str, str], Decision] = {}
    try:
        with open_plain(path) as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                raise DataError(
                    f"{path} has more than {MOST_BYTES >> 20} MiB, which no people decided", "Name the file of decisions under data.decisions."
                )
            for number, line in enumerate(file, 1):
                if decision := _read(line, path, number):
                    latest[decision.id, decision.before] = decision
    except FileNotFoundError:
        return Decisions()
    except OSError as error:
        raise DataError(
            f"the decisions in {path} cannot be read: {error.strerror}", "Name another file under data.decisions, or mend this one."
        ) from None
    decided = {key: decision for key, decision in latest.items() if decision.decision != "open"}
    return Decisions(decided, frozenset(name for name, _ in decided))


def append_decision(path: Path, decision: Decision) -> None:
    """Write one more decision, so that it survives whatever happens next; several programs may do so at once.

    Raises:
        UserError: The file cannot be written; what stood there is as it was.
    """
    line = json.dumps(decision.to_json(), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    make_folder(path.parent, ELSEWHERE)
    with _told(path), readable_disk_errors(path, ELSEWHERE), _locked(path) as file:
        end = _whole_end(file)
        try:
            file.seek(end)
            file.truncate()
            _write(file, line)
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), end)
            raise


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell also what no disk should say: whoever decided can then try again, and has lost nothing."""
    try:
        yield
    except OSError as error:
        raise DataError(f"the decision cannot be written to {path}: {error.strerror}", f"Mend that, or {ELSEWHERE}.") from error


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except IsADirectoryError:
        raise DataError(f"{path} is a folder", "Name a file under data.decisions.") from None
    # Unbuffered: what was not written must not be tried again when the file is closed.
    with os.fdopen(handle, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _write(file: BinaryIO, line: bytes) -> None:
    """Write all of a line; without a buffer one call may write less."""
    while line:
        line = line[file.write(line) :]


_WINDOW = 1 << 16


def _whole_end(file: BinaryIO) -> int:
    """Where the last whole line ends; behind it stands what a killed program left. A line that lacks nothing but its end gets it."""
    end = file.seek(0, os.SEEK_END)
    tail = b""
    place = end
    while place and b"\n" not in tail:
        place = max(0, place - _WINDOW)
        file.seek(place)
        tail = file.read(min(_WINDOW, end - place)) + tail
    rest = tail.rpartition(b"\n")[2]
    if rest and _is_json(rest):
        file.seek(end)
        file.write(b"\n")
        return end + 1
    return end - len(rest)


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _read(line: bytes, path: Path, number: int) -> Decision | None:
    if not line.strip() or (not line.endswith(b"\n") and not _is_json(line)):
        return None
    try:
        return _decision(json.loads(line.decode("utf-8", "surrogatepass")))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        why = f"it lacks {error}" if isinstance(error, KeyError) else " ".join(str(error).split())[:200]
        raise DataError(f"{path}:{number} is no decision: {why}", "Mend or delete that line.") from None


def _decision(row: Any) -> Decision:
    if not isinstance(row, dict):
        raise TypeError("it is no JSON object")
    if row["schema"] != SCHEMA:
        raise ValueError(f"its schema is {row['schema']!r}, and this program reads {SCHEMA}")
    if row["decision"] not in get_args(Verdict):
        raise ValueError(f"decision is {row['decision']!r}; it is one of {', '.join(get_args(Verdict))}")
    for name in ("id", "before", "at"):
        if not isinstance(row[name], str):
            raise TypeError(f"{name} is no text")
    for name in ("question", "answer"):
        if not isinstance(row.get(name), str | None):
            raise TypeError(f"{name} is no text")
        # What is written in its place goes to files, which cannot hold half a character.
        (row.get(name) or "").encode()
    if row["decision"] == "edit" and all(not (row.get(name) or "").strip() for name in ("question", "answer")):
        raise ValueError("it edits neither question nor answer")
    return Decision(row["id"], row["decision"], row["before"], row.get("question"), row.get("answer"), row["at"])
