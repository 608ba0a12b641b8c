"""Which models have a form as GGUF that openvino-genai reads; looks at their configuration alone, and imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.core.files import read_json

FAMILIES = {"LlamaForCausalLM": "llama", "Qwen2ForCausalLM": "qwen2", "Qwen3ForCausalLM": "qwen3"}
"""Architectures whose GGUF openvino-genai reads, with GGUF's names for them."""

BLOCK = {"int8": 32, "f16": 1, "q8_0": 32, "q4_0": 32}
"""By precision, what the length of a row must be a multiple of: weights or activations share scales in such pieces."""


def read_config(folder: Path) -> dict[str, Any]:
    """The configuration of a model folder."""
    config: dict[str, Any] = read_json(folder / "config.json")
    return config


def why_not(config: Mapping[str, Any], precision: str) -> str | None:
    """Why a model has no such form, in a few words; None if it has one.

    Args:
        config: Its `config.json`.
        precision: A key of `BLOCK`.
    """
    architecture = (config.get("architectures") or ["unknown"])[0]
    if architecture not in FAMILIES:
        return f"openvino reads no {architecture}"
    rope = rope_of(config)
    if rope.get("rope_type", "default") != "default":
        return f"openvino reads no rope of type {rope['rope_type']}"
    biased = [key for key in ("attention_bias", "mlp_bias") if config.get(key)]
    if biased:
        return f"openvino reads no {architecture} with {biased[0]}"
    if config.get("use_sliding_window"):
        return f"openvino reads no {architecture} with a sliding window"
    if config.get("hidden_act", "silu") != "silu":
        return f"openvino reads no {architecture} with {config['hidden_act']}"
    uneven = [key for key in ("hidden_size", "intermediate_size") if config[key] % BLOCK[precision]]
    if uneven:
        return f"{uneven[0]} {config[uneven[0]]} is no multiple of {BLOCK[precision]}, as {precision} wants"
    return None


def rope_of(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """How positions are told, wherever this release of transformers wrote it."""
    return config.get("rope_parameters") or {**(config.get("rope_scaling") or {}), "rope_theta": config.get("rope_theta", 10_000.0)}
