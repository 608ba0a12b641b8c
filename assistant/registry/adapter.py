"""An adapter as it lies in a version's folder, read without torch."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from assistant.core.errors import TargetError
from assistant.core.files import read_json

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
"""As PEFT calls them."""

FACTORS = {"lora_A": "A", "lora_B": "B", "lora_embedding_A": "A", "lora_embedding_B": "B"}
"""The two matrices whose product is an update (Hu et al. 2021), by the name of the tensor that holds one."""


def adapter_is_inert(folder: Path) -> bool:
    """Whether an adapter changes nothing: each of its updates has a factor that is zero throughout, or they are scaled by zero.

    LoRA starts with every B at zero, so that an adapter that was never trained, or was saved before its
    weights were in it, answers exactly as its base. Whole weights and new tokens that are saved along
    (`modules_to_save`, `trainable_tokens`) are taken for changed ones.

    Raises:
        TargetError: There is no adapter, or it cannot be read.
    """
    from safetensors import SafetensorError, deserialize

    try:
        scaled_by_zero = read_json(folder / CONFIG).get("lora_alpha") == 0
        tensors = deserialize((folder / WEIGHTS).read_bytes())  # type: ignore[no-untyped-call]
    except (OSError, ValueError, AttributeError, SafetensorError) as error:
        raise TargetError(f"the adapter in {folder} cannot be read: {str(error).splitlines()[0]}", "Put its files back, or train again.") from None
    zero: defaultdict[str, bool] = defaultdict(bool)
    for name, tensor in tensors:
        part = next((part for part in name.split(".") if part in FACTORS), None)
        if part is None:
            return False
        data = tensor["data"]
        zero[name.replace(part, "")] |= data.count(0) == len(data)
    return scaled_by_zero or all(zero.values())
