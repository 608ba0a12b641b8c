"""What a scorecard must say on top: figures of something else than what was released."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from assistant.api import Target, TargetError, adapter_is_inert, base_of, find_target, fingerprint_of_value, load_recipe, write_json
from assistant.registry.manifest import write_manifest
from evalsuite.flags import Flag, flags_of
from tests.evalsuite.world import World, write_recipe

REMOTE = {"name": "remote", "remote": {"url": "http://127.0.0.1:1/v1", "model": "m"}}
MOVED = ([[-1.0, -2.0]], [[-1.0, -2.1]])
"""Log-probabilities under a version and under its base that differ."""


def settle(world: World, compiled: dict[str, Any] | None = None) -> Target:
    """The version with a manifest that vouches for its recipe."""
    version = find_target("health", world.home).version
    assert version
    print_of_recipe = fingerprint_of_value(version.recipe.model_dump(mode="json"))
    write_manifest(version.folder, version.manifest.model_copy(update={"recipe": print_of_recipe, "compiled": compiled or {}}))
    return find_target("health", world.home)


def examined(world: World, **changes: Any) -> Target:
    """The version with another recipe of the user's."""
    folder = world.recipe.parent / "given"
    folder.mkdir(exist_ok=True)
    return find_target("health", world.home, load_recipe(write_recipe(folder, **changes)))


def named(flags: list[Flag], name: str) -> list[Flag]:
    return [flag for flag in flags if flag.name == name]


