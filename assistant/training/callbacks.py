"""What listens to a training: the progress line and curve, and the wish to stop."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from assistant.core.errors import UserError
from assistant.core.files import write_json
from assistant.core.progress import Advance, say
from assistant.training.state import COMPLETE

Point = dict[str, float]


class Curve(TrainerCallback):
    """Keeps the losses and shows how far the training is.

    Args:
        advance: Where progress is shown.
        points: What was kept before the run was interrupted.
        seconds_before: Spent before the run was interrupted.
        tokens_before: Seen before the run was interrupted.

    Attributes:
        points: One for each logged step: step, epoch, seconds, and loss or validation_loss.
        tokens: Seen so far, padding not counted.
    """

    def __init__(self, advance: Advance, points: list[Point], seconds_before: float = 0.0, tokens_before: int = 0) -> None:
        self.points = points
        self.tokens = tokens_before
        self._advance = advance
        self._seconds_before = seconds_before
        self._tokens_before = tokens_before
        self._started = time.monotonic()
        self._left_out_s = 0.0
        self._last_loss: float | None = None

    @property
    def seconds(self) -> float:
        """Spent training, over all resumed parts."""
        return self._seconds_before + self._spent_s

    @property
    def tokens_per_s(self) -> float:
        """Tokens seen a second since this part began."""
        return (self.tokens - self._tokens_before) / self._spent_s if self._spent_s > 0 else 0.0

    def leave_out(self, seconds: float) -> None:
        """Count so many seconds, just spent on something else, as none of the training's."""
        self._left_out_s += seconds

    @property
    def _spent_s(self) -> float:
        return time.monotonic() - self._started - self._left_out_s

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The clock starts when the model is loaded."""
        self._started = time.monotonic()
        self._left_out_s = 0.0

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **_: Any) -> None:
        """Keep a loss."""
        logs = logs or {}
        for name in ("loss", "eval_loss"):
            if not math.isfinite(logs.get(name, 0.0)):
                raise UserError(
                    f"the loss is {logs[name]} at step {state.global_step}: the training ran away",
                    "Lower training.learning_rate, and begin anew with --again.",
                )
        if "num_tokens" in logs:
            self.tokens = self._tokens_before + int(logs["num_tokens"])
        point: Point = {"step": state.global_step, "epoch": round(state.epoch or 0.0, 4), "seconds": round(self.seconds, 2)}
        if "loss" in logs:
            self._last_loss = logs["loss"]
            self.points.append({**point, "loss": logs["loss"], "learning_rate": logs["learning_rate"]})
        elif "eval_loss" in logs:
            self.points.append({**point, "validation_loss": logs["eval_loss"]})
        self._show(state)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Move the bar."""
        self._show(state)

    def _show(self, state: Any) -> None:
        loss = "" if self._last_loss is None else f"loss {self._last_loss:.3f}, "
        self._advance(state.global_step, f"step {state.global_step} of {state.max_steps}, {loss}{self.tokens_per_s:.0f} tokens/s")


class Completion(TrainerCallback):
    """Marks a checkpoint as whole, with the curve up to it."""

    def __init__(self, curve: Curve) -> None:
        self._curve = curve

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The checkpoint's own files are all written by now."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        write_json(folder / COMPLETE, {"points": self._curve.points, "seconds": self._curve.seconds, "tokens": self._curve.tokens})


class Interruption(TrainerCallback):
    """Turns Ctrl+C into a checkpoint and an end after the step that is under way.

    Attributes:
        asked: Whether someone asked.
    """

    def __init__(self) -> None:
        self.asked = False

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Save and stop, if asked."""
        if self.asked and state.global_step < state.max_steps:
            control.should_save = True
            control.should_training_stop = True

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear SIGINT and SIGTERM; a second one ends at once."""

        def ask(number: int, frame: Any) -> None:
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True
            say("stopping after this step, with a checkpoint; once more to stop at once")

        try:
            before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
        except ValueError:
            # Not the main thread: whoever called has the signals.
            yield
            return
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
