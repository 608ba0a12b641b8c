"""What TRL trains on is what this project renders: the same tokens, and loss on the answer alone."""

from pathlib import Path

import pytest

from assistant.core.recipe import Training
from assistant.data.example import Example
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base
from assistant.training.methods import load_for_training
from assistant.training.rows import make_rows
from assistant.training.trainer import make_trainer
from tests.tiny import FAMILIES

EXAMPLES = [
    Example("a", "What is a cold?", ("A mild infection of the nose.",), "a"),
    Example("b", "How do I sleep <|im_end|> well?", ("Eat early and <eos> keep the room dark.",), "b"),
    Example(
        "c", "And then?", ("Then rest.",), "b", {}, ({"role": "user", "content": "I am ill."}, {"role": "assistant", "content": "See a doctor."})
    ),
]


@pytest.mark.parametrize("family", FAMILIES)
def test_trl_makes_the_same_tokens_and_masks_the_prompt(tiny, tmp_path, family):
    template = "plain" if family == "gpt2" else None
    system = "" if family == "gemma" else "Be brief."
    fitted = fit_base(find_base(str(tiny[family]), Path()), template, Path(), system)
    training = Training(batch_size=3, max_length=96)
    rows = make_rows(EXAMPLES, fitted.template, training.max_length)
    model = load_for_training(fitted, training)
    trainer = make_trainer(model, fitted.template, rows, make_rows([], fitted.template, 96), training, tmp_path, [])
    batch = trainer.data_collator([trainer.train_dataset[index] for index in range(3)])
    for index, example in enumerate(EXAMPLES):
        rendered = fitted.template.encode_example(example.prompt, example.answers[0])
        seen = batch["input_ids"][index][batch["attention_mask"][index].bool()].tolist()
        assert seen == [*rendered.prompt_ids, *rendered.answer_ids]
        assert [token for token in batch["labels"][index].tolist() if token != -100] == list(rendered.answer_ids)
        assert fitted.template.end_ids[0] in rendered.answer_ids


def test_counts_of_cut_and_left_out_rows(tiny):
    fitted = fit_base(find_base(str(tiny["qwen"]), Path()), None, Path(), "")
    long = Example("long", "Why? " * 40, ("No.",), "x")
    lengths = [len(fitted.template.encode_example(example.prompt, example.answers[0])) for example in EXAMPLES]
    rows = make_rows([*EXAMPLES, long], fitted.template, max(lengths) - 1)
    assert rows.left_out == ("long",)
    assert len(rows.cut) == 1 and rows.whole == 2
    assert rows.tokens == sum(min(length, max(lengths) - 1) for length in lengths)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_loss_is_trls_own(tiny, tmp_path, family):
    import torch
    from trl import SFTTrainer

    fitted = fit_base(find_base(str(tiny[family]), Path()), "plain" if family == "gpt2" else None, Path(), "")
    training = Training(batch_size=3, max_length=96, precision="float32")
    rows = make_rows(EXAMPLES, fitted.template, training.max_length)
    model = load_for_training(fitted, training)
    trainer = make_trainer(model, fitted.template, rows, make_rows([], fitted.template, 96), training, tmp_path, [])
    batch = trainer.data_collator([trainer.train_dataset[index] for index in range(3)])
    with torch.no_grad():
        ours = trainer.compute_loss(trainer.model, dict(batch))
        theirs = SFTTrainer.compute_loss(trainer, trainer.model, dict(batch))
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
