"""What a reader decided of an evaluation's items: a journal that only grows, one decision a line, played back at the start.

    {"id": "q1", "action": "training", "on": true, "when": "2026-01-01T12:00:00+00:00"}
    {"id": "q1", "action": "correct", "answer": "Rest and water.", "when": ...}     null takes the correction back

Every line is on the disk before the screen shows the decision. A line that a crash or a full disk cut short has
no end, is passed over, and is taken away before the next one is written.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.api import DataError, UserError

FILE = "decisions.jsonl"
ACTIONS = ("review", "training", "regression")
"""Where an item can be sent."""
CORRECT = "correct"


@dataclass(frozen=True)
class Decision:
    """What was decided of one item.

    Attributes:
        marks: Where it is sent.
        answer: The answer that it should have had, corrected by hand; None where nobody corrected it.
    """

    marks: frozenset[str] = field(default_factory=frozenset)
    answer: str | None = None


class Journal:
    """The decisions on one evaluation.

    Args:
        folder: The evaluation's.

    Raises:
        DataError: The file is not as it was written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._decisions: dict[str, Decision] = {}
        for place, line in enumerate(_whole_lines(self.path), 1):
            try:
                self._apply(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise DataError(
                    f"{self.path}:{place} is no decision ({type(error).__name__}: {str(error)[:80]})", "Correct the line, or move the file away."
                ) from None

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """All that was decided, by the item's id."""
        return self._decisions

    def of(self, name: str) -> Decision:
        """What was decided of an item."""
        return self._decisions.get(name, Decision())

    def toggle(self, name: str, action: str) -> bool:
        """Send an item somewhere, or take it back.

        Returns:
            Whether it is sent there now.

        Raises:
            UserError: The disk refuses; nothing is decided then.
        """
        on = action not in self.of(name).marks
        self._write({"id": name, "action": action, "on": on})
        return on

    def correct(self, name: str, answer: str | None) -> None:
        """Give an item the answer that it should have had; None takes that back.

        Raises:
            UserError: The disk refuses; nothing is decided then.
        """
        self._write({"id": name, "action": CORRECT, "answer": answer})

    def _write(self, row: dict[str, Any]) -> None:
        row["when"] = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            _append(self.path, json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            raise UserError(f"cannot write {self.path}: {error.strerror}", "Nothing was decided; make room or change its permissions.") from None
        self._apply(row)

    def _apply(self, row: Mapping[str, Any]) -> None:
        name, action = row["id"], row["action"]
        if not isinstance(name, str):
            raise TypeError("the id is no text")
        before = self.of(name)
        if action == CORRECT:
            if not isinstance(row["answer"], str | None):
                raise TypeError("the answer is no text")
            after = replace(before, answer=row["answer"])
        elif action in ACTIONS:
            after = replace(before, marks=before.marks | {action} if row["on"] else before.marks - {action})
        else:
            raise ValueError(f"nobody knows the action {action!r}")
        self._decisions[name] = after


def _whole_lines(path: Path) -> list[str]:
    """The lines that have an end; the last may have been cut short."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}", "Check its permissions.") from None
    try:
        return content[: content.rfind(b"\n") + 1].decode("utf-8").split("\n")[:-1]
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text (byte {error.start})", "Move the file away.") from None


def _append(path: Path, line: str) -> None:
    """Add a line that is on the disk when this returns; two viewers of one evaluation take turns."""
    data = line.encode("utf-8")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        end = _end_of_whole_lines(handle)
        try:
            os.ftruncate(handle, end)
            if os.pwrite(handle, data, end) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, end)
            raise
    finally:
        os.close(handle)


def _end_of_whole_lines(handle: int) -> int:
    """Where the next line begins."""
    size = os.fstat(handle).st_size
    if size == 0 or os.pread(handle, 1, size - 1) == b"\n":
        return size
    return os.pread(handle, size, 0).rfind(b"\n") + 1
