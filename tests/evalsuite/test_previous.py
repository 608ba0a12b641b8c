"""A release is examined beside the one before it: the same questions, paired differences, and gates on them."""

from __future__ import annotations

import json
import shutil

import pytest

from assistant.api import Home, Request, Target, UserError, read_json
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.world import World, base_answer, scripted, trained_answer, write_recipe

GATES = [{"metric": "f1", "no_worse": 0.02}, {"metric": "f1", "no_worse": 0.02, "slice": "kind=what"}]


def second_version(world: World) -> None:
    folder = world.home.assistants / "health"
    shutil.copytree(folder / "1", folder / "2")
    manifest = read_json(folder / "2" / "manifest.json")
    (folder / "2" / "manifest.json").write_text(json.dumps({**manifest, "version": 2}), encoding="utf-8")
    (folder / "2" / "adapter.safetensors").write_bytes(b"other weights")


def choose_worse(target: Target, home: Home) -> Chosen:
    def worse(request: Request) -> str:
        return trained_answer(request)[:20]

    answers = {"health@1": trained_answer, "health@2": worse}
    return scripted(lambda: ScriptedEngine(answers.get(target.label, base_answer), model=target.label))


def test_the_version_before_is_asked_the_same_and_stands_beside(world: World) -> None:
    second_version(world)
    _, card = run("health", world.home, Options(), world.choose)
    assert card.title == "health@2" and card.previous is not None and card.previous.label == "health@1"
    assert world.opened == ["health@2", "tiny-base", "health@1"]
    assert card.previous_figures is not None and card.previous_figures["f1"].value == card.figures["f1"].value
    assert card.previous_differences is not None and card.previous_differences["f1"].value == 0.0


def test_a_release_that_is_worse_than_the_one_before_is_not_fit(world: World) -> None:
    second_version(world)
    recipe = write_recipe(world.recipe.parent, gates=GATES)
    _, card = run("health", world.home, Options(recipe=recipe), choose_worse)
    assert [gate.passed for gate in card.judgements] == [False, False]
    assert card.measured_on.verdict == "not fit"
    assert any(warning.startswith("Worse than health@1") for warning in card.warnings)


def test_a_first_release_has_nothing_to_be_worse_than(world: World) -> None:
    recipe = write_recipe(world.recipe.parent, gates=GATES[:1])
    _, card = run("health", world.home, Options(recipe=recipe), world.choose)
    assert card.previous is None
    assert [(gate.passed, gate.vacuous) for gate in card.judgements] == [(True, True)]


def test_another_release_can_be_named_and_none_asked(world: World) -> None:
    second_version(world)
    _, named = run("health@1", world.home, Options(against="health@2", with_base=False), world.choose)
    assert named.previous is not None and named.previous.label == "health@2"
    _, none = run("health@2", world.home, Options(with_previous=False, with_base=False), world.choose)
    assert none.previous is None and none.previous_differences is None


def test_gates_can_name_figures_of_probes_and_are_judged_beside_the_release_before(world: World) -> None:
    second_version(world)
    gates = [{"metric": "typos_f1_drop", "at_most": 0.5}, {"metric": "typos_f1_drop", "no_worse": 0.05}]
    evaluation = {"probes": ["typos"], "metrics": ["f1"], "latency_requests": 0, "resamples": 200}
    recipe = write_recipe(world.recipe.parent, gates=gates, evaluation=evaluation)
    _, card = run("health", world.home, Options(recipe=recipe), world.choose)
    assert [gate.passed for gate in card.judgements] == [True, True]
    assert card.probes[0].figures[0].previous is not None and not card.judgements[1].vacuous


def test_a_gate_on_a_probe_that_is_not_asked_says_which_to_add(world: World) -> None:
    recipe = write_recipe(world.recipe.parent, gates=[{"metric": "over_refusal_rate", "at_most": 0.2}])
    with pytest.raises(UserError, match="a figure of the probe over_refusal, which is not asked") as error:
        run("health", world.home, Options(recipe=recipe), world.choose)
    assert error.value.todo == "Add over_refusal to evaluation.probes."
