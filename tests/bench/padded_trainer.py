"""The recipe of many tutorials, run in the peers' environment: transformers.Trainer, peft, every row padded to the full length, fp32.

    python padded_trainer.py '{"base": ..., "rows": ..., "output": ..., "max_length": 512, ...}'

Its last line is JSON: `tokens` without padding, `seconds` of training.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

IGNORED = -100


class Counting(Trainer):
    """A Trainer that counts the tokens it is shown, without padding."""

    tokens = 0

    def training_step(self, model, inputs, *args, **named):
        self.tokens += int(inputs["attention_mask"].sum())
        return super().training_step(model, inputs, *args, **named)


def padded(row: dict, tokenizer, length: int) -> dict[str, list[int]]:
    """Token numbers, mask and labels of a row, each `(length,)`; the labels are the tokens, padding ignored."""
    text = tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)
    encoded = dict(tokenizer(text, truncation=True, max_length=length, padding="max_length", add_special_tokens=False))
    encoded["labels"] = [token if seen else IGNORED for token, seen in zip(encoded["input_ids"], encoded["attention_mask"], strict=True)]
    return encoded


def main() -> None:
    """Train, save the adapter, say what it took."""
    order = json.loads(sys.argv[1])
    torch.manual_seed(order["seed"])
    tokenizer = AutoTokenizer.from_pretrained(order["base"])
    model = AutoModelForCausalLM.from_pretrained(order["base"], dtype=torch.float32)
    lora = LoraConfig(r=order["rank"], lora_alpha=order["alpha"], lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM")
    rows = [padded(json.loads(line), tokenizer, order["max_length"]) for line in Path(order["rows"]).read_text(encoding="utf-8").splitlines()]
    settings = TrainingArguments(
        output_dir=order["output"],
        num_train_epochs=order["epochs"],
        max_steps=order["steps"] or -1,
        per_device_train_batch_size=order["batch_size"],
        learning_rate=order["learning_rate"],
        lr_scheduler_type="cosine",
        warmup_steps=order["warmup"],
        use_cpu=True,
        seed=order["seed"],
        save_strategy="no",
        report_to="none",
        dataloader_pin_memory=False,
    )
    trainer = Counting(model=get_peft_model(model, lora), args=settings, train_dataset=rows)
    result = trainer.train()
    trainer.save_model(order["output"])
    print(json.dumps({"tokens": trainer.tokens, "seconds": result.metrics["train_runtime"]}))


if __name__ == "__main__":
    main()
