"""Listens to transformers while it generates: which token came when, and whether someone asked it to stop.

Transformers asks about a stop after each token, and so never while it reads a long prompt, which may take many seconds on
a CPU; here every layer asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from transformers import StoppingCriteria, StoppingCriteriaList
from transformers.generation.streamers import BaseStreamer

from assistant.engines.protocol import StopSignal

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

OnStep = Callable[[list[int], float], None]
"""Told the new token of each row, `(batch,)`, and the seconds since the start."""


class Recorder(BaseStreamer):
    """Keeps the tokens of every row and the time of every step.

    Attributes:
        rows: Generated tokens, `(batch, steps)`; empty before the first step.
        times_s: Seconds from `start` to each step, `(steps,)`.
    """

    def __init__(self, on_step: OnStep | None = None) -> None:
        self.rows: list[list[int]] = []
        self.times_s: list[float] = []
        self._on_step = on_step
        self._started = 0.0
        self._prompt_seen = False

    def start(self) -> None:
        """The request begins now."""
        self._started = time.perf_counter()

    def put(self, value: torch.Tensor) -> None:
        """Take the prompt, `(batch, prompt)`, then the tokens of each step, `(batch,)`."""
        if not self._prompt_seen:
            self._prompt_seen = True
            return
        ids = value.flatten().tolist()
        time_s = time.perf_counter() - self._started
        self.rows = self.rows or [[] for _ in ids]
        for row, token in zip(self.rows, ids, strict=True):
            row.append(token)
        self.times_s.append(time_s)
        if self._on_step:
            self._on_step(ids, time_s)

    def end(self) -> None:
        """Nothing is held back, so there is nothing to flush."""


class _Stop(StoppingCriteria):
    """Ends every row once the signal is set."""

    def __init__(self, signal: StopSignal) -> None:
        self._signal = signal

    def __call__(self, input_ids: torch.Tensor, scores: Any, **kwargs: Any) -> torch.Tensor:
        import torch

        return torch.full((input_ids.shape[0],), self._signal.is_set(), device=input_ids.device, dtype=torch.bool)


def stop_when(signal: StopSignal) -> StoppingCriteriaList:
    """What makes transformers obey a stop signal after the token it is at."""
    return StoppingCriteriaList([_Stop(signal)])


class _StoppedError(Exception):
    """Ends a pass through the model in the middle."""


@contextmanager
def interrupted_by(signal: StopSignal, model: PreTrainedModel) -> Iterator[None]:
    """Leave the block before the next layer of the model begins, once the signal is set; what the recorder heard stays."""
    from torch.nn import ModuleList

    def ask(layer: torch.nn.Module, inputs: Any) -> None:
        if signal.is_set():
            raise _StoppedError

    lists = [module for module in model.modules() if isinstance(module, ModuleList)]
    hooks = [layer.register_forward_pre_hook(ask) for layers in lists for layer in layers]
    try:
        yield
    except _StoppedError:
        pass
    finally:
        for hook in hooks:
            hook.remove()
