"""Times a few steps of a training, and ends it once they are enough to tell by. Knows nothing of what is told."""

from __future__ import annotations

import time
from typing import Any

from transformers import TrainerCallback

from assistant.core.progress import Advance

LEAST_TIMED_STEPS = 2
"""Steps that are timed however long they take: one alone would not show that steps differ."""

ENOUGH_S = 30.0
"""After so many seconds no further step begins: more would tell a time that is rough anyhow only a little better."""


class Stopwatch(TrainerCallback):
    """Times steps, validations and checkpoints. The first step, which is slower, counts only where it is the only one.

    Args:
        batches: Tokens of each step.
        advance: Told the share that is done.

    Attributes:
        rest_s: Seconds of the validation and of the checkpoint after it.
    """

    def __init__(self, batches: list[int], advance: Advance) -> None:
        self.rest_s = 0.0
        self._batches, self._advance = batches, advance
        self._steps_s: list[float] = []
        self._optimizer_s: list[float] = []
        self._passes = 0
        self._began = self._since = self._optimizer_since = time.perf_counter()

    @property
    def timed(self) -> int:
        """How many steps were timed."""
        return len(self._steps_s) - self._first

    @property
    def tokens_per_s(self) -> float:
        """Tokens a second, without what the optimizer does once a step."""
        tokens = sum(self._batches[self._first : len(self._steps_s)])
        return tokens / (sum(self._steps_s[self._first :]) - sum(self._optimizer_s[self._first :]))

    @property
    def optimizer_s(self) -> float:
        """Seconds of the optimizer in one step."""
        return sum(self._optimizer_s[self._first :]) / self.timed

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """A step begins."""
        self._passes = 0
        self._since = _now()

    def on_substep_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """One of several passes of a step is over."""
        self._passes += 1
        self._advance(self._share(self._passes / args.gradient_accumulation_steps), f"step {len(self._steps_s) + 1}")

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The passes of a step are over."""
        self._optimizer_since = _now()

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The optimizer is done."""
        self._optimizer_s.append(_now() - self._optimizer_since)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """A step is over; what comes before the next one is validation and checkpoint."""
        now = _now()
        self._steps_s.append(now - self._since)
        self._since = now
        self._advance(self._share(), f"step {len(self._steps_s)}, {self.tokens_per_s:.0f} tokens/s")
        if self._first and self.timed >= LEAST_TIMED_STEPS and now - self._began >= ENOUGH_S and state.global_step < state.max_steps:
            # As after the last step: a validation and a checkpoint are measured, too.
            control.should_evaluate = args.eval_strategy != "no"
            control.should_save = True
            control.should_training_stop = True

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The checkpoint is written."""
        self.rest_s = _now() - self._since

    @property
    def _first(self) -> int:
        return 1 if len(self._steps_s) > 1 else 0

    def _share(self, of_the_next: float = 0.0) -> float:
        """How far it is: by steps, or by the time after which it ends early, whichever is further."""
        done = len(self._steps_s) + of_the_next
        by_time = (time.perf_counter() - self._began) / ENOUGH_S if ENOUGH_S else 1.0
        return max(done / len(self._batches), min(done / (1 + LEAST_TIMED_STEPS), by_time, 1.0))


def _now() -> float:
    """The time when all that was begun is done: a GPU goes on by itself."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()
