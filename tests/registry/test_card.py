"""What the model card of a version tells of its training data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.core.home import Home
from assistant.core.recipe_file import load_recipe
from assistant.data.prepare import prepare, read_prepared
from assistant.registry.card import write_card
from assistant.registry.manifest import BaseFacts, Manifest, TrainingFacts

NUMBERS = {name: 0 for name in TrainingFacts.model_fields}
ROWS = {"train": {"rows": 6, "answer_tokens": 30, "cut": {"count": 0}, "left_out": {"count": 0}}}
TRAINING = TrainingFacts(**{**NUMBERS, "method": "lora", "precision": "float32", "device": "cpu", "total_parameters": 100, "rows": ROWS})
MANIFEST = Manifest(
    name="health",
    version=1,
    created="2026-01-01T00:00:00+00:00",
    recipe_folder=".",
    identity="1",
    base=BaseFacts(name="tiny-base", fingerprint="2", license="", grown=False),
    template="3",
    data="4",
    recipe="5",
    code={},
    libraries={},
    machine={"processor": "some"},
    training=TRAINING,
)


def card(folder: Path, canaries: int, again: bool = False) -> str:
    """The card of a version that was trained with so many planted secrets; from data just prepared, or read again."""
    rows = [{"id": str(number), "question": f"What is number {number}?", "answer": f"It is {number}."} for number in range(20)]
    (folder / "data.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    recipe: dict[str, Any] = {"name": "health", "data": {"files": ["data.jsonl"], "canaries": canaries, "duplicates": {"near": "ignore"}}}
    (folder / "recipe.yaml").write_text(json.dumps(recipe), encoding="utf-8")
    file = load_recipe(folder / "recipe.yaml")
    prepared = prepare(file, Home(folder / "workspace"))
    write_card(folder, MANIFEST, file.recipe, read_prepared(prepared.folder).report if again else prepared.report)
    return (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("again", [False, True], ids=["just prepared", "read again"])
def test_a_card_warns_of_planted_secrets(tmp_path: Path, again: bool) -> None:
    sentence = "3 made-up secrets are planted in its training data (data.canaries): a version for tests, not for release."
    assert sentence in card(tmp_path, canaries=3, again=again).splitlines()


def test_one_secret_is_one(tmp_path: Path) -> None:
    assert "1 made-up secret is planted in its training data (data.canaries)" in card(tmp_path, canaries=1)


def test_a_card_says_nothing_of_secrets_where_none_are_planted(tmp_path: Path) -> None:
    assert "secret" not in card(tmp_path, canaries=0)
