"""A watched training learns exactly what an unwatched one does, and tells what it answers by now."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from assistant.core.home import Home
from assistant.core.recipe import Training
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base
from assistant.registry.versions import versions_of
from assistant.training import live
from assistant.training.lean_model import make_lean
from assistant.training.methods import load_for_training
from assistant.training.run import train
from assistant.training.samples import LONGEST, answer_now
from assistant.training.watching import TrainingWatch, look, running, start
from tests.conftest import write_recipe
from tests.tui.driving import until

TRAINING = {"max_steps": 4, "batch_size": 4, "evaluations": 2, "max_length": 128, "learning_rate": 1e-2}


@pytest.mark.parametrize(
    ("family", "settings"),
    [("qwen", {"method": "lora", "lora": {"dropout": 0.2}}), ("gemma", {"method": "full"})],
    ids=["lean layers with dropout", "not lean, every weight"],
)
def test_a_watched_training_makes_the_same_bytes(tiny, tmp_path, family, settings, monkeypatch) -> None:
    monkeypatch.setattr(live, "STEP_EVERY_S", 0.0)
    file = write_recipe(tmp_path / "recipe", tiny[family], training={**TRAINING, **settings})
    alone, seen = Home(tmp_path / "alone"), Home(tmp_path / "seen")
    look(seen, "tiny")
    versions = [train(file, home)[0] for home in (alone, seen)]
    name = "model.safetensors" if settings["method"] == "full" else "adapter_model.safetensors"
    assert (versions[0].folder / name).read_bytes() == (versions[1].folder / name).read_bytes()
    facts = [version.manifest.training for version in versions]
    assert facts[0].validation_loss == facts[1].validation_loss and facts[0].tokens == facts[1].tokens
    states = [TrainingWatch(home, "tiny").read() for home in (alone, seen)]
    assert states[0].points == states[1].points
    assert [(sample.step, sample.number) for sample in states[1].samples] == [(step, number) for step in (0, 2, 4) for number in (0, 1)]
    assert states[0].samples == (), "an unwatched training answers nothing"
    assert (states[1].outcome, states[1].version, states[1].is_new, states[1].unsampled) == ("version", "tiny@1", True, "")


@pytest.mark.parametrize(
    ("family", "method"), [("llama", "lora"), ("llama", "qlora"), ("qwen", "lora"), ("qwen", "full"), ("gemma", "lora"), ("gpt2", "lora")]
)
def test_it_answers_what_the_plain_model_would(tiny, family, method) -> None:
    fitted = fit_base(find_base(str(tiny[family]), Path()), "plain" if family == "gpt2" else None, Path(), "")
    model = load_for_training(fitted, Training(method=method, precision="float32")).train()
    torch.manual_seed(1)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            parameter.data.normal_(0, 0.2)
    prompt = fitted.template.encode([{"role": "user", "content": "What is a cold?"}])
    with torch.no_grad():
        expected = model.eval().generate(input_ids=torch.tensor([prompt]), max_new_tokens=LONGEST, do_sample=False, eos_token_id=[0])
    model.train()
    assert (make_lean(model) is not None) == (family in ("llama", "qwen"))
    dice, before = torch.get_rng_state(), {name: parameter.clone() for name, parameter in model.state_dict().items()}
    said = answer_now(model, prompt, [0], lambda: False)
    wanted = expected[0, len(prompt) :].tolist()
    assert said == (wanted[: wanted.index(0)] if 0 in wanted else wanted)
    assert model.training and torch.equal(dice, torch.get_rng_state())
    assert all(torch.equal(before[name], parameter) for name, parameter in model.state_dict().items())


def test_whoever_wants_an_end_is_not_kept_waiting_by_an_answer(tiny) -> None:
    fitted = fit_base(find_base(str(tiny["qwen"]), Path()), None, Path(), "")
    model = load_for_training(fitted, Training(precision="float32"))
    assert answer_now(model, [5, 6, 7], [], lambda: True) is None


def test_answers_that_cannot_be_had_are_told_and_end_nothing(tiny, tmp_path, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("too little")

    monkeypatch.setattr(live, "answer_now", fail)
    home = Home(tmp_path / "home")
    look(home, "tiny")
    version, _ = train(write_recipe(tmp_path / "recipe", tiny["qwen"]), home)
    state = TrainingWatch(home, "tiny").read()
    assert version.label == "tiny@1" and state.unsampled == "MemoryError: too little" and state.samples == ()


def test_what_the_training_was_refused_for_is_told_to_its_watcher(tiny, tmp_path) -> None:
    home = Home(tmp_path / "home")
    file = write_recipe(tmp_path / "recipe", tiny["qwen"], training={**TRAINING, "max_length": 12})
    with pytest.raises(Exception, match="leaves no row whole"):
        train(file, home)
    state = TrainingWatch(home, "tiny").read()
    assert state.outcome == "failed" and state.error and "leaves no row whole" in state.error[0]


async def test_a_training_of_its_own_process_is_stopped_and_goes_on_to_the_version(tiny, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("tests.tui.driving.WAIT_S", 60.0)
    home = Home(tmp_path / "home")
    training = {**TRAINING, "max_steps": 60, "evaluations": 1}
    file = write_recipe(tmp_path / "recipe", tiny["qwen"], engine={"name": "transformers"}, training=training)
    overrides = ["training.seed=3"]
    watch = start(file.path, home, overrides)
    assert watch.read().phase == "starting"
    await until(lambda: (watch.read().step or 0) >= 5, "five steps")
    assert running(home) == ["tiny"]
    watch.stop()
    await until(lambda: not watch.read().alive)
    state = watch.read()
    assert state.outcome == "interrupted" and state.resumable and state.resumable >= 5
    assert state.recipe == file.path.resolve() and state.overrides == tuple(overrides)

    resumed = start(state.recipe, home, state.overrides, resume=True)
    await until(lambda: resumed.read().outcome is not None, "the version")
    done = resumed.read()
    assert (done.outcome, done.version, done.resumed_at, done.step) == ("version", "tiny@1", state.resumable, 60)
    assert done.points[: len(state.points)] == state.points, "the curve goes on where it was"
    assert versions_of("tiny", home)[0].manifest.training.resumed == 1
