"""The three methods: what is loaded, and which of its weights are trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.core.errors import BaseError, RecipeError
from assistant.core.recipe import Training
from assistant.models.fitting import FittedBase
from assistant.models.weights import load_weights, pick_dtype

if TYPE_CHECKING:
    from transformers import PreTrainedModel

NF4_BLOCK = 64
"""Weights that share one scale in bitsandbytes' NF4."""


def load_for_training(fitted: FittedBase, training: Training) -> PreTrainedModel:
    """Load a base and make ready what the method trains.

    Returns:
        The base itself for `full`, a `PeftModel` for `lora` and `qlora`.

    Raises:
        RecipeError: `lora.targets` names modules that the base does not have.
        BaseError: The weights cannot be loaded.
    """
    import torch

    torch.manual_seed(training.seed)
    model = load_weights(fitted.weights, training.precision, four_bit=training.method == "qlora")
    if training.method == "qlora":
        _check_blocks(model)
        _keep_blocks(model)
    if training.method == "full":
        return model
    return _with_adapter(model, fitted, training)


def _with_adapter(model: PreTrainedModel, fitted: FittedBase, training: Training) -> PreTrainedModel:
    from peft import LoraConfig, get_peft_model

    lora = training.lora
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=lora.targets if isinstance(lora.targets, str) else list(lora.targets),
        trainable_token_indices=_rows_of_new_tokens(model, fitted.new_ids),
    )
    try:
        # The adapter takes the precision of the weights, which is twice as fast as mixing; the optimizer
        # keeps fp32 copies of what it trains (assistant.training.optimizer).
        adapted: PreTrainedModel = get_peft_model(model, config, autocast_adapter_dtype=False)
    except ValueError as error:
        todo = "Use `all-linear`, or names of linear layers of the base."
        raise RecipeError(f"training.lora.targets does not suit the base: {error}", todo) from error
    head = adapted.get_base_model().get_output_embeddings()
    if not hasattr(head, "bias"):
        # PEFT's wrapper of a head with trained rows hides it, and TRL's loss asks for it.
        head.bias = getattr(head.original_module, "bias", None)
    for settings in adapted.peft_config.values():
        settings.base_model_name_or_path = str(fitted.weights)
    return adapted


def keep_precision(model: PreTrainedModel, training: Training) -> None:
    """Give the adapter the precision that it is trained in; PEFT turns it to fp32 whenever it loads one."""
    if training.method == "full":
        return
    dtype = pick_dtype(training.precision, str(model.device))
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(dtype)


def _check_blocks(model: PreTrainedModel) -> None:
    """Refuse what bitsandbytes cannot compute on a CPU, before it fails in the middle."""
    if model.device.type != "cpu":
        return
    for name, module in model.named_modules():
        if type(module).__name__ == "Linear4bit" and module.in_features % NF4_BLOCK:
            raise BaseError(
                f"qlora on a CPU wants layers whose inputs are a multiple of {NF4_BLOCK}, and {name} has {module.in_features}",
                "Use `training.method: lora` for this base, or a GPU.",
            )


def _keep_blocks(model: PreTrainedModel) -> None:
    """Keep bitsandbytes from repacking the weights of the base whenever it is validated.

    Its faster layout for AVX-512 rounds the scales, and what it rounds stays rounded: the base would
    change a little at each validation.
    """
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False


def _rows_of_new_tokens(model: PreTrainedModel, new_ids: tuple[int, ...]) -> dict[str, list[int]] | None:
    """Where tokens that the base has never seen are learned: rows of the embedding, and of an output layer of its own."""
    if not new_ids:
        return None
    names = {id(module): name.rsplit(".", 1)[-1] for name, module in model.named_modules()}
    layers: list[Any] = [model.get_input_embeddings()]
    if not model.config.get_text_config().tie_word_embeddings:
        layers.append(model.get_output_embeddings())
    return {names[id(layer)]: list(new_ids) for layer in layers}
