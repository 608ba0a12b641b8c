"""What checks find beside themselves on this machine, and why something is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.core.messages import Message
from assistant.core.recipe_file import RecipeFile, load_recipe
from assistant.data.checking.tools import find_tools
from evalsuite.for_app import TOXICITY
from tests.data.checking.rows import row


def recipe(folder: Path, base: str, check: Mapping[str, object]) -> RecipeFile:
    (folder / "recipe.yaml").write_text(
        json.dumps({"name": "tiny", "base": base, "data": {"files": ["a.jsonl"], "check": check}, "training": {"max_length": 64}})
    )
    return load_recipe(folder)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that says what it brings, as an installed one does."""
    folder = tmp_path / "site"
    info = folder / "brings-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brings\nVersion: 1\n")
    monkeypatch.syspath_prepend(str(folder))
    return info / "entry_points.txt"


def test_tokens_are_counted_by_the_base_as_training_sees_them(tiny: dict[str, Path], tmp_path: Path) -> None:
    from assistant.models.bases import find_base
    from assistant.models.fitting import fit_base

    file = recipe(tmp_path, str(next(iter(tiny.values()))), {})
    tools = find_tools(file)
    assert tools.count_tokens and tools.max_length == 64
    template = fit_base(find_base(file.recipe.base, tmp_path), None, tmp_path, "").template
    rows = [row("What is a cold?", "An infection."), row("How are you?", "I am well.", number=2)]
    rows.append(replace(rows[0], history=(Message(role="user", content="Hello."), Message(role="assistant", content="Hi."))))
    assert tools.count_tokens(rows) == [len(template.encode_example(each.prompt, each.answers[0])) for each in rows]


def test_a_base_that_is_not_here_is_told_and_not_fetched(tmp_path: Path) -> None:
    tools = find_tools(recipe(tmp_path, "nobody/nothing", {"off_topic": "ignore"}))
    assert tools.count_tokens is None
    assert "is not on this machine" in tools.missing["too_long"]


def test_a_classifier_is_found_by_its_entry_point(package: Path, tmp_path: Path) -> None:
    package.write_text("[assistant.checks]\ntoxic = evalsuite.for_app:TOXICITY\n")
    tools = find_tools(recipe(tmp_path, "nobody/nothing", {}))
    assert tools.toxicity is TOXICITY and "toxic" not in tools.missing
    rude, kind = tools.toxicity(["You are a stupid idiot.", "Rest and drink water."])
    assert rude > 0.8 > kind
    assert TOXICITY([]) == [] and TOXICITY.name


def test_what_no_check_asks_for_is_not_looked_for(package: Path, tmp_path: Path) -> None:
    package.write_text("[assistant.checks]\ntoxic = evalsuite.nowhere:NOTHING\n")
    off = {"toxic": "ignore", "too_long": "ignore", "personal_data": "ignore"}
    assert find_tools(recipe(tmp_path, "nobody/nothing", off)).missing == {}


def test_names_want_a_model(tmp_path: Path) -> None:
    assert "names_model" in find_tools(recipe(tmp_path, "nobody/nothing", {})).missing["name"]
    assert "name" not in find_tools(recipe(tmp_path, "nobody/nothing", {"personal_kinds": ["email"]})).missing
