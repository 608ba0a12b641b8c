"""The figures of a card can be added up: what was read is used, or not used for a reason, whatever adds rows or takes them away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.core.home import Home
from assistant.core.recipe import Recipe
from assistant.core.recipe_file import RecipeFile
from assistant.data.prepare import Prepared, prepare
from assistant.data.telling.card import card_of
from assistant.data.telling.data_card import Card
from assistant.data.telling.markdown import markdown_of
from assistant.data.telling.reported import OF_MADE_ROWS
from assistant.workshop.describing import describe
from tests.data.telling.made_up import prepared, recipe, report
from tests.workshop.shop import write_rows

MORE: dict[str, Any] = {"limit": {"train": 90}, "canaries": 2, "augmented": ["made.jsonl"], "balance": {"tag": "kind", "by": "undersample"}}


def conversation(name: str, answers: list[str], kind: str) -> dict[str, Any]:
    said = [
        {"role": role, "content": text}
        for turn, answer in enumerate(answers)
        for role, text in (("user", f"What is thing {turn} of {name} for?"), ("assistant", answer))
    ]
    return {"id": name, "messages": said, "kind": kind}


def chats(folder: Path, data: dict[str, Any]) -> RecipeFile:
    """40 conversations of 4 answers, 30 of which end with a link; one once more; one without an answer; rows made of some of them."""
    rows = []
    for number in range(40):
        last = f"It stands at www.shop-{number}.com for all to read." if number < 30 else f"It holds up the roof of house {number}."
        answers = [*(f"Thing {turn} of shelf {number} holds up number {number * 7}." for turn in range(3)), last]
        rows.append(conversation(f"c{number}", answers, "common" if number % 4 else "rare"))
    write_rows(folder / "rows.jsonl", [*rows, {**rows[35], "id": "again"}, conversation("empty", [""], "rare")])
    made = [
        {
            "id": f"m{number}",
            "question": f"Say, what is thing 0 of c{number} for?",
            "answer": "x",
            "group": "g",
            "made_by": "context",
            "made_from": f"c{number}",
        }
        for number in range(60)
    ]
    write_rows(folder / "made.jsonl", made)
    content = {"name": "chats", "data": {"files": ["rows.jsonl"], "tags": ["kind"], "check": {"links": "drop"}, **data}}
    return RecipeFile(Recipe.model_validate(content), folder / "recipe.yaml")


def told(folder: Path, data: dict[str, Any]) -> tuple[Card, Prepared]:
    file = chats(folder, data)
    data_of = prepare(file, Home(folder / "home"))
    return card_of(file, data_of), data_of


@pytest.mark.parametrize("more", [{}, MORE, {**MORE, "balance": {"tag": "kind", "by": "oversample"}}], ids=["plain", "thinned", "repeated"])
def test_what_was_read_is_used_or_not_used_for_a_reason(tmp_path: Path, more: dict[str, Any]) -> None:
    card, data = told(tmp_path, more)
    read, not_used = card.quantity.read, {each.name: each.count for each in card.quality.not_used or ()}
    assert (card.quantity.rows, read) == (42, 165)
    assert {name: not_used[name] for name in ("links", "duplicate", "empty answer")} == {"links": 30, "duplicate": 4, "empty answer": 1}
    assert read == sum(not_used.values()) + card.quantity.used()
    assert card.quantity.used() + card.quantity.made() + card.quantity.planted == card.quantity.examples() == sum(map(len, data.splits.values()))
    assert not OF_MADE_ROWS & set(not_used)
    if more:
        assert "beyond data.limit" in not_used and card.made.examples and card.quantity.planted
        rejected = data.report["rejected"]
        assert sum(rejected.values()) > sum(not_used.values()) and rejected["its original is not in train"]
    if "balance" in more and more["balance"]["by"] == "undersample":
        # Some of what undersampling leaves out was made, and not read.
        assert 0 < not_used["left out by data.balance"] < data.report["rejected"]["left out by data.balance"]


def test_what_a_check_drops_of_conversations_is_told_as_a_share_of_what_was_read(tmp_path: Path) -> None:
    card, _ = told(tmp_path, {})
    (point,) = [check for check in card.checklist if check.name == "Hardly anything left out"]
    assert (point.state, point.value) == ("failed", 31 / 165)
    assert point.figure == "not used: 31 of 165 that were read, besides 4 duplicates"
    text = markdown_of(card)
    for line in ("| read, from 42 rows | 165 |", "| not used | \N{MINUS SIGN}35 |", "| used | 130 |", "| duplicate | 4 | 2.4% |"):
        assert line in text, line


def test_a_finding_is_a_share_of_what_was_read_and_never_more_than_all(tmp_path: Path) -> None:
    card, _ = told(tmp_path, MORE)
    shares = {each.rule: each.share for each in card.quality.findings or ()}
    assert shares["links"] == 30 / 165 and shares["missing"] == 1 / 165 and shares["duplicate"] == 4 / 165
    assert "of what was read" in markdown_of(card)
    # A row that is like several others has a finding for each of them.
    near = card_of(recipe(), prepared(said=report(findings={"near_duplicate": {"severity": "note", "count": 700, "fixed": 700}})))
    assert near.quality.findings and near.quality.findings[0].share is None


def test_warnings_are_counted_over_the_examples_that_they_may_be_in(tmp_path: Path) -> None:
    card, _ = told(tmp_path, {"limit": {"train": 10}})
    (point,) = [check for check in card.checklist if check.name == "Few warnings"]
    assert card.quality.kept == 130 and point.figure.endswith("in 130 examples")


def test_groups_are_told_with_all_that_joined_them() -> None:
    joining = {"groups": {"found": 1549, "joined": 43}}
    same = {"dropped": 0, "near": {"groups_joined": 40}, "meaning": None}
    text = markdown_of(card_of(recipe(), prepared(said=report(**joining, duplicates=same))))
    assert "1,549 as found, 1,506 after joining; fewer because they ask the same question: 3, they ask or answer nearly the same: 40" in text
    whole = report(**joining)
    del whole["duplicates"]
    assert "Groups: 1,549 as found, 1,506 after joining\n" in markdown_of(card_of(recipe(), prepared(said=whole)))
    assert "Groups: 7, none of them joined to another" in markdown_of(card_of(recipe(), prepared(said=report(groups={"found": 7, "joined": 0}))))


def test_one_is_told_in_the_singular(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{"id": "a", "question": "What is  this for?", "answer": "It holds up the roof, as far as we know."}])
    content = {"name": "one", "data": {"files": ["rows.jsonl"], "split": {"validation": 0, "test": 0}, "check": {"outlier": "ignore"}}}
    text = markdown_of(describe(RecipeFile(Recipe.model_validate(content), tmp_path / "recipe.yaml"), Home(tmp_path / "home"), None).card)
    for plural in ("rows", "examples", "questions", "warnings", "values", "clusters"):
        assert f" 1 {plural}" not in text, plural
    assert "1 example in train" in text and "read, from 1 row " in text


def test_why_something_was_not_measured_is_what_the_recipe_says(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{"id": "a", "question": "What is this for?", "answer": "It holds up the roof."}])
    check = {"too_long": "ignore", "personal_data": "ignore"}
    content = {"name": "one", "data": {"files": ["rows.jsonl"], "split": {"validation": 0, "test": 0}, "check": check}}
    card = describe(RecipeFile(Recipe.model_validate(content), tmp_path / "recipe.yaml"), Home(tmp_path / "home"), None).card
    assert card.not_measured["tokens"] == "data.check.too_long is ignore"
    assert card.personal and card.personal.not_looked_for == (("name", "data.check.personal_data is ignore"),)
