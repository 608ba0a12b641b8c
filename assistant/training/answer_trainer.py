"""TRL's SFTTrainer, whose loss on a CPU costs what the answers need, and whose adapter keeps its precision.

Half the tokens of a question and its answer are the prompt, and a vocabulary is wide: the output layer
over all positions, and the entropies that TRL takes of them, were a third of the time of a step. On a
GPU, TRL's own kernel scores the trained positions alone; it knows no weights of rows, so that rows with
weights take this project's way there as well.

With weights the loss of a step is

    sum over rows r of w_r * sum over answer tokens t of -log p(t)
    --------------------------------------------------------------
    sum over rows r of w_r * (number of answer tokens of r)

over all rows of the step, however many passes it has: a row of weight 2 counts as the same row twice. With all
weights 1 this is the mean over the answer tokens, and nothing is computed otherwise than without weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from trl import SFTTrainer

from assistant.core.errors import DataError
from assistant.training.lean_model import make_lean
from assistant.training.rows import WEIGHT

IGNORED = -100
"""The label of a token that is not trained on."""


class AnswerTrainer(SFTTrainer):
    """SFTTrainer for questions and answers.

    Args:
        keep_precision: Gives the trained weights the precision they are trained in. PEFT turns an
            adapter to fp32 whenever it loads one, so also when a training goes on from a checkpoint.
        settings: As for SFTTrainer; rows with a column `WEIGHT` count by it in the training's loss.

    Raises:
        DataError: Rows have weights, and this training cannot honour them.
    """

    data_collator: Any
    _signature_columns: list[str]

    def __init__(self, *, keep_precision: Callable[[Any], None], **settings: Any) -> None:
        super().__init__(**settings)
        self._keep_precision = keep_precision
        self._validated: list[tuple[float, float]] = []
        self._lean = make_lean(self.model)
        if WEIGHT in self.train_dataset.column_names:
            self._refuse_unweighable()
            self.data_collator = _Weighing(self.data_collator)

    def create_optimizer(self, *args: Any) -> torch.optim.Optimizer:
        """Make the optimizer; a checkpoint's weights have been loaded by now."""
        self._keep_precision(self.model)
        optimizer: torch.optim.Optimizer = super().create_optimizer(*args)
        return optimizer

    def _refuse_unweighable(self) -> None:
        reason = None
        if self.args.world_size > 1:
            reason = "in several processes"
        elif getattr(self, "aux_loss_enabled", False):
            reason = "of a mixture of experts with a loss of its own"
        if reason:
            raise DataError(
                f"rows have weights, which a training {reason} would not honour",
                "Balance by oversampling instead: --set data.balance.by=oversample.",
            )

    def _set_signature_columns_if_needed(self) -> None:
        super()._set_signature_columns_if_needed()
        if WEIGHT not in self._signature_columns:
            self._signature_columns = [*self._signature_columns, WEIGHT]

    def _get_num_items_in_batch(self, batch_samples: list[dict[str, Any]], device: torch.device) -> Any:
        """Trained tokens of the passes that make one step, each by the weight of its row."""
        count = super()._get_num_items_in_batch(batch_samples, device)
        if count is None or not any(WEIGHT in batch for batch in batch_samples):
            return count
        return torch.stack([_trained(batch["labels"][:, 1:], batch[WEIGHT]).cpu() for batch in batch_samples]).sum().to(device)

    def compute_loss(self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        """Mean negative log-likelihood of the answer tokens, in nats: TRL's `nll`, without entropy and accuracy of each token.

        A validation is never weighted.

        Args:
            model: Causal language model.
            inputs: `input_ids`, `attention_mask`, `labels`, each `(batch, length)`; `weight`, `(batch,)`, where rows have weights.
            return_outputs: Left to TRL.
            num_items_in_batch: Trained tokens of the whole accumulated batch, by weight; None to count those given.
        """
        given = inputs.pop(WEIGHT, None)
        weights = given if self.model.training else None
        if return_outputs and weights is None:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        if return_outputs:
            raise NotImplementedError("a weighted loss comes without the model's outputs")
        if inputs["labels"].device.type != "cpu" and weights is None:
            loss = super().compute_loss(model, inputs, num_items_in_batch=num_items_in_batch)
            if not self.model.training:
                self._validated.append((float(loss), int((inputs["labels"][:, 1:] != IGNORED).sum())))
            return loss
        total, count = self._lean.loss(**_of_loss(inputs), ignored=IGNORED, weights=weights) if self._lean else _plain_loss(model, inputs, weights)
        if self.model.training:
            self._total_train_tokens += int(inputs["attention_mask"].sum())
        self._metrics["train" if self.model.training else "eval"]["num_tokens"] = [self._total_train_tokens]
        loss = total / (count if num_items_in_batch is None else num_items_in_batch)
        if not self.model.training:
            self._validated.append((float(loss), count))
        return loss

    def evaluation_loop(self, *args: Any, **named: Any) -> Any:
        """The mean over all answer tokens; transformers takes the mean of the batches' means, which depends on their size."""
        self._validated = []
        output = super().evaluation_loop(*args, **named)
        tokens = sum(count for _, count in self._validated)
        output.metrics["eval_loss"] = sum(loss * count for loss, count in self._validated) / tokens
        return output


def _of_loss(inputs: dict[str, Any]) -> dict[str, Any]:
    return {name: inputs[name] for name in ("input_ids", "attention_mask", "labels")}


def _trained(labels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """How many labels are trained on, those of each row by its weight."""
    return (labels.ne(IGNORED).sum(1) * weights).sum()


class _Weighing:
    """A collator that also puts the weights of rows together; rows that have none stay as they are.

    Args:
        collator: TRL's own.
    """

    def __init__(self, collator: Callable[[list[dict[str, Any]]], dict[str, Any]]) -> None:
        self._collator = collator

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        batch = self._collator([{name: part for name, part in row.items() if name != WEIGHT} for row in rows])
        if WEIGHT in rows[0]:
            batch[WEIGHT] = torch.tensor([row[WEIGHT] for row in rows], dtype=torch.float32)
        return batch


def _plain_loss(model: Any, inputs: dict[str, Any], weights: torch.Tensor | None = None) -> tuple[torch.Tensor, float]:
    """Sum of the negative log-likelihoods of the trained tokens, and how many there are, for any architecture; both by weight where given."""
    labels = inputs["labels"][:, 1:]
    trained = labels != IGNORED
    # A position predicts the token after it; the first one needed is the same for the whole batch.
    first = int(trained.any(dim=0).int().argmax())
    outputs = model(
        input_ids=inputs["input_ids"],
        attention_mask=inputs["attention_mask"],
        logits_to_keep=torch.arange(first, labels.shape[1], device=labels.device),
        use_cache=False,
    )
    kept = trained[:, first:]
    logits, wanted = outputs.logits[kept].float(), labels[:, first:][kept]
    if weights is None:
        return torch.nn.functional.cross_entropy(logits, wanted, reduction="sum"), int(kept.sum())
    counts = weights.repeat_interleave(kept.sum(1))
    total = (torch.nn.functional.cross_entropy(logits, wanted, reduction="none") * counts).sum()
    return total, float(counts.sum())
