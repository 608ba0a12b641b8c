"""What a training tells of itself while it goes on: one JSON object a line, beside its run folder.

Knows nothing of whoever reads it (`assistant.training.watching`), and nothing of how a training is done.
"""

from __future__ import annotations

import fcntl
import json
import time
from pathlib import Path
from typing import Any

from assistant.core.home import Home
from assistant.core.progress import say

LOG_VARIABLE = "ASSISTANT_TRAINING_LOG"
"""Names the file that the output of a training goes to, where it goes to one."""

WATCHED_FOR_S = 30.0
"""How long one look of a watcher counts."""


def events_file(home: Home, name: str) -> Path:
    """Where the events of an assistant's last training are; they stay when the run folder is removed."""
    return home.runs / f"{name}.events.jsonl"


def watched_file(home: Home, name: str) -> Path:
    """What a watcher touches."""
    return home.runs / f"{name}.watched"


def lock_file(home: Home, name: str) -> Path:
    """What a training holds locked as long as it lives, however it ends (see `assistant.training.state.alone`)."""
    return home.runs / f"{name}.lock"


def is_watched(home: Home, name: str) -> bool:
    """Whether somebody looked at the training within the last `WATCHED_FOR_S`."""
    try:
        looked = watched_file(home, name).stat().st_mtime
    except OSError:
        return False
    return abs(time.time() - looked) < WATCHED_FOR_S


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock file."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class EventLog:
    """Appends the events of one training.

    A line is on its way to the disk when `write` returns. A disk that takes none does not end the training: that it
    can no longer be watched is said once.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._start: dict[str, Any] = {}
        self._failed = False

    def start(self, **facts: Any) -> None:
        """A process begins; what the file holds of an earlier one stays until `begin`."""
        self._start = facts
        self._put(_line("start", facts), "a")

    def begin(self, resumed_at: int, **facts: Any) -> None:
        """The training begins, at its first step or later.

        Args:
            resumed_at: Steps taken before; at 0 the file begins anew.
            facts: What is known of it beforehand.
        """
        line = _line("begin", {"resumed_at": resumed_at, **facts})
        if resumed_at:
            self._put(line, "a")
        else:
            # Its first line says another time: by that a reader sees that what it has read is no more.
            self._put(_line("start", self._start) + line, "w")

    def write(self, event: str, **facts: Any) -> None:
        """Any other event."""
        self._put(_line(event, facts), "a")

    def _put(self, text: str, mode: str) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open(mode, encoding="ascii") as file:
                file.write(text)
        except OSError as error:
            if not self._failed:
                say(f"the training goes on, and cannot be watched: {self._path}: {error.strerror}")
            self._failed = True


def _line(event: str, facts: dict[str, Any]) -> str:
    # ASCII: half a character in somebody's data must not end a training.
    return json.dumps({"event": event, "time": round(time.time(), 3), **facts}) + "\n"
