"""`evalsuite run` stage by stage, with an engine that says what it is told: what is asked, and what finds finished work again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.api import DataError, Request, Target, TargetError, UserError, read_json, read_jsonl
from assistant.engines.opening import Chosen
from assistant.engines.scripted import ScriptedEngine
from evalsuite import run as run_module
from evalsuite import targets
from evalsuite.evaluation import find_evaluation, read_scorecard
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.world import World, question, reproducible, scripted

FILES = {
    "run.json",
    "predictions.jsonl",
    "timings.jsonl",
    "leakage.json",
    "command.json",
    "seal.json",
    "scores.jsonl",
    "scores.json",
    "scorecard.json",
    "scorecard.md",
    "scorecard.html",
    "junit.xml",
}


def test_a_version_is_examined_beside_its_base(world: World) -> None:
    evaluation, card = run("health", world.home, Options(), world.choose)
    assert world.opened == ["health@1", "tiny-base"]
    assert {path.name for path in evaluation.folder.iterdir() if path.is_file()} == FILES
    assert evaluation.folder.parent == world.home.evals
    assert re.fullmatch(r"health-1-[0-9a-f]{10}", evaluation.run)
    assert card.base and card.base_figures and card.differences
    assert card.figures["f1"].value and card.base_figures["f1"].value is not None
    assert card.figures["f1"].value > 2 * card.base_figures["f1"].value
    assert card.differences["f1"].value == pytest.approx(card.figures["f1"].value - card.base_figures["f1"].value)
    assert card.measured_on.verdict == "fit"
    assert {name for name in card.figures} >= {"exact_match", "f1", "bleu", "chrf", "rouge1", "rouge2", "rougeL", "rougeLsum", "toxicity"}
    assert all(figure.ci95 for figure in card.figures.values())
    assert read_scorecard(evaluation) == card


def test_predictions_hold_what_every_later_stage_needs_and_nothing_that_changes(world: World) -> None:
    evaluation, card = run("health", world.home, Options(with_base=False), world.choose)
    rows = read_jsonl(evaluation.predictions)
    assert len(rows) == card.examples.n
    number = int(rows[0]["id"].removeprefix("q"))
    assert rows[0]["question"] == question(number)["question"]
    assert rows[0]["references"] == [question(number)["answer"]]
    assert rows[0]["tags"] == {"kind": question(number)["kind"]}
    assert list(rows[0]) == [
        "id",
        "question",
        "prediction",
        "references",
        "group",
        "tags",
        "prompt_tokens",
        "completion_tokens",
        "finish_reason",
    ]
    assert {row["finish_reason"] for row in rows} == {"stop"}


def test_speed_is_measured_alone_and_in_batches(world: World) -> None:
    asked: list[str] = []

    def listening(target: Target, home: Any) -> Chosen:
        def answer(request: Request) -> str:
            asked.append(request.messages[-1]["content"])
            return "one two three"

        return scripted(lambda: ScriptedEngine(answer, model=target.label, seconds_per_token=0.0005))

    evaluation, card = run("health", world.home, Options(with_base=False), listening)
    questions = [row["question"] for row in read_jsonl(evaluation.predictions)]
    # One to warm up, which is none of those that are timed; three alone; then all of them.
    assert asked == [questions[-1], *questions[:3], *questions]
    speed = card.measured_on.speed
    assert speed["ttft_ms_p50"].n == 3
    assert speed["itl_ms_p50"].value and speed["itl_ms_p50"].value >= 0.5
    assert speed["ttft_ms_p95"].value is None and speed["ttft_ms_p95"].reason
    assert speed["tokens_per_s"].value == pytest.approx(4 * speed["requests_per_s"].value)  # type: ignore[operator]
    assert speed["peak_memory_mib"].value is None and speed["peak_memory_mib"].reason


def test_finished_stages_are_found_and_the_base_is_shared(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    first, _ = run("health", world.home, Options(with_base=False), world.choose)
    before = first.predictions.stat().st_mtime_ns
    capsys.readouterr()
    second, card = run("health", world.home, Options(), world.choose)
    said = capsys.readouterr().err
    assert second == first
    assert f"already answered: {first.folder}" in said and f"already scored: {first.folder}" in said
    assert "tiny-base: answering" in said
    assert first.predictions.stat().st_mtime_ns == before
    assert card.base
    run("health", world.home, Options(), world.choose)
    assert f"already answered: {world.home.evals / card.base.run}" in capsys.readouterr().err
    run("health", world.home, Options(again=True), world.choose)
    assert "already" not in capsys.readouterr().err
    assert first.predictions.stat().st_mtime_ns != before


@pytest.mark.parametrize(
    "change",
    [
        Options(limit=5),
        Options(data=Path("data.jsonl")),
        Options(overrides=("generation.max_new_tokens=7",)),
        Options(overrides=("generation.seed=1",)),
        Options(overrides=("evaluation.batch_size=2",)),
    ],
    ids=["limit", "data", "tokens", "seed", "batch"],
)
def test_whatever_changes_answers_changes_the_name(world: World, change: Options) -> None:
    same, _ = run("health", world.home, Options(with_base=False), world.choose)
    data = world.recipe.parent / change.data if change.data else None
    other, _ = run("health", world.home, replace(change, with_base=False, data=data), world.choose)
    assert other.run != same.run


def test_other_weights_are_another_evaluation(world: World) -> None:
    """A cache keyed without the adapter would give out one model's answers as another's."""
    first, _ = run("health", world.home, Options(with_base=False), world.choose)
    (world.home.assistants / "health" / "1" / "adapter.safetensors").write_bytes(b"other weights")
    second, _ = run("health", world.home, Options(with_base=False), world.choose)
    assert first.run != second.run


def test_what_does_not_change_answers_finds_them(world: World) -> None:
    first, card = run("health", world.home, Options(with_base=False), world.choose)
    second, other = run("health", world.home, Options(with_base=False, overrides=("evaluation.metrics=[f1]", "evaluation.seed=3")), world.choose)
    assert first == second
    assert list(other.figures) == ["f1"]
    assert other.figures["f1"].value == card.figures["f1"].value


def test_the_same_inputs_give_the_same_bytes(world: World) -> None:
    evaluation, card = run("health", world.home, Options(), world.choose)
    kept = {name: (evaluation.folder / name).read_bytes() for name in ("predictions.jsonl", "scores.jsonl", "scores.json", "run.json")}
    again, other = run("health", world.home, Options(again=True), world.choose)
    assert {name: (again.folder / name).read_bytes() for name in kept} == kept
    assert json.dumps(reproducible(card)) == json.dumps(reproducible(other))
    assert set(read_json(again.scorecard)) - set(reproducible(other)) == {"measured_on"}


def test_scores_read_back_give_the_same_scorecard_as_scores_just_made(world: World) -> None:
    _, made = run("health", world.home, Options(), world.choose)
    _, read = run("health", world.home, Options(), world.choose)
    assert made == read


def test_two_at_once_leave_one_whole_evaluation(world: World) -> None:
    """Both answer, since neither finds the other's answers; what lies there at the end is whole."""

    def second(target: Target, home: Any) -> Chosen:
        def open_engine() -> ScriptedEngine:
            if target.kind == "version":
                run("health", world.home, Options(), world.choose)
            return world.choose(target, home).open()

        return scripted(open_engine)

    evaluation, card = run("health", world.home, Options(), second)
    assert world.opened == ["health@1", "tiny-base", "health@1"]
    assert {path.name for path in evaluation.folder.iterdir() if path.is_file()} == FILES
    assert read_scorecard(evaluation) == card


