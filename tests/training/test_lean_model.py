"""Lean layers beside the layers they replace: the same losses and the same gradients, for every method and known architecture."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from assistant.core.recipe import Training
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base
from assistant.training import row_attention
from assistant.training.answer_trainer import IGNORED, _plain_loss
from assistant.training.lean_layers import ChosenLoss
from assistant.training.lean_model import make_lean
from assistant.training.methods import load_for_training

LENGTHS = [23, 9, 40, 1, 17]


def batch(lengths: list[int] = LENGTHS) -> dict[str, torch.Tensor]:
    """Random tokens, padded on the right; the second half of each row is trained."""
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(5, 250, (len(lengths), max(lengths)), generator=generator)
    mask = torch.zeros_like(ids)
    labels = torch.full_like(ids, IGNORED)
    for row, length in enumerate(lengths):
        mask[row, :length] = 1
        labels[row, length // 2 : length] = ids[row, length // 2 : length]
    return {"input_ids": ids * mask, "attention_mask": mask, "labels": labels}


def loaded(base: Path, method: str) -> torch.nn.Module:
    fitted = fit_base(find_base(str(base), Path()), "plain" if base.name == "gpt2" else None, Path(), "")
    model = load_for_training(fitted, Training(method=method, precision="float32")).train()
    torch.manual_seed(1)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            # At its start an adapter changes nothing, and half of the gradients are zero.
            parameter.data.normal_(0, 0.05)
    return model


def gradients(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    found = {name: parameter.grad.clone() for name, parameter in model.named_parameters() if parameter.grad is not None}
    model.zero_grad()
    return found


@pytest.mark.parametrize("method", ["lora", "qlora", "full"])
@pytest.mark.parametrize("family", ["llama", "qwen"])
@pytest.mark.parametrize("short", [row_attention.SHORT, 20], ids=["short rows", "rows of both kinds"])
def test_the_lean_model_learns_the_same(tiny, family, method, short, monkeypatch):
    monkeypatch.setattr(row_attention, "SHORT", short)
    monkeypatch.setattr(ChosenLoss, "PIECE", 7)
    model = loaded(tiny[family], method)
    inputs = batch()
    plain, count = _plain_loss(model, inputs)
    (plain / count).backward()
    expected = gradients(model)
    lean = make_lean(model)
    assert lean is not None
    total, lean_count = lean.loss(**inputs, ignored=IGNORED)
    (total / lean_count).backward()
    found = gradients(model)
    assert lean_count == count
    assert total.item() == pytest.approx(plain.item(), rel=1e-5)
    assert found.keys() == expected.keys()
    for name, grad in expected.items():
        torch.testing.assert_close(found[name], grad, rtol=2e-3, atol=2e-6, msg=name)


def test_a_validation_takes_no_gradients_and_finds_the_same_loss(tiny):
    model = loaded(tiny["llama"], "lora")
    with torch.no_grad():
        plain, _ = _plain_loss(model, batch())
        lean = make_lean(model)
        assert lean is not None
        total, _ = lean.loss(**batch(), ignored=IGNORED)
    assert total.item() == pytest.approx(plain.item(), rel=1e-5)
    assert not gradients(model)


def test_padding_changes_nothing(tiny):
    lean = make_lean(loaded(tiny["qwen"], "lora"))
    assert lean is not None
    inputs = batch([12, 30])
    together, _ = lean.loss(**inputs, ignored=IGNORED)
    alone = 0.0
    for row, length in enumerate((12, 30)):
        total, _ = lean.loss(**{name: part[row : row + 1, :length] for name, part in inputs.items()}, ignored=IGNORED)
        alone += total.item()
    assert together.item() == pytest.approx(alone, rel=1e-5)


@pytest.mark.parametrize("family", ["gemma", "gpt2"])
def test_other_architectures_are_left_as_they_are(tiny, family):
    model = loaded(tiny[family], "lora")
    before = model.config._attn_implementation
    assert make_lean(model) is None
    assert model.config._attn_implementation == before


def test_dropout_keeps_pefts_own_layers(tiny):
    """The lean layer has none; a recipe that asks for it gets it."""
    fitted = fit_base(find_base(str(tiny["llama"]), Path()), None, Path(), "")
    model = load_for_training(fitted, Training.model_validate({"lora": {"dropout": 0.5}, "precision": "float32"})).train()
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            parameter.data.normal_(0, 0.5)
    lean = make_lean(model)
    assert lean is not None
    losses = {round(lean.loss(**batch(), ignored=IGNORED)[0].item(), 4) for _ in range(4)}
    assert len(losses) > 1
