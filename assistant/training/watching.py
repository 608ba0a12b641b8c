"""Watches a training from outside, starts one and stops one; what it knows stands in the training's events and its lock.

Knows no widget, and imports nothing heavy: a screen looks through it twice a second.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.core.errors import UserError
from assistant.core.files import make_folder, readable_disk_errors
from assistant.core.home import Home
from assistant.training.events import LOG_VARIABLE, events_file, is_locked, lock_file, watched_file
from assistant.training.progressing import STARTING, Facts, State, heard, state_of

LOOK_EVERY_S = 10.0
"""Seconds between two touches of the file that says that somebody watches."""

HEAD = 120
"""Bytes at the start of the events by which a file that began anew is told from the one that was read."""

TAIL_BYTES, TAIL_LINES = 8_000, 12
"""How much of the end of a log is shown."""


class TrainingWatch:
    """One assistant's training, seen from outside; may be attached at any time, also to one that ended.

    Not for several threads at once.

    Args:
        home: The workspace.
        name: The assistant.
        process: The training, where this process started it.
    """

    def __init__(self, home: Home, name: str, process: subprocess.Popen[bytes] | None = None) -> None:
        self.name = name
        self._home = home
        self._process = process
        self._facts = Facts()
        self._head = b""
        self._offset = 0
        self._looked = 0.0

    def read(self) -> State:
        """Everything that is known now; reads what came since the last time, and lets the training know that it is watched."""
        # Before the events: what has let go of its lock has written its last one.
        alive = self._is_alive()
        if alive and time.monotonic() - self._looked > LOOK_EVERY_S:
            self._looked = time.monotonic()
            look(self._home, self.name)
        self._read_events()
        own = self._process
        if own and own.pid != self._facts.pid:
            # It has not come so far as to tell anything, or never did: what stands there is of an earlier one.
            if alive:
                return State(self.name, phase=STARTING, alive=True)
            return State(self.name, outcome="failed", error=self._silent_end(own), log_tail=self._tail(self._own_log()))
        resumable = None if alive else last_step(self._home, self.name)
        state = state_of(self.name, self._facts, alive, resumable)
        return state.with_log(self._tail(self._facts.log)) if state.outcome in ("failed", "died") else state

    def stop(self) -> None:
        """Ask for an end after the step that is under way, with a checkpoint; asked twice, it ends at once.

        Raises:
            UserError: It is not running, or is another user's.
        """
        own = self._process.pid if self._process and self._process.poll() is None else None
        pid = own or (self._facts.pid if is_locked(lock_file(self._home, self.name)) else None)
        if pid is None:
            raise UserError(f"{self.name} is not being trained", "There is nothing to stop.")
        try:
            os.kill(pid, signal.SIGINT)
        except ProcessLookupError:
            raise UserError(f"{self.name} is not being trained any more", "There is nothing to stop.") from None
        except PermissionError:
            raise UserError(f"the training of {self.name} belongs to another user", "Ask whoever started it.") from None

    def _is_alive(self) -> bool:
        if self._process and self._process.poll() is None:
            return True
        return is_locked(lock_file(self._home, self.name))

    def _read_events(self) -> None:
        try:
            with events_file(self._home, self.name).open("rb") as file:
                head = file.read(HEAD)
                if not head.startswith(self._head[:HEAD]) or not self._head:
                    self._facts, self._offset = Facts(), 0
                self._head = head
                file.seek(self._offset)
                new = file.read()
        except FileNotFoundError:
            self._facts, self._offset, self._head = Facts(), 0, b""
            return
        whole, newline, _ = new.rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        for line in whole.split(b"\n"):
            if event := _event(line):
                self._facts = heard(self._facts, event)

    def _own_log(self) -> Path:
        return log_file(self._home, self.name)

    def _silent_end(self, process: subprocess.Popen[bytes]) -> tuple[str, str]:
        """What is said of a process that ended before it told anything: its own two lines, if it had the time to print them."""
        lines = self._tail(self._own_log())
        for what, todo in zip(lines, (*lines[1:], ""), strict=True):
            if what.startswith("error: "):
                return what.removeprefix("error: "), todo
        return f"the training ended before it began, with exit code {process.returncode}", f"Its output is in {self._own_log()}."

    def _tail(self, log: Path | None) -> tuple[str, ...]:
        if log is None:
            return ()
        try:
            with log.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
                text = file.read().decode("utf-8", errors="replace")
        except OSError as error:
            return (f"its log cannot be read: {log}: {error.strerror}",)
        return tuple(text.splitlines()[-TAIL_LINES:])


def look(home: Home, name: str) -> None:
    """Let a training know that somebody watches; it answers a few questions at each validation for it."""
    path = watched_file(home, name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:
        # A workspace that may only be read can be watched; its training does not hear of it, and shows no answers.
        return


def running(home: Home) -> list[str]:
    """The assistants that are being trained right now."""
    return sorted(path.stem for path in home.runs.glob("*.lock") if is_locked(path))


def unfinished(home: Home) -> list[str]:
    """The assistants whose training was interrupted and can go on."""
    names = sorted(path.name for path in home.runs.glob("*") if path.is_dir())
    return [name for name in names if last_step(home, name) is not None and not is_locked(lock_file(home, name))]


def last_step(home: Home, name: str) -> int | None:
    """The step of the newest whole checkpoint of an unfinished training; None if there is none."""
    steps = [path.parent.name.removeprefix("checkpoint-") for path in (home.runs / name).glob("checkpoint-*/complete.json")]
    return max((int(step) for step in steps if step.isdigit()), default=None)


def log_file(home: Home, name: str) -> Path:
    """Where the output of a training goes that `start` began."""
    return home.logs / f"train-{name}.log"


def start(recipe: Path, home: Home, overrides: Sequence[str] = (), resume: bool = False, again: bool = False) -> TrainingWatch:
    """Begin a training as a process of its own, which goes on when this one ends.

    Takes a moment: the recipe is read first.

    Args:
        recipe: A recipe, or a folder that holds one.
        home: The workspace.
        overrides: `key.path=value`, over the recipe.
        resume: Go on where it was interrupted.
        again: Train also what was trained before, and forget an interrupted training.

    Raises:
        UserError: The recipe is none, the assistant is being trained already, or nothing can be written.
    """
    from assistant.core.recipe_file import load_recipe

    name = load_recipe(recipe, overrides).recipe.name
    if is_locked(lock_file(home, name)):
        raise UserError(f"{name} is being trained already", "Watch that training, or stop it first.")
    root = home.root.resolve()
    options = [part for override in overrides for part in ("--set", override)]
    options += ["--resume"] * resume + ["--again"] * again
    # -P: what lies in the folder this was started in must not stand in for a library.
    command = [sys.executable, "-P", "-m", "assistant", "train", str(recipe.resolve()), "--home", str(root), *options]
    log = log_file(Home(root), name)
    make_folder(log.parent)
    look(home, name)
    with readable_disk_errors(log), log.open("wb") as output:
        # A session of its own: neither Ctrl+C in this terminal nor its end reaches it.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, LOG_VARIABLE: str(log)},
            start_new_session=True,
        )
    return TrainingWatch(home, name, process)


def _event(line: bytes) -> dict[str, Any] | None:
    """One event; None for a line that a full disk or a killed process left half written."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None
