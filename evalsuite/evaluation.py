"""The folder of one evaluation: what lies where, what names it, and how one is found again.

`home.evals/RUN/` holds `run.json` (what the answers depend on), `predictions.jsonl`, `timings.jsonl`,
`scores.jsonl`, `scores.json`, `scorecard.json`, `scorecard.md`, `scorecard.html` and `junit.xml`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.api import DataError, Home, TargetError, fingerprint_of_file, fingerprint_of_value, read_json, write_json
from evalsuite.scorecard import SCHEMA_VERSION, Scorecard

SUGGESTED = 5
"""Names that are told to who names an evaluation that does not exist."""
SHORT = 10
"""Characters of the key in a run's name."""


@dataclass(frozen=True)
class Evaluation:
    """One evaluation on disk.

    Attributes:
        folder: Where it lies.
    """

    folder: Path

    @property
    def run(self) -> str:
        """Its name."""
        return self.folder.name

    @property
    def about(self) -> Path:
        """What the answers depend on."""
        return self.folder / "run.json"

    @property
    def predictions(self) -> Path:
        """Every answer; nothing in it changes from run to run."""
        return self.folder / "predictions.jsonl"

    @property
    def journal(self) -> Path:
        """Answers as they come; there only until all are there."""
        return self.folder / "journal.jsonl"

    @property
    def timings(self) -> Path:
        """Times, memory and machine: everything that changes."""
        return self.folder / "timings.jsonl"

    @property
    def command(self) -> Path:
        """What a user said to have it made."""
        return self.folder / "command.json"

    @property
    def scorecard(self) -> Path:
        """The record."""
        return self.folder / "scorecard.json"

    @property
    def html(self) -> Path:
        """The record for people."""
        return self.folder / "scorecard.html"


def evaluation_of(home: Home, label: str, inputs: dict[str, Any]) -> Evaluation:
    """The evaluation of this target with these inputs, whether it exists or not.

    Args:
        home: The workspace.
        label: `health@1`, or a base's name.
        inputs: Everything that the answers depend on.
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", label).strip("-.") or "target"
    return Evaluation(home.evals / f"{name}-{fingerprint_of_value(inputs)[:SHORT]}")


def is_answered(evaluation: Evaluation, inputs: dict[str, Any]) -> bool:
    """Whether its answers are there, whole, and were given to exactly these inputs."""
    if not (evaluation.predictions.is_file() and evaluation.timings.is_file() and evaluation.about.is_file()):
        return False
    try:
        about = read_json(evaluation.about)
    except (OSError, ValueError, RecursionError):
        return False
    key = fingerprint_of_value(inputs)
    return bool(isinstance(about, dict) and about.get("schema_version") == SCHEMA_VERSION and about.get("key") == key)


def write_about(evaluation: Evaluation, inputs: dict[str, Any]) -> None:
    """Write what the answers depend on."""
    write_json(evaluation.about, {"schema_version": SCHEMA_VERSION, "key": fingerprint_of_value(inputs), "inputs": inputs})


def seal(evaluation: Evaluation) -> None:
    """Write down what the answers and the record are, so that a change by hand is noticed. No protection against who means it."""
    files = (evaluation.predictions, evaluation.scorecard)
    write_json(evaluation.folder / "seal.json", {path.name: fingerprint_of_file(path) for path in files if path.is_file()})


def check_seal(evaluation: Evaluation, path: Path) -> None:
    """Refuse a file that was changed since its evaluation was made.

    Raises:
        DataError: It was changed.
    """
    try:
        sealed = read_json(evaluation.folder / "seal.json")
    except (OSError, ValueError):
        # It is not finished, or an older program made it.
        return
    was = sealed.get(path.name) if isinstance(sealed, dict) else None
    if was is not None and path.is_file() and was != fingerprint_of_file(path):
        raise DataError(f"{path} was changed since it was written", "Put it back, or run the same `evalsuite run` with --again to answer anew.")


def home_words(home: Home) -> list[str]:
    """What a command needs to find this workspace again; nothing where it is the one that is meant anyway."""
    return [] if home.root.absolute() == Home.default().root.absolute() else ["--home", str(home.root)]


def find_evaluation(text: str, home: Home) -> Evaluation:
    """The evaluation that a user names: by its folder, its name, or the beginning of its name.

    Raises:
        TargetError: There is none, or several begin so.
    """
    for folder in (Path(text), home.evals / text):
        # Not Path.is_file(), which raises where the text is too long for a name.
        if os.path.isfile(folder / "scorecard.json"):  # noqa: PTH113
            return Evaluation(folder.resolve())
    start = text.replace("@", "-")
    found = sorted(path.parent for path in home.evals.glob("*/scorecard.json") if path.parent.name.startswith(start))
    if len(found) == 1:
        return Evaluation(found[0])
    if found:
        raise TargetError(
            f"{text!r} is the beginning of {len(found)} evaluations: {', '.join(path.name for path in found)}", "Write more of the name."
        )
    there = sorted(path.parent.name for path in home.evals.glob("*/scorecard.json"))
    known = f"There are {', '.join(there[-SUGGESTED:])}" if there else "There is none yet"
    raise TargetError(f"there is no evaluation {text!r} in {home.evals}", f"{known}; `evalsuite run TARGET` makes one and prints its name.")


def read_scorecard(evaluation: Evaluation) -> Scorecard:
    """The record of an evaluation.

    Raises:
        DataError: It was not written by this version of the program, or was changed by hand.
    """
    try:
        card = Scorecard.model_validate(read_json(evaluation.scorecard))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise DataError(f"{evaluation.scorecard} is not a scorecard of this version: {place}: {first['msg']}", "Run the evaluation again.") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{evaluation.scorecard} is not JSON: {error}", "Run the evaluation again.") from None
    except OSError as error:
        raise DataError(f"cannot read {evaluation.scorecard}: {error.strerror}", "Check its permissions, or run the evaluation again.") from None
    check_seal(evaluation, evaluation.scorecard)
    return card


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn a file of a finished stage that is not as it was written into an error of two lines.

    Raises:
        DataError: It is broken or cannot be read.
    """
    todo = "Run the same command with --again to answer anew, or put the file back."
    try:
        yield
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise DataError(f"{path} is not as it was written ({reason[:120]})", todo) from error
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}", "Check its permissions.") from error
