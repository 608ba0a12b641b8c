"""What `--dry-run` tells, from steps that were really taken with a tiny model."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from assistant.core import progress as progress_module
from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.core.progress import telling
from assistant.core.recipe_file import load_recipe
from assistant.training import forecast as forecast_module
from assistant.training import stopwatch
from assistant.training.forecast import forecast, lines_of
from assistant.training.rows import Rows
from assistant.training.run import make_plan, train
from tests.conftest import write_recipe


@pytest.mark.parametrize("method", ["lora", "qlora", "full"])
def test_it_counts_what_a_training_counts_and_measures_the_rest(tiny, home: Home, tmp_path: Path, method: str) -> None:
    recipe = write_recipe(tmp_path, tiny["llama"], training={"method": method, "epochs": 2, "batch_size": 4, "evaluations": 1, "max_length": 128})
    told = forecast(recipe, home)
    assert not list(home.runs.glob("*")) and not list(home.assistants.glob("*"))
    version, _ = train(recipe, home)
    facts = version.manifest.training
    assert (told.steps, told.tokens, told.rows) == (facts.steps, facts.tokens, facts.rows["train"]["rows"])
    assert told.tokens_per_s and told.seconds and told.peak_memory_mib
    assert told.seconds > 0.8 * told.tokens / told.tokens_per_s
    size = sum(path.stat().st_size for path in version.folder.glob("*") if path.suffix in {".safetensors", ".json"} and path.name != "manifest.json")
    assert told.result_mib == pytest.approx(size / 2**20, rel=0.5)
    assert told.warnings == ()


def test_a_training_that_cannot_fit_is_told_without_a_try(tiny, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast_module, "available_memory_mib", lambda: 0.01)
    monkeypatch.setattr(forecast_module, "load_for_training", lambda *_: pytest.fail("it tried"))
    told = forecast(write_recipe(tmp_path, tiny["llama"]), home)
    assert told.peak_memory_mib is None and told.seconds is None
    assert "nothing was measured" in told.warnings[0]
    assert any(line.startswith("peak memory  not measured") for line in lines_of(told))


@pytest.mark.parametrize(
    # Full: weight, gradient, two moments, and a master where the weight is not one itself.
    ("method", "precision", "bytes_a_weight"),
    [
        ("lora", "bfloat16", 2),
        ("lora", "float32", 4),
        ("qlora", "bfloat16", 0.516),
        ("full", "bfloat16", 2 + 2 + 8 + 4),
        ("full", "float32", 4 + 4 + 8),
    ],
)
def test_what_weights_and_optimizer_take_at_least(tiny, home: Home, tmp_path: Path, method: str, precision: str, bytes_a_weight: float) -> None:
    plan = make_plan(write_recipe(tmp_path, tiny["llama"], training={"method": method, "precision": precision}), home)
    told = forecast_module.least_memory_mib(plan)
    assert told == pytest.approx(bytes_a_weight * forecast_module.parameters_of(plan.fitted.weights) / 2**20)


def test_weights_that_lie_there_twice_are_counted_once(tiny, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny["llama"], tmp_path / "twice")
    once = forecast_module.parameters_of(folder)
    shutil.copy(folder / "model.safetensors", folder / "consolidated.safetensors")
    assert forecast_module.parameters_of(folder) == once > 10_000
    (folder / "model.safetensors").rename(folder / "model-00001-of-00001.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00001.safetensors", "b": "model-00001-of-00001.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    assert forecast_module.parameters_of(folder) == once


def test_the_heaviest_batch_is_among_those_that_are_measured(tiny, home: Home, tmp_path: Path) -> None:
    plan = make_plan(write_recipe(tmp_path, tiny["llama"]), home)
    lengths = (10,) * 30 + (100, 90)
    rows = Rows([{"row": number} for number in range(32)], sum(lengths), 0, 32, (), (), lengths)
    training = plan.file.recipe.training.model_copy(update={"batch_size": 2, "epochs": 50.0, "max_steps": None})
    sample = forecast_module._sample(rows, training, 4, 800)
    batches = [sum(sample.lengths[start : start + 2]) for start in range(0, len(sample.rows), 2)]
    # It is taken also where slow steps end the measurement after three.
    assert len(batches) == 4 and max(batches) == batches[1] == 190


def test_slow_steps_end_the_measurement_and_each_is_told(tiny, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopwatch, "ENOUGH_S", 0.0)
    recipe = write_recipe(tmp_path, tiny["llama"], training={"epochs": 9, "batch_size": 2, "accumulation": 4})
    told: list[str] = []
    monkeypatch.setattr(progress_module, "TELL_EVERY_S", 0.0)
    with telling(told.append):
        slow = forecast(recipe, home)
    assert (slow.measured_steps, slow.steps > 10) == (2, True)
    assert slow.seconds and slow.peak_memory_mib and slow.result_mib
    assert any("as 2 steps took" in line for line in lines_of(slow))
    measuring = [line for line in told if line.startswith("measuring")]
    assert [sum(f"step {step}" in line for line in measuring) for step in (1, 2, 3, 4)] == [2, 2, 2, 0], measuring
    monkeypatch.setattr(stopwatch, "ENOUGH_S", 1e9)
    assert forecast(recipe, home).measured_steps == 7


def test_a_training_of_one_step_is_measured_by_it(tiny, home: Home, tmp_path: Path) -> None:
    told = forecast(write_recipe(tmp_path, tiny["llama"], training={"max_steps": 1, "batch_size": 1000, "accumulation": 1000}), home)
    assert told.measured_steps == 1 and any("as 1 step took" in line for line in lines_of(told))


def test_a_step_is_measured_by_the_rows_that_it_takes(tiny, home: Home, tmp_path: Path) -> None:
    plan = make_plan(write_recipe(tmp_path, tiny["llama"]), home)
    rows = Rows([{"row": number} for number in range(5)], 50, 0, 5, (), (), (10,) * 5)
    training = plan.file.recipe.training
    for batch_size, accumulation, per_pass, passes in [(8, 1, 5, 1), (2, 64, 2, 2), (4, 8, 4, 2), (5, 2, 5, 1)]:
        few = forecast_module._few(rows, training.model_copy(update={"batch_size": batch_size, "accumulation": accumulation}), 3)
        assert (few.batch_size, few.accumulation) == (per_pass, passes)
        assert len(forecast_module._sample(rows, few, 3, 3).rows) == 3 * per_pass * passes


def test_a_training_without_end_is_told_without_being_gone_through(tiny, home: Home, tmp_path: Path) -> None:
    plan = make_plan(write_recipe(tmp_path, tiny["llama"]), home)
    rows = Rows([{"row": number} for number in range(9)], 90, 0, 9, (), (), (10,) * 9)
    began = time.process_time()
    forecast_module._sample(rows, plan.file.recipe.training.model_copy(update={"batch_size": 2}), 8, 10**300)
    assert time.process_time() - began < 5
    for epochs in ("1e9", "1e300"):
        with pytest.raises(UserError, match="epochs"):
            load_recipe(plan.file.path, [f"training.epochs={epochs}"])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59, "59 s"), (83, "1 min 20 s"), (1234, "21 min"), (122, "2 min"), (7384, "2 h"), (9384, "2 h 40 min"), (1e5, "28 h")],
)
def test_a_time_is_told_as_exactly_as_a_few_steps_can(seconds: float, words: str) -> None:
    assert forecast_module._duration(seconds) == words
