"""TRL's SFTTrainer, whose loss on a CPU costs what the answers need, and whose adapter keeps its precision.

Half the tokens of a question and its answer are the prompt, and a vocabulary is wide: the output layer
over all positions, and the entropies that TRL takes of them, were a third of the time of a step. On a
GPU, TRL's own kernel scores the trained positions alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from trl import SFTTrainer

from assistant.training.lean_model import make_lean

IGNORED = -100
"""The label of a token that is not trained on."""


class AnswerTrainer(SFTTrainer):
    """SFTTrainer for questions and answers.

    Args:
        keep_precision: Gives the trained weights the precision they are trained in. PEFT turns an
            adapter to fp32 whenever it loads one, so also when a training goes on from a checkpoint.
        settings: As for SFTTrainer.
    """

    def __init__(self, *, keep_precision: Callable[[Any], None], **settings: Any) -> None:
        super().__init__(**settings)
        self._keep_precision = keep_precision
        self._validated: list[tuple[float, int]] = []
        self._lean = make_lean(self.model)

    def create_optimizer(self, *args: Any) -> torch.optim.Optimizer:
        """Make the optimizer; a checkpoint's weights have been loaded by now."""
        self._keep_precision(self.model)
        optimizer: torch.optim.Optimizer = super().create_optimizer(*args)
        return optimizer

    def compute_loss(self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        """Mean negative log-likelihood of the answer tokens, in nats: TRL's `nll`, without entropy and accuracy of each token.

        Args:
            model: Causal language model.
            inputs: `input_ids`, `attention_mask`, `labels`, each `(batch, length)`.
            return_outputs: Left to TRL.
            num_items_in_batch: Trained tokens of the whole accumulated batch; None to count those given.
        """
        if return_outputs:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        if inputs["labels"].device.type != "cpu":
            loss = super().compute_loss(model, inputs, num_items_in_batch=num_items_in_batch)
            if not self.model.training:
                self._validated.append((float(loss), int((inputs["labels"][:, 1:] != IGNORED).sum())))
            return loss
        total, count = self._lean.loss(**_of_loss(inputs), ignored=IGNORED) if self._lean else _plain_loss(model, inputs)
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


def _plain_loss(model: Any, inputs: dict[str, Any]) -> tuple[torch.Tensor, int]:
    """Sum of the negative log-likelihoods of the trained tokens, and how many there are, for any architecture."""
    labels = inputs["labels"][:, 1:]
    trained = labels != IGNORED
    # A position predicts the token after it; the first one needed is the same for the whole batch.
    first = int(trained.any(dim=0).int().argmax())
    outputs = model(
        input_ids=inputs["input_ids"],
        attention_mask=inputs["attention_mask"],
        logits_to_keep=torch.arange(first, labels.shape[1]),
        use_cache=False,
    )
    kept = trained[:, first:]
    total = torch.nn.functional.cross_entropy(outputs.logits[kept].float(), labels[:, first:][kept], reduction="sum")
    return total, int(kept.sum())
