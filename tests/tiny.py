"""Tiny random models of four families, each with a tokenizer and template in its family's manner.

They are real models of transformers with a few thousand weights; nothing in them is scripted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

TEXT = [
    "Drink water and rest. See a doctor if the fever lasts for more than three days.",
    "What is a cold? A cold is a mild infection of the nose and throat.",
    "Wash your hands, sleep well and eat enough fruit. Input: Output: system user assistant model",
    "How do I keep from getting the flu? Get the vaccine each year and stay away from people who cough.",
]

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA3 = (
    "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content | trim }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)

FAMILIES: dict[str, dict[str, Any]] = {
    "llama": {
        "special": ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
        "tokens": {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>"},
        "template": LLAMA3,
    },
    "qwen": {
        "special": ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        "tokens": {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"},
        "template": CHATML,
    },
    "gemma": {
        "special": ["<pad>", "<eos>", "<bos>", "<start_of_turn>", "<end_of_turn>"],
        "tokens": {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>"},
        "template": GEMMA,
    },
    "gpt2": {
        "special": ["<|endoftext|>"],
        "tokens": {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"},
        "template": None,
    },
}


def make_tiny(family: str, folder: Path) -> Path:
    """Save a tiny random model of a family."""
    import torch

    tokenizer = _tokenizer(family)
    torch.manual_seed(0)
    model = _model(family, len(tokenizer))
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(family: str) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    facts = FAMILIES[family]
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=facts["special"], initial_alphabet=alphabet, show_progress=False)
    backend.train_from_iterator(TEXT, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, **facts["tokens"])
    tokenizer.add_special_tokens({"additional_special_tokens": facts["special"]}, replace_extra_special_tokens=False)
    tokenizer.chat_template = facts["template"]
    return tokenizer


def _model(family: str, vocabulary: int) -> Any:
    from transformers import GemmaConfig, GemmaForCausalLM, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

    common = {
        "vocab_size": vocabulary,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 256,
    }
    if family == "llama":
        return LlamaForCausalLM(LlamaConfig(**common, tie_word_embeddings=False))
    if family == "qwen":
        return Qwen2ForCausalLM(Qwen2Config(**common, tie_word_embeddings=True))
    if family == "gemma":
        return GemmaForCausalLM(GemmaConfig(**common, head_dim=16, pad_token_id=0))
    return GPT2LMHeadModel(GPT2Config(vocab_size=vocabulary, n_embd=64, n_layer=2, n_head=4, n_positions=256))
