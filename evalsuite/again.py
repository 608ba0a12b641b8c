"""A finished evaluation from one of its stages on, as it was made the first time: what was said then lies in its folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from assistant.api import DataError, Target, UserError, read_json, write_json
from evalsuite.evaluation import Evaluation, readable
from evalsuite.targets import Options

SCHEMA_VERSION = 1
Stage = Literal["generate", "score", "aggregate", "report"]
"""The stages of an evaluation, in order."""


def stage_of(text: str) -> Stage:
    """The stage of this name.

    Raises:
        UserError: There is none.
    """
    for stage in get_args(Stage):
        if stage == text:
            return cast(Stage, stage)
    raise UserError(f"there is no stage {text!r}", f"The stages are {', '.join(get_args(Stage))}.")


def write_command(evaluation: Evaluation, target: Target, text: str, options: Options) -> None:
    """Write what a user said, so that the same can be done again from any folder, whatever versions have come since."""
    said: dict[str, Any] = {name: value for name, value in vars(options).items() if name not in ("again", "rescore")}
    paths = {name: None if said[name] is None else str(Path(said[name]).absolute()) for name in ("recipe", "data")}
    is_path = target.kind == "file" or (target.kind == "base" and Path(text).is_dir())
    named = target.label if target.kind == "version" else str(Path(text).absolute()) if is_path else text
    content = {"schema_version": SCHEMA_VERSION, "target": named, "options": {**said, **paths, "overrides": list(options.overrides)}}
    write_json(evaluation.command, content)


def said_again(evaluation: Evaluation, stage: Stage) -> tuple[str, Options]:
    """The target and the options of a finished evaluation, to do it again from a stage on.

    Args:
        evaluation: It.
        stage: `generate` asks anew, `score` scores the answers that are there, `aggregate` makes the record from the scores.

    Raises:
        DataError: What was said is not there: an older program made it.
    """
    if not evaluation.command.is_file():
        raise DataError(f"{evaluation.run} does not know by what command it was made", "Give the command that made it: `evalsuite run ...`.")
    with readable(evaluation.command):
        content = read_json(evaluation.command)
        said = content["options"]
        paths = {name: None if said[name] is None else Path(said[name]) for name in ("recipe", "data")}
        options = Options(**{**said, **paths, "overrides": tuple(said["overrides"])})
        target = str(content["target"])
    if Path(target).is_absolute() and not Path(target).exists():
        raise DataError(f"{target}, of which {evaluation.run} was made, is gone", "Put it back, or evaluate another with `evalsuite run`.")
    return target, replace(options, again=stage == "generate", rescore=stage == "score")
