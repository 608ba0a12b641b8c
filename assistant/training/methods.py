"""The three methods: what is loaded, and which of its weights are trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.core.errors import RecipeError
from assistant.core.recipe import Training
from assistant.models.fitting import FittedBase
from assistant.models.weights import load_weights

if TYPE_CHECKING:
    from transformers import PreTrainedModel


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
    model.config.use_cache = False
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
    adapted.get_base_model().config.name_or_path = str(fitted.base.name)
    for settings in adapted.peft_config.values():
        settings.base_model_name_or_path = str(fitted.weights)
    return adapted


def _rows_of_new_tokens(model: PreTrainedModel, new_ids: tuple[int, ...]) -> dict[str, list[int]] | None:
    """Where tokens that the base has never seen are learned: rows of the embedding, and of an output layer of its own."""
    if not new_ids:
        return None
    names = {id(module): name.rsplit(".", 1)[-1] for name, module in model.named_modules()}
    layers: list[Any] = [model.get_input_embeddings()]
    if not model.config.get_text_config().tie_word_embeddings:
        layers.append(model.get_output_embeddings())
    return {names[id(layer)]: list(new_ids) for layer in layers}
