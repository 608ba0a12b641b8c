"""Which models are written for openvino, told from their configuration."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.models.gguf_support import BLOCK, why_not

LLAMA: dict[str, Any] = {"architectures": ["LlamaForCausalLM"], "hidden_size": 576, "intermediate_size": 1536, "hidden_act": "silu"}


@pytest.mark.parametrize("precision", BLOCK)
@pytest.mark.parametrize("rope", [{}, {"rope_parameters": {"rope_type": "default", "rope_theta": 1e5}}, {"rope_theta": 1e4, "rope_scaling": None}])
def test_the_embedded_base_and_its_like_are_written(precision: str, rope: dict[str, Any]) -> None:
    assert why_not({**LLAMA, **rope}, precision) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"architectures": ["GemmaForCausalLM"]}, "reads no GemmaForCausalLM"),
        ({"architectures": None}, "reads no unknown"),
        ({"rope_parameters": {"rope_type": "llama3"}}, "rope of type llama3"),
        ({"rope_scaling": {"rope_type": "yarn"}}, "rope of type yarn"),
        ({"attention_bias": True}, "with attention_bias"),
        ({"use_sliding_window": True}, "sliding window"),
        ({"hidden_act": "gelu"}, "with gelu"),
        ({"hidden_size": 570}, "no multiple of 32"),
    ],
)
def test_others_are_not_and_the_reason_is_told(change: dict[str, Any], reason: str) -> None:
    assert reason in str(why_not({**LLAMA, **change}, "q8_0"))


def test_half_floats_have_no_blocks() -> None:
    assert why_not({**LLAMA, "hidden_size": 570}, "f16") is None
