"""What `--dry-run` tells, from steps that were really taken with a tiny model."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.core.home import Home
from assistant.training import forecast as forecast_module
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
    assert told.seconds > told.tokens / told.tokens_per_s
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


def test_full_training_takes_more_than_an_adapter_and_four_bits_less(tiny, home: Home, tmp_path: Path) -> None:
    least = {
        method: forecast_module.least_memory_mib(make_plan(write_recipe(tmp_path / method, tiny["llama"], training={"method": method}), home))
        for method in ("lora", "qlora", "full")
    }
    assert least["qlora"] < least["lora"] < least["full"]


def test_the_heaviest_batch_is_among_those_that_are_measured(tiny, home: Home, tmp_path: Path) -> None:
    plan = make_plan(write_recipe(tmp_path, tiny["llama"]), home)
    lengths = (10,) * 30 + (100, 90)
    rows = Rows([{"row": number} for number in range(32)], sum(lengths), 0, 32, (), (), lengths)
    training = plan.file.recipe.training.model_copy(update={"batch_size": 2, "epochs": 50.0, "max_steps": None})
    sample = forecast_module._sample(rows, training, 4)
    batches = [sum(sample.lengths[start : start + 2]) for start in range(0, len(sample.rows), 2)]
    assert len(batches) == 4 and max(batches) == 190
