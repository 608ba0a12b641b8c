"""Weights of rows: a row of weight 2 trains like the same row twice, and rows of weight 1 as if there were no weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from assistant.core.errors import DataError
from assistant.core.recipe import Training
from assistant.data.example import Example
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base
from assistant.training.answer_trainer import IGNORED, _plain_loss
from assistant.training.lean_layers import ChosenLoss
from assistant.training.lean_model import make_lean
from assistant.training.methods import load_for_training
from assistant.training.rows import WEIGHT, make_rows
from assistant.training.trainer import make_trainer
from tests.training.test_lean_model import batch, gradients, loaded

EXAMPLES = [
    Example("a", "What is a cold?", ("A mild infection of the nose.",), "a"),
    Example("b", "How do I sleep well?", ("Eat early and keep the room dark.",), "b"),
    Example("c", "And then?", ("Then rest, drink something warm, and wait for a day or two.",), "c"),
]


def twice(inputs: dict[str, torch.Tensor], row: int) -> dict[str, torch.Tensor]:
    """A batch with one of its rows a second time."""
    return {name: torch.cat([part, part[row : row + 1]]) for name, part in inputs.items()}


@pytest.mark.parametrize("family", ["llama", "gemma"], ids=["lean", "plain"])
@pytest.mark.parametrize("method", ["lora", "full"])
def test_a_row_of_weight_two_trains_like_the_same_row_twice(tiny, family, method, monkeypatch):
    monkeypatch.setattr(ChosenLoss, "PIECE", 7)
    model = loaded(tiny[family], method)
    lean = make_lean(model)
    assert (lean is not None) == (family == "llama")

    def loss(inputs, weights=None):
        return lean.loss(**inputs, ignored=IGNORED, weights=weights) if lean else _plain_loss(model, inputs, weights)

    total, count = loss(twice(batch(), 2))
    (total / count).backward()
    expected = gradients(model)
    weighted, weights_of_tokens = loss(batch(), torch.tensor([1.0, 1.0, 2.0, 1.0, 1.0]))
    (weighted / weights_of_tokens).backward()
    found = gradients(model)
    assert weights_of_tokens == count
    assert weighted.item() == pytest.approx(total.item(), rel=1e-6)
    for name, grad in expected.items():
        torch.testing.assert_close(found[name], grad, rtol=2e-3, atol=2e-6, msg=name)


@pytest.mark.parametrize("family", ["llama", "gemma"], ids=["lean", "plain"])
def test_weights_of_one_change_not_a_bit(tiny, family):
    model = loaded(tiny[family], "lora")
    lean = make_lean(model)

    def outcome(weights):
        total, count = lean.loss(**batch(), ignored=IGNORED, weights=weights) if lean else _plain_loss(model, batch(), weights)
        (total / count).backward()
        return total.item(), count, gradients(model)

    plain, ones = outcome(None), outcome(torch.ones(5))
    assert plain[1] == ones[1]
    if lean:
        assert plain[0] == ones[0]
        assert all(torch.equal(ones[2][name], grad) for name, grad in plain[2].items())
    else:  # torch adds up a sum otherwise than a product
        assert plain[0] == pytest.approx(ones[0], rel=1e-6)


def trained(tiny, folder: Path, examples: list[Example], family: str = "llama", **settings) -> tuple[list[float], dict[str, torch.Tensor]]:
    """The losses of a few steps over examples in their order, and the adapter they end with."""
    fitted = fit_base(find_base(str(tiny[family]), Path()), None, Path(), "")
    training = Training.model_validate(
        {"batch_size": 4, "max_length": 96, "precision": "float32", "evaluations": 1, "schedule": "constant", "warmup": 0, **settings}
    )
    rows = make_rows(examples, fitted.template, 96)
    validation = make_rows([replace(EXAMPLES[0], weight=5.0), EXAMPLES[1]], fitted.template, 96)
    torch.manual_seed(3)
    model = load_for_training(fitted, training)
    trainer = make_trainer(model, fitted.template, rows, validation, training, folder, [], in_order=True)
    trainer.train()
    losses = [entry[key] for entry in trainer.state.log_history for key in ("loss", "eval_loss", "grad_norm") if key in entry]
    return losses, {name: part.detach().clone() for name, part in model.named_parameters() if part.requires_grad}


def test_a_training_without_weights_is_as_it_was(tiny, tmp_path):
    """Rows that all weigh 1 have no column of weights, so that nothing new is run."""
    ones = [replace(example, weight=1.0) for example in EXAMPLES]
    fitted = fit_base(find_base(str(tiny["llama"]), Path()), None, Path(), "")
    assert not any(WEIGHT in row for row in make_rows(ones, fitted.template, 96).rows)
    assert trained(tiny, tmp_path / "a", EXAMPLES, max_steps=2)[0] == trained(tiny, tmp_path / "b", ones, max_steps=2)[0]


@pytest.mark.parametrize("family", ["llama", "gemma"], ids=["lean", "plain"])
def test_the_trainer_honours_weights_over_accumulated_passes(tiny, tmp_path, family):
    """One step over (a, b, c twice) in one pass, and over (a), (b), (c of weight 2) in three."""
    one, adapter = trained(tiny, tmp_path / "a", [*EXAMPLES, EXAMPLES[2]], family, max_steps=1)
    heavy = [*EXAMPLES[:2], replace(EXAMPLES[2], weight=2.0)]
    many, other = trained(tiny, tmp_path / "b", heavy, family, max_steps=1, batch_size=1, accumulation=3)
    unweighted, _ = trained(tiny, tmp_path / "c", EXAMPLES, family, max_steps=1, batch_size=1, accumulation=3)
    assert many == pytest.approx(one, rel=1e-4)
    assert unweighted != pytest.approx(one, rel=1e-3)
    for name, part in adapter.items():
        torch.testing.assert_close(other[name], part, rtol=1e-3, atol=1e-5, msg=name)


def test_the_validation_is_not_weighted(tiny, tmp_path):
    fitted = fit_base(find_base(str(tiny["llama"]), Path()), None, Path(), "")
    training = Training.model_validate({"batch_size": 2, "max_length": 96, "precision": "float32", "max_steps": 1, "evaluations": 1})
    losses = []
    for weight in (1.0, 7.0):
        validation = make_rows([replace(EXAMPLES[0], weight=weight), EXAMPLES[1]], fitted.template, 96)
        train = make_rows([replace(EXAMPLES[0], weight=weight), EXAMPLES[1]], fitted.template, 96)
        torch.manual_seed(3)
        trainer = make_trainer(load_for_training(fitted, training), fitted.template, train, validation, training, tmp_path / str(weight), [])
        losses.append(trainer.evaluate()["eval_loss"])
    assert losses[0] == losses[1]


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_refused(tiny, weight):
    fitted = fit_base(find_base(str(tiny["llama"]), Path()), None, Path(), "")
    with pytest.raises(DataError, match="weight"):
        make_rows([replace(EXAMPLES[0], weight=weight)], fitted.template, 96)


def test_the_weights_are_told(tiny):
    fitted = fit_base(find_base(str(tiny["llama"]), Path()), None, Path(), "")
    told = make_rows([replace(EXAMPLES[0], weight=0.5), EXAMPLES[1]], fitted.template, 96).to_json()
    assert told["weights"] == {"min": 0.5, "max": 1.0}
    assert "weights" not in make_rows(EXAMPLES, fitted.template, 96).to_json()
