"""AdamW over fp32 copies of the trained weights.

bfloat16 has 8 bits of mantissa: an update smaller than 1/256 of a weight would be rounded away. The
model computes in its own precision, the optimizer in fp32 (mixed-precision training, Micikevicius et al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


class MasterAdamW(torch.optim.AdamW):
    """AdamW that steps on fp32 masters and writes them back, rounded, to the model.

    Args:
        params: Parameters or groups of them, in any precision.
        settings: As for `torch.optim.AdamW`.
    """

    def __init__(self, params: Any, **settings: Any) -> None:
        super().__init__(params, **settings)
        self._pairs: list[tuple[torch.nn.Parameter, torch.Tensor]] = []
        for group in self.param_groups:
            masters = []
            for parameter in group["params"]:
                # An fp32 parameter is its own master.
                master = parameter if parameter.dtype == torch.float32 else parameter.detach().float()
                self._pairs.append((parameter, master))
                masters.append(master)
            group["params"] = masters

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Take one step with the model's gradients."""
        for parameter, master in self._pairs:
            if master is not parameter:
                master.grad = None if parameter.grad is None else parameter.grad.float()
        loss: float | None = super().step(closure)
        for parameter, master in self._pairs:
            if master is not parameter:
                parameter.copy_(master)
                master.grad = None
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the model's gradients."""
        for parameter, _ in self._pairs:
            parameter.grad = None if set_to_none else torch.zeros_like(parameter)

    def state_dict(self) -> dict[str, Any]:
        """The moments, and the masters with the bits that the model's weights do not have."""
        return {**super().state_dict(), "masters": [master.detach() for _, master in self._pairs]}

    @torch.no_grad()
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue from what `state_dict` gave."""
        super().load_state_dict({key: value for key, value in state_dict.items() if key != "masters"})
        for (parameter, master), saved in zip(self._pairs, state_dict["masters"], strict=True):
            master.copy_(saved)
            if master is not parameter:
                parameter.copy_(master)
