"""Causal attention of rows that are laid end to end, each to itself, forward and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch.autograd.function import once_differentiable

SHORT = 192
"""Tokens up to which plain products are faster on a CPU than PyTorch's blockwise kernel, whose way back is slow."""


class RowAttention(torch.autograd.Function):
    """`softmax(scale · Q Kᵀ) V` within each row, a token seeing those before it (Vaswani et al. 2017).

    Query heads share key heads in groups (Ainslie et al. 2023).
    """

    @staticmethod
    def forward(ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float, lengths: Sequence[int]) -> torch.Tensor:
        """What each token takes from its row.

        Args:
            ctx: Of autograd.
            query: `(heads, tokens, width)`, the rows end to end.
            key: `(key heads, tokens, width)`.
            value: As `key`.
            scale: Of the products.
            lengths: Tokens of each row; together all tokens.

        Returns:
            `(tokens, heads, width)`.
        """
        heads, tokens, width = query.shape
        out = query.new_empty(tokens, heads, width)
        kept = []
        for row in _rows(lengths):
            q, k, v = query[:, row], key[:, row], value[:, row]
            if q.shape[1] <= SHORT:
                likely = _likelihoods(q, k, scale)
                out[row] = torch.bmm(likely, v).view(q.shape).transpose(0, 1)
                kept.append(likely)
            else:
                said, spread = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(*_spread(q, k, v), 0.0, True, scale=scale)
                out[row] = said[0].transpose(0, 1)
                kept += [said, spread]
        ctx.save_for_backward(query, key, value, *kept)
        ctx.scale, ctx.lengths = scale, lengths
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Gradients of query, key and value."""
        query, key, value, *saved = ctx.saved_tensors
        kept = iter(saved)
        grads = torch.empty_like(query), torch.empty_like(key), torch.empty_like(value)
        for row in _rows(ctx.lengths):
            q, k, v, g = query[:, row], key[:, row], value[:, row], grad[row].transpose(0, 1)
            found = _short_way_back(q, k, v, g, next(kept), ctx.scale) if q.shape[1] <= SHORT else _long_way_back(q, k, v, g, kept, ctx.scale)
            for whole, part in zip(grads, found, strict=True):
                whole[:, row] = part
        return *grads, None, None


def _rows(lengths: Sequence[int]) -> list[slice]:
    ends = [sum(lengths[: number + 1]) for number in range(len(lengths))]
    return [slice(end - length, end) for end, length in zip(ends, lengths, strict=True)]


def _likelihoods(q: torch.Tensor, k: torch.Tensor, scale: float) -> torch.Tensor:
    """How much each token takes of each before it, `(key heads, query heads of each · tokens, tokens)`."""
    groups, tokens, width = k.shape
    later = torch.ones(tokens, tokens, dtype=torch.bool).triu_(1)
    scores = torch.bmm(q.reshape(groups, -1, width), k.transpose(1, 2)).float().mul_(scale)
    scores.view(groups, -1, tokens, tokens).masked_fill_(later, -math.inf)
    return scores.softmax(-1).to(q.dtype)


def _short_way_back(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, grad: torch.Tensor, likely: torch.Tensor, scale: float) -> Any:
    groups, _, width = k.shape
    asked, told = q.reshape(groups, -1, width), grad.reshape(groups, -1, width)
    slope = torch.bmm(told, v.transpose(1, 2)).float()
    slope.sub_((slope * likely).sum(-1, keepdim=True)).mul_(likely).mul_(scale)
    slope = slope.to(q.dtype)
    return torch.bmm(slope, k).view(q.shape), torch.bmm(slope.transpose(1, 2), asked), torch.bmm(likely.transpose(1, 2), told)


def _long_way_back(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, grad: torch.Tensor, kept: Any, scale: float) -> Any:
    said, spread = next(kept), next(kept)
    parts = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward(grad[None], *_spread(q, k, v), said, spread, 0.0, True, scale=scale)
    of_q, of_k, of_v = (part[0] for part in parts)
    return of_q, _gathered(of_k, k), _gathered(of_v, v)


def _spread(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A batch of one, with a key head for each query head."""
    repeats = q.shape[0] // k.shape[0]
    return q[None], k.repeat_interleave(repeats, dim=0)[None], v.repeat_interleave(repeats, dim=0)[None]


def _gathered(grad: torch.Tensor, part: torch.Tensor) -> torch.Tensor:
    """The gradients of the query heads that share a key head, together."""
    return grad.view(part.shape[0], -1, *part.shape[1:]).sum(1)
