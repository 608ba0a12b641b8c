"""Which engine is chosen and why, and what becomes of a version's compiled form; on a tiny version that was really trained."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.engines import compiled as compiled_module
from assistant.engines import parity as parity_module
from assistant.engines.compiled import GRAPH
from assistant.engines.opening import choose_engine
from assistant.engines.parity import Parity, compare
from assistant.engines.protocol import Answer, Request, Sampling
from assistant.registry.manifest import write_manifest
from assistant.registry.target import Target, base_of, find_target
from assistant.registry.versions import find_version, remove_version, versions_of
from assistant.training.run import train
from tests.conftest import write_recipe


@pytest.fixture(scope="module")
def home(tiny, tmp_path_factory) -> Home:
    root = tmp_path_factory.mktemp("compiling")
    home = Home(root / "home")
    train(write_recipe(root / "recipe", tiny["qwen"]), home)
    return home


@pytest.fixture
def copy(home: Home, tmp_path: Path) -> Home:
    """The same home without what was compiled."""
    shutil.copytree(home.root, tmp_path / "copy", ignore=shutil.ignore_patterns("compiled"))
    return Home(tmp_path / "copy")


def wanted(target: Target, **engine: str) -> Target:
    return replace(target, recipe=target.recipe.model_copy(update={"engine": target.recipe.engine.model_copy(update=engine)}))


def forms(home: Home) -> list[Path]:
    return sorted((home.assistants / "tiny" / "1" / "compiled").glob("*"))


@pytest.fixture(scope="module")
def compiled(home: Home) -> Home:
    """The home after its version was compiled."""
    assert choose_engine(find_target("tiny", home), home).name == "openvino"
    return home


def test_a_version_is_compiled_once_and_compared_with_what_was_trained(compiled: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (form,) = forms(compiled)
    weights = form / GRAPH
    before = weights.stat().st_mtime_ns
    chosen = choose_engine(find_target("tiny@1", compiled), compiled)
    said = capsys.readouterr().err
    assert said == "tiny@1: openvino, int8, the faster engine on a CPU\n"
    assert weights.stat().st_mtime_ns == before
    assert dict(chosen.key)["compiled"] == json.loads((form / "compiled.json").read_text())["key"]
    recorded = find_version("tiny", compiled).manifest.compiled["openvino int8"]
    parity = Parity.model_validate(recorded["parity"])
    assert recorded["key"] == dict(chosen.key)["compiled"] and recorded["refusal"] is None
    assert parity.reference.startswith("transformers ")
    assert abs(parity.log_prob_gap) < parity.most_log_prob_gap and parity.scored_tokens > 20
    assert parity.log_prob - parity.reference_log_prob == pytest.approx(parity.log_prob_gap, abs=1e-4)


def test_the_compiled_form_answers(compiled: Home) -> None:
    engine = choose_engine(find_target("tiny", compiled), compiled).open()
    try:
        (answer,) = engine.generate([Request(({"role": "user", "content": "What is a cold?"},), Sampling(max_new_tokens=5))])
        assert answer.token_ids
        assert (engine.info.engine, engine.info.precision) == ("openvino", "int8")
    finally:
        engine.close()


def test_a_changed_input_makes_another_and_removes_the_old(compiled: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(shutil.copytree(compiled.root, tmp_path / "home"))
    (old,) = forms(home)
    monkeypatch.setattr(compiled_module, "FORMAT", 99)
    assert choose_engine(find_target("tiny", home), home).name == "openvino"
    (new,) = forms(home)
    assert new.name != old.name


def test_forms_of_older_programs_go_and_what_is_strange_stays(compiled: Home, tmp_path: Path) -> None:
    home = Home(shutil.copytree(compiled.root, tmp_path / "home"))
    (form,) = forms(home)
    records = {"openvino-q8_0-old": '{"schema_version": 2}', "openvino-f16-newer": '{"schema_version": 99}', "openvino-f16-broken": "{"}
    for name, record in records.items():
        (form.parent / name).mkdir()
        (form.parent / name / "compiled.json").write_text(record)
    version = find_version("tiny", home)
    spoken_of = {**version.manifest.compiled, "openvino q8_0": {}, "openvino f16": {}}
    write_manifest(version.folder, version.manifest.model_copy(update={"compiled": spoken_of}))
    # Another form of the same version: the one of the fixture is replaced.
    shutil.rmtree(form)
    assert choose_engine(find_target("tiny", home), home).name == "openvino"
    assert [path.name for path in forms(home)] == ["openvino-f16-broken", "openvino-f16-newer", form.name]
    assert sorted(find_version("tiny", home).manifest.compiled) == ["openvino f16", "openvino int8"]


def test_a_form_that_answers_otherwise_is_refused_and_not_made_again(copy: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parity_module, "MOST_LOG_PROB_GAP", 0.0)
    target = find_target("tiny", copy)
    chosen = choose_engine(target, copy)
    assert chosen.name == "transformers" and "log-probabilities differ by" in chosen.why
    (form,) = forms(copy)
    assert not (form / GRAPH).exists() and not list(form.glob("*.bin"))
    written = (form / "compiled.json").stat().st_mtime_ns
    with pytest.raises(UserError, match="openvino cannot speak for tiny@1: its log-probabilities differ"):
        choose_engine(wanted(target, name="openvino"), copy)
    assert (form / "compiled.json").stat().st_mtime_ns == written
    assert find_version("tiny", copy).manifest.compiled["openvino int8"]["refusal"] in chosen.why


def test_what_is_compiled_goes_with_its_version(compiled: Home, tmp_path: Path) -> None:
    home = Home(shutil.copytree(compiled.root, tmp_path / "home"))
    assert forms(home)
    remove_version(find_version("tiny@1", home))
    assert versions_of("tiny", home) == [] and forms(home) == []


def test_the_recipe_has_the_last_word(home: Home) -> None:
    chosen = choose_engine(wanted(find_target("tiny", home), name="transformers"), home)
    assert (chosen.name, chosen.why) == ("transformers", "as the recipe says")


def test_an_architecture_that_openvino_does_not_read_is_told(tiny, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    train(write_recipe(tmp_path, tiny["gpt2"], template="plain"), home)
    target = find_target("tiny", home)
    chosen = choose_engine(target, home)
    assert (chosen.name, chosen.why) == ("transformers", "openvino reads no GPT2LMHeadModel")
    assert choose_engine(base_of(target), home).name == "transformers"
    with pytest.raises(UserError, match="openvino reads no GPT2LMHeadModel"):
        choose_engine(wanted(target, name="openvino"), home)


def test_a_gpu_is_for_transformers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.engines.opening.sees_gpu", lambda: True)
    chosen = choose_engine(find_target("tiny", home), home)
    assert (chosen.name, chosen.why) == ("transformers", "for the GPU")


def test_a_changed_template_is_refused_as_by_the_other_engine(copy: Home) -> None:
    template = copy.assistants / "tiny" / "1" / "chat_template.jinja"
    template.write_text(template.read_text() + " Be rude.")
    with pytest.raises(UserError, match="not the one this version was trained with"):
        choose_engine(find_target("tiny", copy), copy)
    assert forms(copy) == []


def test_without_the_data_to_compare_by_nothing_is_compiled(copy: Home) -> None:
    shutil.rmtree(copy.data)
    chosen = choose_engine(find_target("tiny", copy), copy)
    assert chosen.name == "transformers" and "prepared data" in chosen.why
    assert forms(copy) == []


def answers(*token_ids: tuple[int, ...]) -> list[Answer]:
    return [Answer("", ids, tuple(map(float, ids)), 1, "stop", 1.0) for ids in token_ids]


def test_parity_says_how_two_engines_differ() -> None:
    theirs = [(-1.0, -2.0), (-3.0,)], answers((1, 2, 3, 4), (5, 5))
    ours = [(-1.1, -2.0), (-3.2,)], answers((1, 2, 3, 9), (5, 5))
    parity = compare(theirs, ours, "transformers float32", "two")
    assert (parity.reference_log_prob, parity.log_prob, parity.log_prob_gap) == (-2.0, -2.1, -0.1)
    assert (parity.identical_answers, parity.overlap) == (1, 0.875)
    assert parity.refusal == "its log-probabilities differ by -0.100 nats a token, more than 0.03"
    close = parity.model_copy(update={"log_prob_gap": 0.01})
    assert close.refusal is None
    assert "share 30% of their tokens" in str(close.model_copy(update={"overlap": 0.3}).refusal)
    assert close.model_copy(update={"log_prob_gap": float("nan")}).refusal
