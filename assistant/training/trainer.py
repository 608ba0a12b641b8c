"""TRL's SFTTrainer with this project's settings; every one that differs from its defaults says why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.core.recipe import Training
from assistant.models.template import PromptTemplate
from assistant.training.rows import Rows

if TYPE_CHECKING:
    from transformers import PreTrainedModel, TrainerCallback
    from trl import SFTTrainer

LOGGED = 100
"""About how many points the curve of the training loss has."""


def make_trainer(
    model: PreTrainedModel,
    template: PromptTemplate,
    train: Rows,
    validation: Rows,
    training: Training,
    folder: Path,
    callbacks: Sequence[TrainerCallback],
    in_order: bool = False,
) -> SFTTrainer:
    """Put a trainer together; nothing is trained yet.

    Args:
        model: Made ready by `assistant.training.methods`.
        template: Renders the rows; its tokenizer is what TRL tokenizes with.
        train: What is learned.
        validation: What chooses the best checkpoint; may be empty.
        training: The recipe's settings.
        folder: Where checkpoints go.
        callbacks: What listens.
        in_order: Take the rows as they come instead of shuffling them.
    """
    from datasets import Dataset
    from transformers.trainer_callback import PrinterCallback

    from assistant.training.answer_trainer import AnswerTrainer
    from assistant.training.methods import keep_precision
    from assistant.training.optimizer import MasterAdamW

    trainer = AnswerTrainer(
        model=model,
        args=_settings(training, folder, steps_of(train, training), bool(validation.rows), model, in_order),
        train_dataset=Dataset.from_list(train.rows),
        eval_dataset=Dataset.from_list(validation.rows) if validation.rows else None,
        processing_class=template.tokenizer,
        callbacks=list(callbacks),
        keep_precision=lambda trained: keep_precision(trained, training),
        optimizer_cls_and_kwargs=(MasterAdamW, {"lr": training.learning_rate, "weight_decay": training.weight_decay, "fused": True}),
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def steps_of(train: Rows, training: Training) -> int:
    """Steps of the optimizer that a training takes, as Trainer counts them."""
    batches = math.ceil(len(train.rows) / training.batch_size)
    by_epochs = math.ceil(training.epochs * max(1, math.ceil(batches / training.accumulation)))
    return training.max_steps or by_epochs


def _settings(training: Training, folder: Path, steps: int, validated: bool, model: Any, in_order: bool) -> Any:
    from trl import SFTConfig

    every = math.ceil(steps / training.evaluations)
    settings = SFTConfig(
        output_dir=str(folder),
        # What is said to the loss: the answer alone, unpacked. Without FlashAttention neighbours in a
        # pack would see each other.
        completion_only_loss=True,
        packing=False,
        max_length=training.max_length,
        num_train_epochs=training.epochs,
        max_steps=training.max_steps or -1,
        per_device_train_batch_size=training.batch_size,
        per_device_eval_batch_size=training.batch_size,
        gradient_accumulation_steps=training.accumulation,
        learning_rate=training.learning_rate,
        lr_scheduler_type={"constant": "constant_with_warmup"}.get(training.schedule, training.schedule),
        warmup_steps=training.warmup,
        max_grad_norm=training.max_grad_norm,
        # It saves memory for a third more time; TRL has it on.
        gradient_checkpointing=False,
        # The weights' own precision is what is computed in. TRL would turn autocast on, also on a CPU.
        bf16=False,
        fp16=False,
        use_cpu=model.device.type == "cpu",
        logging_steps=max(1, steps // LOGGED),
        logging_nan_inf_filter=False,
        eval_strategy="steps" if validated else "no",
        eval_steps=every,
        prediction_loss_only=True,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=validated,
        metric_for_best_model="eval_loss" if validated else None,
        greater_is_better=False,
        train_sampling_strategy="sequential" if in_order else "random",
        seed=training.seed,
        data_seed=training.seed,
        dataloader_pin_memory=model.device.type != "cpu",
        report_to="none",
        disable_tqdm=True,
    )
    # The model is on one device; with more in sight, Trainer would spread it over all of them.
    settings._n_gpu = min(1, settings.n_gpu)
    return settings
