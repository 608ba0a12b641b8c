"""An interrupted training goes on to the same result; a killed one leaves nothing that looks finished."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from safetensors.torch import load_file

from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.registry.versions import versions_of
from assistant.training.run import Interrupted, train
from tests.conftest import write_recipe

TRAINING = {"max_steps": 12, "batch_size": 4, "evaluations": 2, "max_length": 128, "learning_rate": 1e-2}


def command(recipe: Path, home: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "assistant", "train", str(recipe), "--home", str(home), *options]


def interrupt_after(step: int, process: subprocess.Popen[str], number: int) -> None:
    """Send a signal once the training has told that it took a step."""
    assert process.stderr
    for line in process.stderr:
        if f"step {step} of" in line:
            process.send_signal(number)
            return
    raise AssertionError("the training ended before it could be interrupted")


@pytest.fixture
def every_step(monkeypatch):
    monkeypatch.setenv("ASSISTANT_PROGRESS_EVERY_S", "0")


@pytest.mark.parametrize("method", ["lora", "qlora", "full"])
def test_ctrl_c_and_resume_end_where_an_undisturbed_training_does(tiny, tmp_path, every_step, method):
    file = write_recipe(tmp_path / "recipe", tiny["qwen"], training={**TRAINING, "method": method})
    whole, _ = train(file, Home(tmp_path / "whole"))

    process = subprocess.Popen(command(file.path, tmp_path / "parts"), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    interrupt_after(4, process, signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130, told
    assert "--resume` continues it" in told
    assert versions_of("tiny", Home(tmp_path / "parts")) == []

    resumed, is_new = train(file, Home(tmp_path / "parts"), resume=True)
    assert is_new and resumed.manifest.training.resumed == 1
    name = "model.safetensors" if method == "full" else "adapter_model.safetensors"
    first, second = load_file(whole.folder / name), load_file(resumed.folder / name)
    assert first.keys() == second.keys()
    assert all((first[key] == second[key]).all() for key in first)
    losses = [[point.get("loss") for point in json.loads((version.folder / "curve.json").read_text())["points"]] for version in (whole, resumed)]
    assert losses[0] == losses[1]
    assert not (tmp_path / "parts" / "runs" / "tiny").exists()


def test_a_killed_training_leaves_the_last_version_alone_and_can_go_on(tiny, tmp_path, every_step):
    home = Home(tmp_path / "home")
    file = write_recipe(tmp_path / "recipe", tiny["qwen"], training={**TRAINING, "max_steps": 1})
    first, _ = train(file, home)
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    file = write_recipe(tmp_path / "recipe", tiny["qwen"], training={**TRAINING, "evaluations": 12})
    process = subprocess.Popen(command(file.path, home.root), stderr=subprocess.PIPE, text=True)
    interrupt_after(5, process, signal.SIGKILL)
    process.wait()
    assert [version.number for version in versions_of("tiny", home)] == [1]
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before
    with pytest.raises(UserError, match="was interrupted at step"):
        train(file, home)
    version, _ = train(file, home, resume=True)
    assert version.number == 2


def test_a_half_written_checkpoint_is_never_resumed_from(tiny, tmp_path):
    from assistant.training.state import last_checkpoint

    file = write_recipe(tmp_path / "recipe", tiny["qwen"], training=TRAINING)
    home = Home(tmp_path / "home")
    with pytest.raises(Interrupted):
        _interrupted_at(file, home, 6)
    folder = home.runs / "tiny"
    whole = last_checkpoint(folder, 12)
    assert whole and whole.step >= 6
    half = folder / "checkpoint-11"
    half.mkdir()
    (half / "trainer_state.json").write_text("{")
    assert last_checkpoint(folder, 12) == whole


def test_resume_refuses_another_recipe_and_forgets_nothing(tiny, tmp_path):
    file = write_recipe(tmp_path / "recipe", tiny["qwen"], training=TRAINING)
    home = Home(tmp_path / "home")
    with pytest.raises(Interrupted):
        _interrupted_at(file, home, 6)
    other = write_recipe(tmp_path / "recipe", tiny["qwen"], training={**TRAINING, "learning_rate": 1e-3})
    with pytest.raises(UserError, match="another recipe"):
        train(other, home, resume=True)
    with pytest.raises(UserError, match="another recipe"):
        train(other, home)
    assert train(file, home, resume=True)[0].number == 1


def test_the_same_is_not_trained_twice(tiny, tmp_path):
    file = write_recipe(tmp_path / "recipe", tiny["qwen"])
    home = Home(tmp_path / "home")
    first, was_new = train(file, home)
    second, is_new = train(file, home)
    assert (was_new, is_new) == (True, False) and first == second
    gates = write_recipe(tmp_path / "recipe", tiny["qwen"], gates=[{"metric": "f1", "at_least": 0.1}])
    assert train(gates, home)[1] is False, "a gate changes nothing that is learned"
    assert train(file, home, again=True)[0].number == 2


def test_two_trainings_of_one_assistant_never_meet(tiny, tmp_path, every_step):
    file = write_recipe(tmp_path / "recipe", tiny["qwen"], training={**TRAINING, "max_steps": 400})
    process = subprocess.Popen(command(file.path, tmp_path / "home"), stderr=subprocess.PIPE, text=True)
    interrupt_after(2, process, signal.SIGCONT)
    try:
        with pytest.raises(UserError, match="being trained by another process"):
            train(file, Home(tmp_path / "home"), again=True)
    finally:
        process.kill()
        process.wait()


def test_an_interrupted_second_training_of_the_same_can_go_on(tiny, tmp_path):
    file = write_recipe(tmp_path / "recipe", tiny["qwen"], training=TRAINING)
    home = Home(tmp_path / "home")
    assert train(file, home)[0].number == 1
    with pytest.raises(Interrupted):
        _interrupted_at(file, home, 6, again=True)
    version, is_new = train(file, home, resume=True)
    assert is_new and version.number == 2 and version.manifest.training.steps == 12


def test_a_training_that_runs_away_says_so(tiny, tmp_path):
    file = write_recipe(tmp_path / "recipe", tiny["qwen"], training={**TRAINING, "learning_rate": 1e30})
    with pytest.raises(UserError, match="the loss is"):
        train(file, Home(tmp_path / "home"))
    assert versions_of("tiny", Home(tmp_path / "home")) == []


def _interrupted_at(file, home, step, again=False):
    """Ask for an end from inside the process, as Ctrl+C does."""
    import threading

    def ask() -> None:
        marker = home.runs / "tiny" / f"checkpoint-{step}" / "complete.json"
        while not marker.exists():
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=ask, daemon=True).start()
    train(file, home, again=again)
    raise AssertionError("it was not interrupted")