def lora(folder: Path, b: float, alpha: int = 32, **more: np.ndarray) -> Path:
    """An adapter as PEFT writes it, every element of whose B is `b`."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = "base_model.model.model.layers.0.self_attn.q_proj"
    tensors = {f"{stem}.lora_A.weight": np.ones((2, 4), np.float32), f"{stem}.lora_B.weight": np.full((4, 2), b, np.float32), **more}
    save_file(tensors, folder / "adapter_model.safetensors")
    write_json(folder / "adapter_config.json", {"lora_alpha": alpha})
    return folder


def test_a_version_that_was_examined_as_it_was_released_has_no_flags(world: World) -> None:
    assert flags_of(settle(world), "scripted", "none", weighed=MOVED) == []


def test_a_base_has_no_flags(world: World) -> None:
    settle(world)
    assert flags_of(base_of(find_target("health", world.home)), "scripted", "none") == []


def test_an_adapter_of_zeros_is_inert(tmp_path: Path) -> None:
    assert adapter_is_inert(lora(tmp_path, b=0.0))
    assert not adapter_is_inert(lora(tmp_path, b=1e-6))


def test_an_adapter_scaled_by_zero_is_inert(tmp_path: Path) -> None:
    assert adapter_is_inert(lora(tmp_path, b=1.0, alpha=0))


def test_one_update_that_is_not_zero_is_enough(tmp_path: Path) -> None:
    stem = "base_model.model.model.layers.1.mlp.up_proj"
    more = {f"{stem}.lora_A.weight": np.ones((2, 4), np.float32), f"{stem}.lora_B.weight": np.ones((4, 2), np.float32)}
    assert not adapter_is_inert(lora(tmp_path, b=0.0, **more))


def test_whole_weights_beside_an_adapter_are_taken_for_changed(tmp_path: Path) -> None:
    assert not adapter_is_inert(lora(tmp_path, b=0.0, **{"base_model.model.lm_head.weight": np.ones((4, 4), np.float32)}))


@pytest.mark.parametrize("content", [None, b"no weights"])
def test_an_adapter_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    lora(tmp_path, b=0.0)
    (tmp_path / "adapter_model.safetensors").unlink()
    if content:
        (tmp_path / "adapter_model.safetensors").write_bytes(content)
    with pytest.raises(TargetError, match="cannot be read"):
        adapter_is_inert(tmp_path)


def test_an_inert_adapter_refuses_the_release(world: World) -> None:
    target = settle(world)
    assert target.version
    lora(target.version.folder, b=0.0)
    (flag,) = flags_of(target, "scripted", "none")
    assert (flag.name, flag.severity) == ("adapter", "refuse") and "zero throughout" in flag.sentence


def test_an_adapter_that_changes_something_needs_no_likelihoods(world: World) -> None:
    target = settle(world)
    assert target.version
    lora(target.version.folder, b=0.1)
    assert flags_of(target, "scripted", "none") == []


def test_equal_likelihoods_refuse_the_release(world: World) -> None:
    (flag,) = flags_of(settle(world), "scripted", "none", weighed=([[-1.0, -2.0]], [[-1.0, -2.00001]]))
    assert flag.severity == "refuse" and "each of 2 tokens" in flag.sentence


@pytest.mark.parametrize(("weighed", "words"), [(None, "was not looked at"), (([], []), "no token")])
def test_what_was_not_weighed_is_said_to_be_so(world: World, weighed: Any, words: str) -> None:
    (flag,) = flags_of(settle(world), "scripted", "none", weighed=weighed)
    assert flag.severity == "flag" and words in flag.sentence


def test_a_server_that_renders_the_prompt_and_holds_the_weights_cannot_be_known(world: World) -> None:
    settle(world)
    flags = flags_of(examined(world, engine=REMOTE), "remote", "as served")
    assert "rendered the prompts" in named(flags, "prompt")[0].sentence
    assert "weights" in named(flags, "adapter")[0].sentence


def test_another_system_prompt_in_the_given_recipe_stays_without_effect_and_is_flagged(world: World) -> None:
    target = settle(world)
    given = load_recipe(write_recipe(world.recipe.parent, system_prompt="Be rude.")).recipe
    (flag,) = flags_of(target, "scripted", "none", given=given, weighed=MOVED)
    assert flag.name == "prompt" and "another system_prompt" in flag.sentence
    assert flags_of(target, "scripted", "none", given=target.recipe, weighed=MOVED) == []


def test_a_recipe_that_was_changed_after_the_training_is_flagged(world: World) -> None:
    target = settle(world)
    assert target.version
    write_recipe(target.version.folder, system_prompt="Be rude.")
    (flag,) = flags_of(find_target("health", world.home), "scripted", "none", weighed=MOVED)
    assert flag.name == "prompt" and "not the one it was trained by" in flag.sentence


def test_another_engine_than_the_compiled_form_is_flagged(world: World) -> None:
    target = settle(world, {"openvino int8": {"key": "k", "parity": None, "refusal": None}})
    assert named(flags_of(target, "openvino", "int8", weighed=MOVED), "engine") == []
    (flag,) = flags_of(target, "transformers", "bfloat16", weighed=MOVED)
    assert flag.name == "engine" and "transformers bfloat16 was examined" in flag.sentence and "openvino int8" in flag.sentence


def test_where_the_compiled_form_was_refused_transformers_is_the_released_engine(world: World) -> None:
    target = settle(world, {"openvino int8": {"key": "k", "parity": None, "refusal": "it differs"}})
    assert flags_of(target, "transformers", "bfloat16", weighed=MOVED) == []
    assert named(flags_of(target, "openvino", "f16", weighed=MOVED), "engine")


def test_an_engine_of_the_users_own_beside_a_form_never_compiled_cannot_be_compared(world: World) -> None:
    settle(world)
    (flag,) = flags_of(examined(world, engine={"name": "transformers"}), "transformers", "bfloat16", weighed=MOVED)
    assert flag.name == "engine" and "cannot be known" in flag.sentence


def test_other_sampling_than_the_versions_own_is_flagged_key_by_key(world: World) -> None:
    settle(world)
    (flag,) = flags_of(examined(world, generation={"max_new_tokens": 40, "temperature": 0.7}), "scripted", "none", weighed=MOVED)
    assert flag.name == "sampling" and flag.sentence.endswith("says: temperature 0.7, not 0.0.")


def test_what_refuses_stands_first(world: World) -> None:
    settle(world)
    target = examined(world, generation={"max_new_tokens": 50})
    assert [flag.severity for flag in flags_of(target, "scripted", "none", weighed=([[-1.0]], [[-1.0]]))] == ["refuse", "flag"]
