"""What was decided becomes data that the project reads, and nothing that is trained on stays in the test."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.api import UserError, load_recipe, read_jsonl
from assistant.data.prepare import Prepared, prepare
from evalsuite.run import run
from evalsuite.targets import Options
from evalsuite.viewer.columns import source_of
from evalsuite.viewer.export import export
from evalsuite.viewer.rules import hindrance, what_leaves
from evalsuite.viewer.shelf import Shelf
from tests.evalsuite.viewer.shelves import evaluated, shelf_of
from tests.evalsuite.world import World


@pytest.fixture
def shelf(world: World) -> Shelf:
    return shelf_of(evaluated(world), world.home)


def exported(shelf: Shelf, world: World, action: str, file: Path) -> list[dict[str, object]]:
    export(action, file, shelf.collection, shelf.journal, source_of(shelf.collection, world.home, None))
    return read_jsonl(file)


def prepared_with(world: World, *files: str) -> Prepared:
    content = yaml.safe_load(world.recipe.read_text(encoding="utf-8"))
    content["data"]["files"] = list(files)
    recipe = world.recipe.with_name("with.yaml")
    recipe.write_text(yaml.safe_dump(content), encoding="utf-8")
    return prepare(load_recipe(recipe), world.home)


def test_a_regression_set_is_asked_by_evalsuite_run(shelf: Shelf, world: World, tmp_path: Path) -> None:
    first, second = shelf.items[0], shelf.items[5]
    shelf.journal.toggle(first.id, "regression")
    shelf.journal.toggle(second.id, "regression")
    shelf.journal.correct(first.id, "It was always another answer.")
    rows = exported(shelf, world, "regression", tmp_path / "regression.jsonl")
    assert {row["id"] for row in rows} == {first.id, second.id}
    evaluation, card = run("health", world.home, Options(data=tmp_path / "regression.jsonl", with_base=False), world.choose)
    asked = {row["id"]: row for row in read_jsonl(evaluation.predictions)}
    assert asked[first.id]["references"] == ["It was always another answer."] and asked[second.id]["references"] == list(second.asked.references)
    assert {name: row["group"] for name, row in asked.items()} == {each.id: each.asked.group for each in (first, second)}
    assert asked[first.id]["tags"] == dict(first.asked.tags) and card.examples.n == 2


def test_review_rows_say_what_was_answered_and_why_they_are_there(shelf: Shelf, world: World, tmp_path: Path) -> None:
    item = shelf.items[0]
    shelf.journal.toggle(item.id, "review")
    (row,) = exported(shelf, world, "review", tmp_path / "review.jsonl")
    assert row["answered"] == item.asked.text and row["scores"] == dict(item.scores) and shelf.collection.run in str(row["note"])
    # The recipe's name for the column of the group.
    assert row["topic"] == item.asked.group


@pytest.mark.parametrize("is_first", [True, False], ids=["before the recipe's files", "after them"])
@pytest.mark.parametrize("is_corrected", [True, False], ids=["corrected", "as it was"])
def test_no_order_of_the_files_trains_on_what_is_tested(shelf: Shelf, world: World, tmp_path: Path, is_first: bool, is_corrected: bool) -> None:
    item = shelf.items[0]
    shelf.journal.toggle(item.id, "training")
    if is_corrected:
        shelf.journal.correct(item.id, "A better answer than it had.")
    rows = exported(shelf, world, "training", tmp_path / "more.jsonl")
    assert len(rows) == shelf.collection.group_sizes[item.asked.group]
    splits = prepared_with(world, *(["more.jsonl", "data.jsonl"] if is_first else ["data.jsonl", "more.jsonl"])).splits
    group = {each.asked.question for each in shelf.collection.items if each.asked.group == item.asked.group}
    where = {name for name, examples in splits.items() for example in examples if example.question in group}
    assert where == {"train"}
    if is_corrected:
        assert any(example.answers == ("A better answer than it had.",) for example in splits["train"])


def test_what_is_trained_on_cannot_be_tested(shelf: Shelf, world: World, tmp_path: Path) -> None:
    item = shelf.items[0]
    sibling = next(each for each in shelf.items if each.asked.group == item.asked.group and each is not item)
    shelf.journal.toggle(item.id, "training")
    assert "of the same group is in the training data" in (hindrance("regression", sibling, shelf.collection, shelf.journal) or "")
    assert what_leaves(shelf.collection, shelf.journal).startswith("1 group leaves the test set whole: 2 of ")
    assert hindrance("training", item, shelf.collection, shelf.journal) is None
    # Decided by two viewers at once, or by hand: the export holds them apart.
    shelf.journal.toggle(sibling.id, "regression")
    for action in ("training", "regression"):
        with pytest.raises(UserError, match="to the training data and to the regression set"):
            exported(shelf, world, action, tmp_path / "file.jsonl")
    assert not (tmp_path / "file.jsonl").exists()


def test_a_part_of_the_examples_says_nothing_of_whole_groups(world: World, tmp_path: Path) -> None:
    shelf = shelf_of(evaluated(world, limit=10), world.home)
    assert "only 10 of the examples" in (hindrance("training", shelf.items[0], shelf.collection, shelf.journal) or "")
    shelf.journal.toggle(shelf.items[0].id, "training")
    with pytest.raises(UserError, match="asked only 10 of the examples"):
        exported(shelf, world, "training", tmp_path / "file.jsonl")


def test_what_cannot_be_written_is_told(shelf: Shelf, world: World, tmp_path: Path) -> None:
    there = tmp_path / "there.jsonl"
    there.touch()
    for action, file, said in (
        ("sale", tmp_path / "new.jsonl", "nothing is exported as"),
        ("review", there, "is there already"),
        ("review", tmp_path / "new.csv", "JSON lines"),
        ("review", tmp_path / "new.jsonl", "no item of"),
    ):
        with pytest.raises(UserError, match=said):
            exported(shelf, world, action, file)
    assert there.read_bytes() == b""


def test_without_a_recipe_nothing_can_be_trained_on(shelf: Shelf, world: World, tmp_path: Path) -> None:
    shelf.journal.toggle(shelf.items[0].id, "training")
    (world.home.assistants / "health").rename(tmp_path / "away")
    with pytest.raises(UserError, match="not known which recipe"):
        exported(shelf, world, "training", tmp_path / "file.jsonl")
    source = source_of(shelf.collection, world.home, world.recipe)
    assert export("training", tmp_path / "file.jsonl", shelf.collection, shelf.journal, source) == 2
