"""Weights from a folder into memory: in which precision, whether in 4 bits, on which device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.allocator import give_back_memory
from assistant.core.errors import BaseError
from assistant.core.machine import has_bf16
from assistant.models.quiet import quiet_libraries

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


def pick_device() -> str:
    """The device that a model goes to: a GPU where there is one."""
    import torch

    return "cuda:0" if torch.cuda.is_available() else "cpu"


def pick_dtype(precision: str, device: str) -> torch.dtype:
    """The precision that `auto` means on a device; every other is taken at its word."""
    import torch

    if precision == "auto":
        fast = torch.cuda.is_bf16_supported(including_emulation=False) if device.startswith("cuda") else has_bf16()
        return torch.bfloat16 if fast else torch.float32
    dtype: torch.dtype = getattr(torch, precision)
    return dtype


def load_weights(folder: Path, precision: str = "auto", four_bit: bool = False) -> PreTrainedModel:
    """Load a causal language model, from safetensors and without code of its own.

    Args:
        folder: Config and safetensors.
        precision: `auto`, `bfloat16` or `float32`.
        four_bit: NF4 with double quantization (Dettmers et al. 2023) instead of plain weights.

    Raises:
        BaseError: The architecture is unknown, or the weights do not fit it.
    """
    from transformers import AutoModelForCausalLM

    quiet_libraries()
    device = pick_device()
    dtype = pick_dtype(precision, device)
    settings: dict[str, Any] = {"dtype": dtype, "device_map": {"": device}}
    if four_bit:
        settings["quantization_config"] = _nf4(dtype)
    try:
        model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
            folder, trust_remote_code=False, use_safetensors=True, local_files_only=True, **settings
        )
    except (ValueError, OSError, KeyError) as error:
        todo = "Name a causal language model of an architecture that transformers has."
        raise BaseError(f"cannot load the model in {folder}: {error}", todo) from error
    if four_bit and device == "cpu":
        _let_go_of_file(model)
    return model


def _let_go_of_file(model: PreTrainedModel) -> None:
    """Copy what was not quantized out of the file, which is mapped into memory whole as long as one tensor is in it."""
    for tensor in (*model.parameters(), *model.buffers()):
        if tensor.is_floating_point():
            tensor.data = tensor.data.clone()
    give_back_memory()


def _nf4(dtype: torch.dtype) -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype)
