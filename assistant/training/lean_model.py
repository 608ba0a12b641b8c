"""Puts lean layers into a model of a known architecture, and runs it over rows without their padding.

The rows of a batch are laid end to end, so that no layer computes what belongs to no token; only the
attention looks at each row by itself. A model of another architecture is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from assistant.training.lean_layers import AdaptedLinear, ChosenLoss, GatedProduct, RmsNorm
from assistant.training.row_attention import RowAttention

if TYPE_CHECKING:
    from transformers import PreTrainedModel

KNOWN = {"llama", "qwen2", "qwen3"}
"""Model types whose layers are these, and whose output layer is a plain product."""

ATTENTION = "rows"
"""What the attention over rows laid end to end is called in transformers' registry."""


@dataclass(frozen=True)
class LeanModel:
    """A model of a known architecture with lean layers.

    Attributes:
        backbone: From token numbers to hidden states.
        head: The output layer.
    """

    backbone: torch.nn.Module
    head: torch.nn.Linear

    def loss(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        labels: torch.Tensor,
        ignored: int,
        weights: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, float]:
        """Sum of the negative log-likelihoods of the trained tokens, in nats, and how many there are; both by weight where there are weights.

        Args:
            input_ids: `(batch, length)`, padded on the right.
            attention_mask: 1 where there is a token, of the same shape.
            labels: The tokens that are trained, `ignored` elsewhere, of the same shape.
            ignored: The label of all others.
            weights: What each token of a row counts, `(batch,)`, fp32; None for 1 each.
        """
        real = attention_mask.bool()
        lengths = real.sum(1)
        positions = torch.arange(real.shape[1]).expand(real.shape)[real][None]
        # A position predicts the token after it; the last one of a row predicts none.
        following = functional.pad(labels[:, 1:], (0, 1), value=ignored)[real]
        trained = (following != ignored).nonzero()[:, 0]
        states = self.backbone(
            input_ids=input_ids[real][None], position_ids=positions, attention_mask=None, use_cache=False, row_lengths=lengths.tolist()
        )
        hidden = states.last_hidden_state[0]
        counts = None if weights is None else weights.repeat_interleave(lengths)[trained]
        total: torch.Tensor = ChosenLoss.apply(hidden[trained], self.head.weight, following[trained], counts)  # type: ignore[no-untyped-call]
        return total, len(trained) if counts is None else float(counts.sum())


def make_lean(model: PreTrainedModel) -> LeanModel | None:
    """Put lean layers into a model that is to be trained on a CPU; None if it must stay as it is."""
    whole = model.get_base_model() if hasattr(model, "get_base_model") else model
    head = whole.get_output_embeddings()
    backbone = whole.base_model
    config = whole.config.get_text_config()
    if model.device.type != "cpu" or config.model_type not in KNOWN or type(head) is not torch.nn.Linear or head.bias is not None:
        return None
    if backbone is whole or getattr(config, "use_sliding_window", False) or getattr(config, "attention_dropout", 0.0):
        return None
    _register_attention()
    whole.set_attn_implementation(ATTENTION)
    for module in backbone.modules():
        forward = _lean_forward(module)
        if forward is not None:
            module.forward = forward
    return LeanModel(backbone, head)


def _lean_forward(module: Any) -> Callable[..., Any] | None:
    name = type(module).__name__
    if name.endswith("RMSNorm"):
        return lambda x: RmsNorm.apply(x, module.weight, module.variance_epsilon)  # type: ignore[no-untyped-call]
    if name.endswith("MLP"):
        return lambda x: module.down_proj(GatedProduct.apply(module.gate_proj(x), module.up_proj(x)))  # type: ignore[no-untyped-call]
    if hasattr(module, "lora_A") and hasattr(module, "base_layer"):
        return _adapted(module)
    return None


def _adapted(module: Any) -> Callable[..., Any] | None:
    """The lean form of one of PEFT's plain LoRA layers; None for every other of its layers."""
    (adapter,) = module.active_adapters
    plain = not module.lora_variant and not module.fan_in_fan_out and not module.lora_bias.get(adapter)
    if not plain or not isinstance(module.lora_dropout[adapter], torch.nn.Identity):
        return None
    base = module.base_layer
    weight = _frozen(base)
    if weight is None:
        return None
    down, up, scale = module.lora_A[adapter], module.lora_B[adapter], module.scaling[adapter]

    def forward(x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = AdaptedLinear.apply(x.flatten(0, -2), down.weight, up.weight, weight, base.bias, scale)  # type: ignore[no-untyped-call]
        return out.view(*x.shape[:-1], -1)

    return forward


def _frozen(base: torch.nn.Module) -> Callable[[], torch.Tensor] | None:
    if type(base) is torch.nn.Linear:
        return lambda: base.weight
    if type(base).__name__ == "Linear4bit":
        from bitsandbytes.functional import dequantize_4bit

        quantized: Any = base.weight
        return lambda: dequantize_4bit(quantized, quantized.quant_state)
    return None


def _register_attention() -> None:
    from transformers import AttentionInterface, AttentionMaskInterface

    AttentionInterface.register(ATTENTION, _attention)
    AttentionMaskInterface.register(ATTENTION, _no_mask)


def _no_mask(*args: Any, **named: Any) -> None:
    """Each row is looked at by itself, so that there is nothing to hide."""


def _attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: None,
    scaling: float | None = None,
    row_lengths: Sequence[int] = (),
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Causal attention of each row to itself.

    Args:
        module: The layer.
        query: `(1, heads, tokens, width)`, the rows end to end; or a batch of rows padded on the right; or one token
            that follows those whose keys were kept.
        key: The same with its own number of heads, and with the tokens that were kept.
        value: As `key`.
        attention_mask: There is none.
        scaling: Of the products; the root of the width where it is None.
        row_lengths: Tokens of each row.

    Returns:
        `(1, tokens, heads, width)`, and no weights.
    """
    kept = key.shape[2] > query.shape[2]
    if kept and query.shape[2] > 1:
        raise ValueError("several tokens at once after kept ones: their mask is not known here")
    if query.shape[0] > 1 or kept:
        # Whoever runs the model by its own forward gives padded rows. What stands behind a row's end no token of it sees.
        repeats = query.shape[1] // key.shape[1]
        key, value = (part.repeat_interleave(repeats, dim=1) for part in (key, value))
        return functional.scaled_dot_product_attention(query, key, value, is_causal=not kept, scale=scaling).transpose(1, 2), None
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    out: torch.Tensor = RowAttention.apply(query[0], key[0], value[0], scale, list(row_lengths) or [query.shape[2]])  # type: ignore[no-untyped-call]
    return out[None], None
