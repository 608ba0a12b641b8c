"""One training, from a recipe to a finished version."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.core.errors import AssistantError, UserError
from assistant.core.files import readable_disk_errors
from assistant.core.home import Home
from assistant.core.progress import say
from assistant.core.recipe_file import RecipeFile
from assistant.data.prepare import Prepared, prepare
from assistant.models.bases import find_base
from assistant.models.fitting import FittedBase, fit_base
from assistant.models.quiet import quiet_libraries
from assistant.registry.versions import Version, versions_of
from assistant.training.events import LOG_VARIABLE, EventLog, events_file, is_watched
from assistant.training.rows import Rows, make_rows
from assistant.training.state import Checkpoint, alone, begin_run, count_resumption, identity_of, last_checkpoint, read_run
from assistant.training.trainer import steps_of


class Interrupted(AssistantError):  # noqa: N818 - not an error of anybody's
    """The user stopped a training; it can go on.

    Args:
        step: Steps taken and saved.
        steps: Steps in all.
    """

    def __init__(self, step: int, steps: int) -> None:
        super().__init__(f"stopped at step {step} of {steps}")
        self.step = step
        self.steps = steps


@dataclass(frozen=True)
class Plan:
    """All that is known before anything is trained.

    Attributes:
        file: The recipe and its place.
        prepared: The three splits.
        fitted: The base with its template.
        train: Rows to learn.
        validation: Rows to choose the best checkpoint by.
        identity: Fingerprint of everything that decides what is learned.
    """

    file: RecipeFile
    prepared: Prepared
    fitted: FittedBase
    train: Rows
    validation: Rows
    identity: str


def train(
    file: RecipeFile, home: Home, resume: bool = False, again: bool = False, compiled: bool = False, overrides: Sequence[str] = ()
) -> tuple[Version, bool]:
    """Train a version, unless one was trained from exactly the same.

    Args:
        file: The recipe.
        home: Where the version goes.
        resume: Go on with a training of the same that was interrupted, if there is one.
        again: Train also if there is such a version; forget an interrupted training.
        compiled: Make the form that the fast engine of a CPU reads at once, and not when someone waits for a first answer.
        overrides: What was put over the recipe's file, for whoever resumes it; they are in `file` already.

    Returns:
        The version, and whether it is new.

    Raises:
        UserError: What was given cannot be used, or an interrupted training stands in the way.
        Interrupted: The user stopped it.
    """
    name = file.recipe.name
    folder = (home.runs / name).resolve()
    log = EventLog(events_file(home, name))
    with alone(folder):
        log.start(
            pid=os.getpid(),
            recipe=str(file.path.resolve()),
            overrides=list(overrides),
            method=file.recipe.training.method,
            log=os.environ.get(LOG_VARIABLE),
        )
        try:
            version, is_new = _train(file, home, folder, log, resume, again)
            log.write("version", version=version.label, is_new=is_new)
            if is_new and compiled:
                _compile(version, home, log)
        except BaseException as error:
            log.write("end", **_how_it_ended(error))
            raise
        log.write("end", outcome="version")
    return version, is_new


def _train(file: RecipeFile, home: Home, folder: Path, log: EventLog, resume: bool, again: bool) -> tuple[Version, bool]:
    log.write("phase", phase="data")
    plan = make_plan(file, home)
    name = file.recipe.name
    if not again and not (resume and _can_go_on(plan, folder)):
        for version in reversed(versions_of(name, home)):
            if version.manifest.identity == plan.identity:
                return version, False
    checkpoint = _where_to_begin(plan, folder, resume, again)
    _tell(plan, checkpoint)
    log.begin(
        resumed_at=checkpoint.step if checkpoint else 0,
        steps=steps_of(plan.train, file.recipe.training),
        seconds=round(checkpoint.seconds, 2) if checkpoint else 0.0,
        points=checkpoint.points if checkpoint else [],
    )
    log.write("phase", phase="loading")
    from assistant.training.learning import learn
    from assistant.training.live import Listeners

    with readable_disk_errors(folder):
        version = learn(plan, home, folder, checkpoint, Listeners(log, lambda: is_watched(home, name)))
    shutil.rmtree(folder, ignore_errors=True)
    return version, True


def _compile(version: Version, home: Home, log: EventLog) -> None:
    from assistant.engines.opening import choose_engine
    from assistant.registry.target import find_target

    log.write("phase", phase="compiling")
    choose_engine(find_target(version.label, home), home)


def _how_it_ended(error: BaseException) -> dict[str, Any]:
    """What a watcher is told of a training that ended without a version."""
    if isinstance(error, Interrupted | KeyboardInterrupt):
        return {"outcome": "interrupted"}
    lines = (error.what, error.todo) if isinstance(error, UserError) else (f"{type(error).__name__}: {error}", "")
    return {"outcome": "failed", "error": lines}


def make_plan(file: RecipeFile, home: Home) -> Plan:
    """Check everything that can be checked before a model is loaded.

    Raises:
        UserError: The recipe, the base, the template or the data cannot be used.
    """
    prepared = prepare(file, home)
    recipe = file.recipe
    quiet_libraries()
    fitted = fit_base(find_base(recipe.base, file.folder), recipe.template, file.folder, recipe.system_prompt)
    rows = make_rows(prepared.splits["train"], fitted.template, recipe.training.max_length)
    validation = make_rows(prepared.splits["validation"], fitted.template, recipe.training.max_length)
    identity = identity_of(recipe, fitted.base.fingerprint, fitted.template.fingerprint, prepared.fingerprint)
    return Plan(file, prepared, fitted, rows, validation, identity)


def _can_go_on(plan: Plan, folder: Path) -> bool:
    """Whether a training of exactly this was interrupted and has a checkpoint."""
    unfinished = read_run(folder)
    return bool(unfinished and unfinished["identity"] == plan.identity and _checkpoint(plan, folder))


def _checkpoint(plan: Plan, folder: Path) -> Checkpoint | None:
    return last_checkpoint(folder, steps_of(plan.train, plan.file.recipe.training))


def _where_to_begin(plan: Plan, folder: Path, resume: bool, again: bool) -> Checkpoint | None:
    """The checkpoint to go on from; None to begin anew."""
    unfinished = read_run(folder)
    checkpoint = _checkpoint(plan, folder) if unfinished else None
    if unfinished and checkpoint and not again:
        same = unfinished["identity"] == plan.identity
        if resume and same:
            count_resumption(folder)
            return checkpoint
        if resume:
            raise UserError(
                f"the interrupted training in {folder} is of another recipe, base or data",
                "Give the recipe as it was, or `--again` to forget it and begin anew.",
            )
        if same:
            raise UserError(
                f"a training of exactly this was interrupted at step {checkpoint.step}",
                "`--resume` continues it; `--again` forgets it and begins anew.",
            )
        raise UserError(
            f"an interrupted training of another recipe or data stands in {folder}", "`--again` forgets it and begins this one; nothing else is lost."
        )
    if resume:
        say("there is no interrupted training; beginning at the start")
    begin_run(folder, plan.identity)
    return None


def _tell(plan: Plan, checkpoint: Checkpoint | None) -> None:
    """A few lines about what is going to happen."""
    recipe, rows = plan.file.recipe, plan.train
    sizes = f"{rows.tokens} tokens of which {rows.answer_tokens} are answers"
    say(f"data: {len(rows.rows)} rows to train on, {sizes}; {len(plan.validation.rows)} to validate")
    dropped = plan.prepared.report["duplicates"]["dropped"]
    unused = {kind: entry["count"] for kind, entry in plan.prepared.report["problems"].items()}
    if dropped or unused:
        say("not used: " + ", ".join([*(f"{count} x {kind}" for kind, count in unused.items()), *([f"{dropped} duplicates"] if dropped else [])]))
    if rows.cut or rows.left_out:
        limit = recipe.training.max_length
        say(f"max_length {limit}: {len(rows.cut)} answers are cut, {len(rows.left_out)} rows left out because their prompt alone is longer")
    if checkpoint:
        say(f"continuing at step {checkpoint.step}")
