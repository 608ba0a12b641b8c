"""Writes the compiled form of a version: `python -m assistant.engines.writer`, a process of its own.

It needs torch and several times the memory of the model, and gives all of it back at its end.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.core.allocator import give_back_memory
from assistant.core.errors import AssistantError, UserError
from assistant.core.files import readable_disk_errors
from assistant.core.offline import stay_offline
from assistant.engines.spec import EngineSpec


def write_form(spec: EngineSpec, folder: Path, precision: str) -> dict[str, Any]:
    """Merge the adapter on the unquantized base in fp32, and write it for openvino with its light tokenizer.

    Args:
        spec: What `transformers` would load.
        folder: Where the files go.
        precision: Of the matrices.

    Returns:
        `context_tokens`, `kv_bytes_per_token` and `activation_group` of `Compiled`.

    Raises:
        UserError: The template is not the one that was trained with, or the weights cannot be loaded.
        ValueError: The tokenizer has no form that is read without transformers.
    """
    from assistant.engines.compiled import INT8, STUB_TOKENIZER, WEIGHTS
    from assistant.engines.packing import pack
    from assistant.engines.transformers_engine import merged
    from assistant.models.gguf_file import write_gguf, write_stub_tokenizer
    from assistant.models.light_tokenizer import save_light
    from assistant.models.template import load_template
    from assistant.models.weights import load_weights

    template = load_template(Path(spec.tokenizer), spec.system_prompt, spec.template_fingerprint)
    save_light(template.tokenizer, template.end_ids, folder)
    # On a CPU also where there is a GPU: the file is the same.
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    model = load_weights(Path(spec.weights), "float32")
    model = merged(model, spec.adapter) if spec.adapter else model
    config = model.config.get_text_config()
    write_stub_tokenizer(folder / STUB_TOKENIZER)
    group = None
    if precision == INT8:
        with TemporaryDirectory(dir=folder) as unpacked:
            write_gguf(model, template.tokenizer, Path(unpacked) / WEIGHTS, "f16")
            # Packing needs the memory that it takes.
            del model
            give_back_memory()
            group = pack(Path(unpacked) / WEIGHTS, folder / STUB_TOKENIZER, folder)
    else:
        write_gguf(model, template.tokenizer, folder / WEIGHTS, precision)
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    # Keys and values of every layer, at most 2 bytes each.
    return {
        "context_tokens": int(config.max_position_embeddings),
        "kv_bytes_per_token": 2 * config.num_hidden_layers * config.num_key_value_heads * head * 2,
        "activation_group": group,
    }


def main() -> None:
    """Take the order as JSON on stdin; answer with one line of JSON on stdout."""
    outgoing = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    stay_offline()
    order = json.load(sys.stdin)
    try:
        folder = Path(order["folder"])
        with readable_disk_errors(folder):
            answer: dict[str, Any] = write_form(EngineSpec(**order["spec"]), folder, order["precision"])
    except UserError as error:
        answer = {"what": error.what, "todo": error.todo}
    except (AssistantError, ValueError) as error:
        answer = {"refusal": str(error)}
    outgoing.write(json.dumps(answer) + "\n")
    outgoing.flush()


if __name__ == "__main__":
    main()