def test_an_example_of_endless_length_is_refused_before_any_model_is_loaded(world: World) -> None:
    data = world.recipe.parent / "long.jsonl"
    data.write_text(json.dumps({"id": "long", "question": "what?", "answer": "word " * 25_000}), encoding="utf-8")
    with pytest.raises(DataError, match=r"example 'long' holds more than 100,000 characters"):
        run("health", world.home, Options(data=data), world.choose)
    assert world.opened == []


def test_a_base_is_its_own_base(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A base comes with a recipe; finding one on disk is the registry's matter, and is left out here."""
    version = run_module.find_target("health", world.home)
    bare = run_module.base_of(version)
    monkeypatch.setattr(targets, "find_target", lambda text, home, recipe: replace(bare, recipe=recipe.recipe))
    _, card = run("tiny-base", world.home, Options(recipe=world.recipe), world.choose)
    assert world.opened == ["tiny-base"]
    assert card.base is None and card.differences is None
    assert [judgement.passed for judgement in card.judgements] == [False, False, True]
    assert "2 times the" in card.gates[1].sentence


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("evaluation.metrics=[rouge9]", "no metric 'rouge9'"),
        ("gates=[{metric: speed, at_least: 1}]", "a gate names 'speed'"),
        ("evaluation.metrics=[nowhere.py]", "no metric script"),
        ("evaluation.toxicity.checkpoint=nowhere.ckpt", "there is no file"),
        ("training.epochs=9", "cannot change health@1"),
        ("evaluation.metricks=[f1]", "unknown key"),
    ],
)
def test_what_is_wrong_is_said_before_any_model_is_loaded(world: World, override: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        run("health", world.home, Options(overrides=(override,)), world.choose)
    assert world.opened == []


def test_an_unknown_target_says_that_a_base_needs_a_recipe(world: World) -> None:
    with pytest.raises(TargetError, match="A base needs --recipe"):
        run("nobody", world.home, Options(), world.choose)


def test_an_evaluation_is_found_by_the_beginning_of_its_name(world: World) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    for text in (evaluation.run, "health@1", "health", str(evaluation.folder)):
        assert find_evaluation(text, world.home).run == evaluation.run
    run("health", world.home, Options(with_base=False, limit=4), world.choose)
    with pytest.raises(TargetError, match="beginning of 2 evaluations"):
        find_evaluation("health", world.home)
    with pytest.raises(TargetError, match="there is no evaluation 'other'"):
        find_evaluation("other", world.home)


def test_a_trial_meets_many_groups_and_the_same_ones_again(world: World) -> None:
    evaluation, card = run("health", world.home, Options(with_base=False, limit=6), world.choose)
    ids = [row["id"] for row in read_jsonl(evaluation.predictions)]
    assert len(ids) == card.examples.n == 6
    assert card.examples.groups > 3
    whole, _ = run("health", world.home, Options(with_base=False), world.choose)
    everyone = [row["id"] for row in read_jsonl(whole.predictions)]
    assert ids == [name for name in everyone if name in ids]


def test_behind_a_server_the_base_is_not_asked(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """There is one model behind it, whatever it is called here."""
    server = "engine={name: remote, remote: {url: 'http://127.0.0.1:1/v1', model: m}}"
    _, card = run("health", world.home, Options(overrides=(server, "gates=[]")), world.choose)
    assert world.opened == ["health@1"]
    assert card.base is None
    assert "the bare base is not asked" in capsys.readouterr().err
