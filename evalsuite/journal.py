"""The journal of one pass over many questions: what was answered survives the process that asked.

A file of one JSON object a line, appended to as answers come. Its first line holds the key of all that the
answers depend on: a journal of another key is begun anew. A line that a kill has cut off is dropped.
Knows no engine.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from assistant.api import make_folder, readable_disk_errors

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Said:
    """One answer, or why there is none.

    Attributes:
        text: The answer; empty where there is none.
        finish_reason: Why it ended; `failed` where it never came.
        prompt_tokens: Of the rendered prompt; None if nobody counted them.
        completion_tokens: Generated; None if nobody counted them.
        seconds: From the request to the end.
        error: Why there is no answer.
    """

    text: str
    finish_reason: str
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float
    error: str | None = None


class Journal:
    """What is known of a pass so far, and the file that it is added to.

    Args:
        path: The file; its folder is made.
        key: Of all that the answers depend on.

    Raises:
        UserError: The file cannot be written.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self.said: dict[int, Said] = {}
        self.block_seconds: dict[int, float] = {}
        self.notes: dict[str, Any] = {}
        make_folder(path.parent)
        with readable_disk_errors(path):
            self._file = path.open("ab")
            self._own = _locked(self._file)
            if not self._own:
                # Another process is at the same work: each writes what it hears into a file of its own.
                self._path = path.with_name(f"{path.stem}-{os.getpid()}-{secrets.token_hex(3)}{path.suffix}")
                self._file.close()
                self._file = self._path.open("ab")
            whole = self._read(key)
            self._file.truncate(whole)
        if not whole:
            self._add({"schema_version": SCHEMA_VERSION, "key": key})
            self._sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._file.close()
        if not self._own:
            self._path.unlink(missing_ok=True)

    @property
    def seconds(self) -> float:
        """What the finished blocks took together."""
        return sum(self.block_seconds.values())

    def add(self, place: int, said: Said) -> None:
        """Keep an answer."""
        self.said[place] = said
        self._add({"place": place, **asdict(said)})

    def end_block(self, start: int, seconds: float) -> None:
        """Keep that every question of a block is answered; from here on a power cut does not lose them."""
        self.block_seconds[start] = seconds
        self._add({"block": start, "seconds": seconds})
        self._sync()

    def note(self, name: str, value: Any) -> None:
        """Keep something else that belongs to the pass, under a name."""
        self.notes[name] = value
        self._add({"note": name, "value": value})
        self._sync()

    def remove(self) -> None:
        """Delete the file: what it held stands elsewhere now."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _read(self, key: str) -> int:
        """Take up what an earlier process wrote; the length of what is whole, 0 where it is of another key."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return 0
        whole = 0
        for line in content.splitlines(keepends=True):
            row = _row(line)
            if row is None or (whole == 0 and row != {"schema_version": SCHEMA_VERSION, "key": key}):
                break
            self._take(row)
            whole += len(line)
        return whole

    def _take(self, row: Mapping[str, Any]) -> None:
        if "place" in row:
            self.said[row["place"]] = Said(**{name: value for name, value in row.items() if name != "place"})
        elif "block" in row:
            self.block_seconds[row["block"]] = row["seconds"]
        elif "note" in row:
            self.notes[row["note"]] = row["value"]

    def _add(self, row: Mapping[str, Any]) -> None:
        with readable_disk_errors(self._path):
            self._file.write(json.dumps(row, ensure_ascii=True, allow_nan=False).encode() + b"\n")
            # To the system at once: what it has been given outlives this process.
            self._file.flush()

    def _sync(self) -> None:
        with readable_disk_errors(self._path):
            os.fsync(self._file.fileno())


def _locked(file: BinaryIO) -> bool:
    """Take a file for this process alone, until it is closed; whether it could be had."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _row(line: bytes) -> dict[str, Any] | None:
    """A whole line; None where a kill, or somebody else, has spoiled it."""
    if not line.endswith(b"\n"):
        return None
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None
