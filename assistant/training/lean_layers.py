"""Layers with less memory traffic for training on a CPU: the same mathematics in fewer passes, keeping less for the way back.

A step over a small model spends as long in moving intermediate results as in multiplying matrices. Results
differ from those of PEFT and transformers by rounding alone; the tests hold them together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn import functional

Bias = torch.Tensor | None
Weight = Callable[[], torch.Tensor]
"""Gives a frozen weight, `(outputs, inputs)`: as it is, or out of its 4 bits."""


class AdaptedLinear(torch.autograd.Function):
    """`x Wᵀ + bias + scale · (x Aᵀ) Bᵀ` (Hu et al. 2021) with `W` frozen.

    The scale is put on the matrix of `rank` columns, and the product with `B` is added as it is made.
    """

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, down: torch.Tensor, up: torch.Tensor, weight: Weight, bias: torch.Tensor | None, scale: float
    ) -> torch.Tensor:
        """The output.

        Args:
            ctx: Of autograd.
            x: Input, `(tokens, inputs)`.
            down: A, `(rank, inputs)`.
            up: B, `(outputs, rank)`.
            weight: Gives W.
            bias: `(outputs,)`, frozen, or None.
            scale: alpha / rank.

        Returns:
            `(tokens, outputs)`.
        """
        small = functional.linear(x, down).mul_(scale)
        ctx.save_for_backward(x, down, up, small)
        ctx.weight, ctx.scale = weight, scale
        return functional.linear(x, weight(), bias).addmm_(small, up.t())

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Gradients of x, A and B; the rest is frozen."""
        x, down, up, small = ctx.saved_tensors
        grad_small = (grad @ up).mul_(ctx.scale)
        grad_x = (grad @ ctx.weight()).addmm_(grad_small, down) if ctx.needs_input_grad[0] else None
        return grad_x, grad_small.t() @ x, grad.t() @ small, None, None, None


class GatedProduct(torch.autograd.Function):
    """`silu(gate) · up`, which keeps its two inputs and nothing between them."""

    @staticmethod
    def forward(ctx: Any, gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
        """The product, of the shape of either."""
        ctx.save_for_backward(gate, up)
        return functional.silu(gate).mul_(up)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Gradients of both."""
        gate, up = ctx.saved_tensors
        return torch.ops.aten.silu_backward(grad * up, gate), functional.silu(gate).mul_(grad)


class RmsNorm(torch.autograd.Function):
    """Root-mean-square norm (Zhang and Sennrich 2019), computed in fp32, which keeps its input and one number a token."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
        """The normed input, `(..., width)`."""
        wide = x.float()
        inverse = torch.rsqrt(wide.square().mean(-1, keepdim=True).add_(epsilon))
        ctx.save_for_backward(x, weight, inverse)
        return weight * (wide * inverse).to(x.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Gradients of the input, and of the weight where it is trained."""
        x, weight, inverse = ctx.saved_tensors
        normed = x.float() * inverse
        grad_weight = (grad * normed).flatten(0, -2).sum(0).to(weight.dtype) if ctx.needs_input_grad[1] else None
        wide = (grad * weight).float()
        shared = (wide * normed).mean(-1, keepdim=True)
        grad_x = wide.sub_(normed.mul_(shared)).mul_(inverse).to(x.dtype)
        return grad_x, grad_weight, None


class ChosenLoss(torch.autograd.Function):
    """Sum of the negative log-likelihoods of tokens, whose logits are never all there at once.

    A vocabulary is wide: the logits of a batch and their gradients in fp32 would be the largest tensors of
    a step. They are made a piece at a time, and the gradient of each piece is taken at once.
    """

    PIECE = 128
    """Tokens whose logits are made at once."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, targets: torch.Tensor, counts: torch.Tensor | None = None) -> torch.Tensor:
        """The sum, in nats.

        Args:
            ctx: Of autograd.
            hidden: What the output layer reads, `(tokens, width)`.
            weight: The output layer, `(vocabulary, width)`.
            targets: The token that follows each, `(tokens,)`.
            counts: How much each token counts in the sum, `(tokens,)`, fp32; None for 1 each.
        """
        total = torch.zeros((), dtype=torch.float32)
        grads = torch.empty_like(hidden) if ctx.needs_input_grad[0] else None
        grad_weight = torch.zeros_like(weight, dtype=torch.float32) if ctx.needs_input_grad[1] else None
        for start in range(0, len(targets), ChosenLoss.PIECE):
            piece = slice(start, start + ChosenLoss.PIECE)
            wanted = targets[piece, None]
            logits = functional.linear(hidden[piece], weight).float()
            likely = logits.log_softmax(-1)
            chosen = likely.gather(1, wanted)
            total -= chosen.sum() if counts is None else (chosen * counts[piece, None]).sum()
            if grads is None:
                continue
            steep = likely.exp_().scatter_add_(1, wanted, torch.full(wanted.shape, -1.0))
            slope = (steep if counts is None else steep.mul_(counts[piece, None])).to(hidden.dtype)
            torch.mm(slope, weight, out=grads[piece])
            if grad_weight is not None:
                grad_weight += slope.t() @ hidden[piece]
        ctx.save_for_backward(*(grad for grad in (grads, grad_weight) if grad is not None))
        ctx.dtype = weight.dtype
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Gradients of the hidden states, and of the output layer where it is trained."""
        grads, *of_weight = ctx.saved_tensors
        return (grads.float() * grad).to(grads.dtype), (of_weight[0] * grad).to(ctx.dtype) if of_weight else None, None, None
