"""Writes a model as one GGUF file, which openvino-genai and llama.cpp read.

The format and its names of tensors are those of ggml's own `gguf` package.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.models.gguf_support import FAMILIES, rope_of

if TYPE_CHECKING:
    import numpy as np
    from gguf import GGUFWriter
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

NORMAL, CONTROL, USER_DEFINED, UNUSED = 1, 3, 4, 5
"""gguf's TokenType."""

SPLITS = {
    # How llama.cpp calls the ways of splitting text before the merges; by a piece of the tokenizer's own rule.
    "smollm": '"individual_digits": true',
    "llama-bpe": r"\\p{N}{1,3}",
    "qwen2": r"|\\p{N}|",
}


def write_gguf(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, path: Path, precision: str) -> None:
    """Write a model with its tokenizer.

    Matrices are written in `precision`, vectors in fp32.

    Args:
        model: Of an architecture in `gguf_support.FAMILIES`, any adapter merged.
        tokenizer: A fast one over byte-level BPE, with its chat template.
        path: The file to write.
        precision: `f16`, `q8_0` or `q4_0`.

    Raises:
        ValueError: The tokenizer is of another kind.
    """
    import gguf

    config = model.config.to_dict()
    family = FAMILIES[model.config.architectures[0]]
    writer = gguf.GGUFWriter(path, family)
    _write_shape(writer, config, precision)
    _write_tokenizer(writer, tokenizer, config["vocab_size"])
    architecture = next(arch for arch, name in gguf.MODEL_ARCH_NAMES.items() if name == family)
    names = gguf.get_tensor_name_map(architecture, config["num_hidden_layers"])
    quantization = gguf.GGMLQuantizationType[precision.upper()]
    tied = config.get("tie_word_embeddings", False)
    for name, tensor in model.state_dict().items():
        if tied and name == "lm_head.weight":
            continue
        values = tensor.float().cpu().numpy()
        if family == "llama":
            values = _interleaved(name, values, config)
        new_name = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if new_name is None:
            raise ValueError(f"GGUF has no place for the tensor {name}")
        if values.ndim == 1:
            writer.add_tensor(new_name, values)
        else:
            writer.add_tensor(new_name, gguf.quants.quantize(values, quantization), raw_dtype=quantization)
    _finish(writer)


def write_stub_tokenizer(path: Path) -> None:
    """Write a GGUF with the bytes for a vocabulary.

    openvino-genai wants a tokenizer of its own and takes two seconds to make it of a whole vocabulary. The
    engine gives it token numbers only, so that this one is never asked.
    """
    import gguf
    import numpy
    from tokenizers.pre_tokenizers import ByteLevel

    letters = sorted(ByteLevel.alphabet())
    tokens = [*letters, "<|end|>", letters[0] + letters[1]]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([NORMAL] * len(letters) + [CONTROL, NORMAL])
    writer.add_token_merges([" ".join(letters[:2])])
    writer.add_eos_token_id(len(letters))
    # Readers of the format expect a tensor.
    writer.add_tensor("token_embd.weight", numpy.zeros((1, 32), dtype=numpy.float32))
    _finish(writer)


def _finish(writer: GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_shape(writer: GGUFWriter, config: Mapping[str, Any], precision: str) -> None:
    import gguf

    head = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    writer.add_name(Path(str(config.get("_name_or_path") or "model")).name)
    writer.add_file_type(gguf.LlamaFileType[f"MOSTLY_{precision.upper()}"])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config.get("num_key_value_heads") or config["num_attention_heads"])
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(rope_of(config)["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])


def _write_tokenizer(writer: GGUFWriter, tokenizer: PreTrainedTokenizerBase, rows: int) -> None:
    """The vocabulary; the engine here is given token numbers and does not use it, llama.cpp does."""
    backend = json.loads(tokenizer.backend_tokenizer.to_str())
    if backend["model"]["type"] != "BPE" or "ByteLevel" not in json.dumps(backend["pre_tokenizer"]):
        raise ValueError(f"a tokenizer of type {backend['model']['type']} over other pieces than bytes has no form here")
    tokens = [f"[UNUSED{number}]" for number in range(rows)]
    types = [UNUSED] * rows
    for token, number in backend["model"]["vocab"].items():
        tokens[number], types[number] = token, NORMAL
    for added in backend["added_tokens"]:
        tokens[added["id"]], types[added["id"]] = added["content"], CONTROL if added["special"] else USER_DEFINED
    rule = json.dumps(backend["pre_tokenizer"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(next((name for name, piece in SPLITS.items() if piece in rule), "gpt-2"))
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in backend["model"]["merges"]])
    for add, number in (
        (writer.add_bos_token_id, tokenizer.bos_token_id),
        (writer.add_eos_token_id, tokenizer.eos_token_id),
        (writer.add_pad_token_id, tokenizer.pad_token_id),
    ):
        if number is not None:
            add(number)
    # The template writes the special tokens itself.
    writer.add_add_bos_token(False)
    if tokenizer.chat_template:
        writer.add_chat_template(str(tokenizer.chat_template))


def _interleaved(name: str, values: np.ndarray[Any, Any], config: Mapping[str, Any]) -> np.ndarray[Any, Any]:
    """GGUF's llama turns neighbouring pairs of a head by its rope, transformers the two halves of a head."""
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config.get("num_key_value_heads") or config["num_attention_heads"]}
    module = name.rsplit(".", 2)[-2] if "." in name else name
    if module not in heads:
        return values
    halves = values.reshape(heads[module], 2, -1, *values.shape[1:])
    return halves.swapaxes(1, 2).reshape(values.shape)
