"""A training that is under way on disk: what it is of, and its last whole checkpoint."""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from assistant.core import fingerprint
from assistant.core.errors import UserError
from assistant.core.files import make_folder, read_json, write_json
from assistant.core.recipe import Recipe

FILE = "run.json"
COMPLETE = "complete.json"
"""Written last into a checkpoint: one without it is what a killed process left, and is never resumed from."""
NOT_TRAINED = {"evaluation", "generation", "engine", "chat", "gates", "description", "notice", "license"}
"""Parts of a recipe that do not change what is learned."""

TRIES, BETWEEN_TRIES_S = 6, 0.05
"""How often the lock of a training is asked for before another process is believed to be at it."""


@dataclass(frozen=True)
class Checkpoint:
    """Where an interrupted training can go on.

    Attributes:
        folder: As Trainer writes it.
        step: Steps taken.
        points: The curve so far.
        seconds: Spent so far.
        tokens: Seen so far.
    """

    folder: Path
    step: int
    points: list[dict[str, float]]
    seconds: float
    tokens: int


def identity_of(recipe: Recipe, base: str, template: str, data: str) -> str:
    """The fingerprint of everything that decides what is learned.

    Args:
        recipe: The resolved recipe.
        base: Fingerprint of the base.
        template: Fingerprint of the prompt template.
        data: Fingerprint of the splits.
    """
    learned = recipe.model_dump(mode="json", exclude=NOT_TRAINED | {"data"})
    return fingerprint.of_value({"recipe": learned, "base": base, "template": template, "data": data})


def begin_run(folder: Path, identity: str) -> None:
    """Make room for a training; what an earlier one left is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_json(folder / FILE, {"schema": 1, "identity": identity, "resumed": 0})


def read_run(folder: Path) -> dict[str, Any] | None:
    """What an unfinished training is of; None if there is none."""
    try:
        run: dict[str, Any] = read_json(folder / FILE)
    except (OSError, ValueError):
        return None
    return run


def count_resumption(folder: Path) -> int:
    """Note that a training goes on; returns how often it has."""
    run = read_json(folder / FILE)
    run["resumed"] += 1
    write_json(folder / FILE, run)
    return int(run["resumed"])


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other process from training the same assistant meanwhile.

    Raises:
        UserError: Another process is at it.
    """
    make_folder(folder.parent)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        if not _locked(lock):
            raise UserError(f"{folder.name} is being trained by another process", "Wait until that one has ended, or stop it.")
        yield


def _locked(lock: TextIO) -> bool:
    """Take the lock; a watcher who looks whether it is free holds it for a moment, and is waited for."""
    for _ in range(TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(BETWEEN_TRIES_S)
        else:
            return True
    return False


def last_checkpoint(folder: Path, steps: int) -> Checkpoint | None:
    """The newest checkpoint that is whole and before the last of all steps; None if there is none.

    From the last step there is nothing to go on with: transformers would take one more.
    """
    whole = ((int(path.parent.name.split("-")[1]), path) for path in folder.glob(f"checkpoint-*/{COMPLETE}"))
    found = sorted((step, path) for step, path in whole if step < steps)
    if not found:
        return None
    step, marker = found[-1]
    kept = read_json(marker)
    return Checkpoint(marker.parent, step, kept["points"], kept["seconds"], kept["tokens"])
