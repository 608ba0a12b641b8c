"""Each stage of a finished evaluation can be done again alone, as it was made, from what the stage before it left."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import DataError
from evalsuite.again import said_again
from evalsuite.run import run
from evalsuite.targets import Options
from tests.evalsuite.world import World

MADE = {"generate": "predictions.jsonl", "score": "scores.jsonl", "aggregate": "scorecard.json"}


def times(folder: Path) -> dict[str, int]:
    return {stage: (folder / name).stat().st_mtime_ns for stage, name in MADE.items()}


@pytest.mark.parametrize(
    ("stage", "anew"), [("generate", {"generate", "score", "aggregate"}), ("score", {"score", "aggregate"}), ("aggregate", {"aggregate"})]
)
def test_a_stage_and_those_after_it_are_done_anew(world: World, stage: str, anew: set[str]) -> None:
    evaluation, _ = run("health", world.home, Options(overrides=("evaluation.metrics=[f1]",), limit=9), world.choose)
    before = times(evaluation.folder)
    target, options = said_again(evaluation, stage)  # type: ignore[arg-type]
    again, card = run(target, world.home, options, world.choose)
    assert again == evaluation
    assert {name for name, at in times(evaluation.folder).items() if at != before[name]} == anew
    assert list(card.figures) == ["f1"] and card.examples.limit == 9
    assert world.opened == (["health@1", "tiny-base"] * (2 if stage == "generate" else 1))


def test_what_was_said_holds_from_any_folder(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world.recipe.parent)
    evaluation, _ = run("health", world.home, Options(data=Path("data.jsonl"), with_base=False, overrides=("evaluation.metrics=[f1]",)), world.choose)
    monkeypatch.chdir("/")
    _, options = said_again(evaluation, "score")
    assert options.data == world.recipe.parent / "data.jsonl"
    assert not options.with_base and options.rescore


def test_an_evaluation_that_does_not_know_its_command_says_so(world: World) -> None:
    evaluation, _ = run("health", world.home, Options(with_base=False), world.choose)
    evaluation.command.unlink()
    with pytest.raises(DataError, match="does not know by what command it was made"):
        said_again(evaluation, "score")


def test_the_last_three_stages_give_the_same_bytes_twice(world: World) -> None:
    evaluation, _ = run("health", world.home, Options(overrides=("evaluation.probes=[typos,case]",)), world.choose)
    names = ("scores.jsonl", "scores.json", "leakage.json", "measures.jsonl", "scorecard.json", "scorecard.md", "scorecard.html", "junit.xml")
    first = {name: (evaluation.folder / name).read_bytes() for name in names}
    target, options = said_again(evaluation, "score")
    run(target, world.home, options, world.choose)
    assert {name: (evaluation.folder / name).read_bytes() for name in names} == first
