"""Listens to a training and tells it to whoever may be watching: phase, losses, speed, memory, and what it answers by now.

What takes time is done only while somebody watches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from transformers import TrainerCallback

from assistant.models.template import PromptTemplate
from assistant.training.callbacks import Curve
from assistant.training.events import EventLog
from assistant.training.samples import Asked, answer_now

STEP_EVERY_S = 2.0
"""Seconds between two words about where a training is, beside the points of its curve."""


@dataclass(frozen=True)
class Listeners:
    """Who is told.

    Attributes:
        log: The events of the training.
        watched: Whether somebody watches right now.
    """

    log: EventLog
    watched: Callable[[], bool]


class Live(TrainerCallback):
    """Tells a training; stands behind its `Curve` in the list of callbacks, whose points it hands on.

    Args:
        listeners: Who is told.
        curve: Keeps the points; what is done for a watcher is not counted as its time.
        template: Turns answers into text.
        questions: Asked at the start and at each validation.
        stop: Whether the user wants an end.
    """

    def __init__(self, listeners: Listeners, curve: Curve, template: PromptTemplate, questions: Sequence[Asked], stop: Callable[[], bool]) -> None:
        self._log = listeners.log
        self._watched = listeners.watched
        self._curve = curve
        self._template = template
        self._questions = questions
        self._stop = stop
        self._points = len(curve.points)
        self._told_at = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **named: Any) -> None:
        """The model is loaded; what it answers before it learned anything is worth seeing."""
        self._log.write("phase", phase="training")
        self._ask(named["model"], state.global_step)

    def on_log(self, args: Any, state: Any, control: Any, **named: Any) -> None:
        """A loss."""
        for point in self._curve.points[self._points :]:
            speed = {"tokens": self._curve.tokens, "tokens_per_s": round(self._curve.tokens_per_s, 1)}
            self._log.write("point", **point, **speed, memory_mib=_memory_mib(named.get("model")))
        self._points = len(self._curve.points)

    def on_step_end(self, args: Any, state: Any, control: Any, **named: Any) -> None:
        """Where it is, now and then, for somebody who watches."""
        if time.monotonic() - self._told_at >= STEP_EVERY_S and self._watched():
            self._told_at = time.monotonic()
            memory_mib = _memory_mib(named.get("model"))
            self._log.write("step", step=state.global_step, seconds=round(self._curve.seconds, 2), memory_mib=memory_mib)

    def on_evaluate(self, args: Any, state: Any, control: Any, **named: Any) -> None:
        """It was validated."""
        self._ask(named["model"], state.global_step)

    def _ask(self, model: Any, step: int) -> None:
        """Answer the fixed questions, if anybody is there to read the answers."""
        if not self._questions or not self._watched():
            return
        began = time.monotonic()
        try:
            for number, asked in enumerate(self._questions):
                ids = answer_now(model, asked.prompt_ids, self._template.end_ids, self._stop)
                if ids is None:
                    break
                answer = self._template.decode(ids)
                self._log.write("sample", step=step, number=number, question=asked.question, reference=asked.reference, answer=answer)
        except Exception as error:
            # For show alone: a training of hours does not end because of it, and it is told.
            self._questions = ()
            self._log.write("unsampled", step=step, reason=f"{type(error).__name__}: {error}")
        self._curve.leave_out(time.monotonic() - began)


def _memory_mib(model: Any) -> float:
    """What the training takes now: resident memory, or what is allocated on a GPU."""
    if model is not None and model.device.type == "cuda":
        import torch

        return round(torch.cuda.memory_allocated(model.device) / 2**20, 1)
    import psutil

    return round(psutil.Process().memory_info().rss / 2**20, 1)
