"""From the events of a training to where it is: pure, event by event.

Knows no file and no process; `assistant.training.watching` reads both.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

STARTING = "starting"
PHASES = {
    STARTING: "starting",
    "data": "reading the data",
    "loading": "loading the base",
    "training": "training",
    "writing": "writing the version",
    "compiling": "compiling for answering",
}
"""What a training does, in order, and what a person is told of it."""

Outcome = Literal["version", "interrupted", "failed", "died"]


@dataclass(frozen=True)
class Point:
    """One point of the curve.

    Attributes:
        step: Steps taken.
        loss: Of the training rows since the point before, nats per answer token; None at a validation.
        validation_loss: Of the validation rows; None elsewhere.
        learning_rate: At that step; None at a validation.
    """

    step: int
    loss: float | None = None
    validation_loss: float | None = None
    learning_rate: float | None = None


@dataclass(frozen=True)
class Sample:
    """What the weights answered at one step.

    Attributes:
        step: Steps taken; 0 before anything was learned.
        number: Which of the fixed questions, from 0.
        question: What was asked.
        reference: The answer that stands in the data.
        answer: What the model said, at most 48 tokens.
    """

    step: int
    number: int
    question: str
    reference: str
    answer: str


@dataclass(frozen=True)
class State:
    """A training as it is now. What is not known is None, or empty.

    Attributes:
        name: The assistant.
        recipe: Its file.
        overrides: What was put over it.
        method: lora, qlora or full.
        phase: One of `PHASES`; the last one it was in if it ended.
        step: Steps taken.
        steps: Steps in all.
        resumed_at: Steps that were taken before it was interrupted.
        points: The curve from the beginning, in order.
        tokens_per_s: Tokens seen a second, padding not counted.
        memory_mib: Resident memory, or what is allocated on a GPU.
        seconds: Spent training, over all resumed parts.
        left_s: About how long the steps that are left take.
        samples: In the order they came.
        unsampled: Why there are no samples any more, where that failed.
        alive: Whether its process lives.
        outcome: How it ended; None while it goes on, and where nothing is known of any training.
        version: The label of the version that it made, or that was made from exactly the same before.
        is_new: Whether that version is new.
        error: What went wrong and what to do, two lines.
        log_tail: The last lines of its log, where it failed and has one.
        resumable: The step it can go on from; None if there is nothing to go on with, and while it runs.
    """

    name: str
    recipe: Path | None = None
    overrides: tuple[str, ...] = ()
    method: str = ""
    phase: str = ""
    step: int | None = None
    steps: int | None = None
    resumed_at: int = 0
    points: tuple[Point, ...] = ()
    tokens_per_s: float | None = None
    memory_mib: float | None = None
    seconds: float | None = None
    left_s: float | None = None
    samples: tuple[Sample, ...] = ()
    unsampled: str = ""
    alive: bool = False
    outcome: Outcome | None = None
    version: str | None = None
    is_new: bool = False
    error: tuple[str, str] | None = None
    log_tail: tuple[str, ...] = ()
    resumable: int | None = None

    def with_log(self, tail: tuple[str, ...]) -> State:
        """The same with the last lines of its log."""
        return replace(self, log_tail=tail)

    @property
    def best(self) -> Point | None:
        """The point with the lowest validation loss; None before the first validation."""
        validated = [point for point in self.points if point.validation_loss is not None]
        return min(validated, key=lambda point: point.validation_loss or 0.0, default=None)


@dataclass(frozen=True)
class Facts:
    """What the events said so far; most of it as in `State`.

    Attributes:
        pid: Of the process that told last.
        log: Where its output goes.
        told_at: When the last step was told, seconds since 1970.
        seconds_before: Spent before it was resumed.
    """

    pid: int | None = None
    log: Path | None = None
    recipe: Path | None = None
    overrides: tuple[str, ...] = ()
    method: str = ""
    phase: str = ""
    step: int | None = None
    steps: int | None = None
    resumed_at: int = 0
    points: tuple[Point, ...] = ()
    tokens_per_s: float | None = None
    memory_mib: float | None = None
    seconds: float | None = None
    seconds_before: float = 0.0
    told_at: float | None = None
    samples: tuple[Sample, ...] = ()
    unsampled: str = ""
    outcome: Outcome | None = None
    version: str | None = None
    is_new: bool = False
    error: tuple[str, str] | None = None


def heard(facts: Facts, event: Mapping[str, Any]) -> Facts:
    """The facts after one more event; one that is not known changes nothing."""
    kind = event["event"]
    if kind == "start":
        log = Path(event["log"]) if event.get("log") else None
        mine = {"pid": event["pid"], "log": log, "recipe": Path(event["recipe"]), "overrides": tuple(event["overrides"]), "method": event["method"]}
        return replace(facts, **mine, phase=STARTING, outcome=None, version=None, is_new=False, error=None, told_at=None)
    if kind == "begin":
        return _begun(facts, event)
    if kind == "phase":
        return replace(facts, phase=event["phase"])
    if kind in ("point", "step"):
        points = (*facts.points, _point(event)) if kind == "point" else facts.points
        figures = {name: event[name] for name in ("tokens_per_s", "memory_mib", "seconds", "step") if name in event}
        return replace(facts, points=points, told_at=event["time"], **figures)
    if kind == "sample":
        sample = Sample(event["step"], event["number"], event["question"], event["reference"], event["answer"])
        return replace(facts, samples=(*facts.samples, sample))
    if kind == "unsampled":
        return replace(facts, unsampled=event["reason"])
    if kind == "version":
        return replace(facts, version=event["version"], is_new=event["is_new"])
    if kind == "end":
        error = event.get("error")
        return replace(facts, outcome=event["outcome"], error=(error[0], error[1]) if error else None)
    return facts


def state_of(name: str, facts: Facts, alive: bool, resumable: int | None) -> State:
    """Where a training is, by what it told and whether its process lives.

    Args:
        name: The assistant.
        facts: What it told.
        alive: Whether its process lives.
        resumable: The step of its last checkpoint.
    """
    told = {field: getattr(facts, field) for field in State.__dataclass_fields__ if field in Facts.__dataclass_fields__}
    outcome: Outcome | None = facts.outcome
    if outcome is None and not alive and facts.pid is not None:
        outcome = "died"
        told["error"] = ("the process is gone without a word", "It was killed, or the machine went down or ran out of memory.")
    return State(
        name=name, alive=alive, resumable=resumable, **{**told, "outcome": outcome}, left_s=_left_s(facts) if alive and not outcome else None
    )


def _begun(facts: Facts, event: Mapping[str, Any]) -> Facts:
    at = event["resumed_at"]
    # What was told after the checkpoint of which it goes on did not happen.
    samples = tuple(sample for sample in facts.samples if sample.step <= at) if at else ()
    return replace(
        facts,
        step=at,
        steps=event["steps"],
        resumed_at=at,
        points=tuple(_point(point) for point in event["points"]),
        seconds=event["seconds"],
        seconds_before=event["seconds"],
        tokens_per_s=None,
        memory_mib=None,
        samples=samples,
        unsampled="",
    )


def _point(told: Mapping[str, Any]) -> Point:
    return Point(told["step"], told.get("loss"), told.get("validation_loss"), told.get("learning_rate"))


def _left_s(facts: Facts) -> float | None:
    """By the mean of the steps of this part, validations and checkpoints among them."""
    if facts.step is None or facts.steps is None or facts.seconds is None or facts.told_at is None or facts.step <= facts.resumed_at:
        return None
    each = (facts.seconds - facts.seconds_before) / (facts.step - facts.resumed_at)
    return max(0.0, each * (facts.steps - facts.step) - (time.time() - facts.told_at))
