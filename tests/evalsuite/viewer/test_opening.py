"""Which evaluation is opened, what stands beside it, and what is said where that cannot be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.api import UserError, read_json
from evalsuite.cli import app
from evalsuite.viewer.journal import Journal
from evalsuite.viewer.opening import open_collection
from tests.evalsuite.viewer.shelves import evaluated
from tests.evalsuite.world import World


@pytest.fixture
def folder(world: World) -> Path:
    return evaluated(world)


def said(world: World, *words: str) -> str:
    done = CliRunner().invoke(app, ["view", *words, "--home", str(world.home.root)])
    return str(done.exception) if isinstance(done.exception, UserError) else done.stdout


def test_the_base_of_the_scorecard_stands_on_the_other_side(world: World, folder: Path) -> None:
    _, collection = open_collection(folder.name[:9], None, world.home)
    assert collection.other == "tiny-base" and all(item.other for item in collection.items) and collection.notes == ()
    first = collection.items[0]
    assert first.gap("f1") == pytest.approx(first.scores["f1"] - first.other_scores["f1"])  # type: ignore[operator]
    base = read_json(folder / "scorecard.json")["base"]["run"]
    _, backwards = open_collection(base, folder.name, world.home)
    assert backwards.other == "health@1" and backwards.items[0].gap("f1") == pytest.approx(-first.gap("f1"))  # type: ignore[operator]


def test_a_base_that_is_gone_is_noted_and_a_broken_one_as_well(world: World, folder: Path) -> None:
    base = world.home.evals / read_json(folder / "scorecard.json")["base"]["run"]
    (base / "scores.json").write_text("{}")
    _, collection = open_collection(str(folder), None, world.home)
    assert collection.other is None and "no whole scores" in collection.notes[0]
    with pytest.raises(UserError, match="no whole scores"):
        open_collection(str(folder), base.name, world.home)
    shutil.rmtree(base)
    _, collection = open_collection(str(folder), None, world.home)
    assert collection.other is None and "any more" in collection.notes[0]


def test_bad_input_is_two_lines(world: World, folder: Path) -> None:
    assert "there is no evaluation 'nobody'" in said(world, "nobody", "--plain")
    assert "against itself" in said(world, folder.name, "--against", folder.name, "--plain")
    assert "Did you mean f1?" in said(world, folder.name, "--sort", "f2", "--plain")
    assert "is no filter" in said(world, folder.name, "--filter", "oops", "--plain")
    assert "--recipe is for --export" in said(world, folder.name, "--recipe", "x.yaml", "--plain")
    assert "the browser needs a terminal" in said(world, folder.name)
    (folder / "predictions.jsonl").write_text("{")
    assert "is not as it was written" in said(world, folder.name, "--plain")


def test_the_worst_items_are_printed(world: World, folder: Path) -> None:
    text = said(world, folder.name, "--plain", "--limit", "2", "--filter", "kind=why", "--sort", "rougeL")
    assert "worst ROUGE-L first; filter: kind=why" in text and text.count("question:") == 2
    assert "the first 2 are printed" in text and "{+" in text and "[-" in text
    content = json.loads(said(world, folder.name, "--json", "--limit", "3", "--filter", "kind=why"))
    scores = [item["scores"]["f1"] for item in content["shown"]]
    assert len(scores) == 3 and scores == sorted(scores) and {item["tags"]["kind"] for item in content["shown"]} == {"why"}


def test_what_a_model_said_moves_no_cursor(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.evalsuite.world.trained_answer", lambda request: "\x1b[2J\x1b]0;owned\x07 rest")
    text = said(world, evaluated(world).name, "--plain")
    assert "\x1b" not in text and "␛]0;owned␇" in text


def test_what_was_decided_is_exported_by_the_command(world: World, folder: Path, tmp_path: Path) -> None:
    Journal(folder).toggle(open_collection(str(folder), None, world.home)[1].items[0].id, "review")
    assert "1 rows" in said(world, folder.name, "--export", "review", str(tmp_path / "r.jsonl"))
    assert (tmp_path / "r.jsonl").is_file()
