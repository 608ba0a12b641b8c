"""`assistant data augment`, `card` and `review` from end to end: files, a real browser and a real terminal."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from assistant.data.decisions import read_decisions
from tests.evalsuite.test_page import CHROMIUM, asked, opened
from tests.tui.terminal import Terminal, is_installed, python
from tests.workshop.shop import prepared, read_rows, rows, told, told_json, write_recipe, write_rows

__all__ = ["asked"]
QUICK = ("--set", "data.augment={methods: [restructure, context], meaning_above: 0}")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = write_recipe(tmp_path / "shop")
    write_rows(folder / "faq.jsonl", rows())
    return folder


def test_a_preview_writes_nothing_and_a_file_joins_train_alone(shop: Path, tmp_path: Path) -> None:
    home = ("--home", tmp_path / "home")
    preview = told("augment", shop, "--preview", "20", *QUICK, *home)
    assert preview.count("\n  + ") == 20 and "20 shown, nothing written" in preview
    assert sorted(path.name for path in shop.iterdir()) == ["faq.jsonl", "recipe.yaml"]

    text = told("augment", shop, *QUICK, *home)
    assert "new rows kept" in text and "add `augmented: [augmented.jsonl]` under data" in text
    made = read_rows(shop / "augmented.jsonl")
    assert made and all(row["made_by"] in ("restructure", "context") for row in made)
    was, folder = prepared(shop, tmp_path / "home")
    train = {row["id"] for row in read_rows(folder / "train.jsonl")}
    assert {row["made_from"] for row in made} <= train

    write_recipe(shop, augmented=["augmented.jsonl"])
    answer, folder = prepared(shop, tmp_path / "home")
    assert answer["augmented"] == {"rows": len(made), "left_out": 0}
    for split in ("train", "validation", "test"):
        assert sum(bool(row.get("made_by")) for row in read_rows(folder / f"{split}.jsonl")) == (len(made) if split == "train" else 0)
        assert answer["splits"][split]["examples"] == was["splits"][split]["examples"]
    assert "added to train" in told("prepare", shop, *home)

    # Dealt anew, some originals are held out, and what was made of them has no place.
    answer, folder = prepared(shop, tmp_path / "home", "--set", "data.split.seed=5")
    train = {row["id"] for row in read_rows(folder / "train.jsonl")}
    orphans = [row["id"] for row in made if row["made_from"] not in train]
    assert orphans and answer["augmented"]["left_out"] == len(orphans)
    assert len([row for row in read_rows(folder / "rejected.jsonl") if "made" in row["reason"] or "original" in row["reason"]]) == len(orphans)


def test_each_way_of_balancing_changes_train_alone(shop: Path, tmp_path: Path) -> None:
    def kinds(by: str) -> tuple[Counter[str], list[float], dict[str, int]]:
        _, folder = prepared(shop, tmp_path / "home", "--set", f"data.balance={{tag: kind, by: {by}}}")
        train = read_rows(folder / "train.jsonl")
        held_out = {name: len(read_rows(folder / f"{name}.jsonl")) for name in ("validation", "test")}
        return Counter(row["tags"]["kind"] for row in train), [row.get("weight", 1.0) for row in train], held_out

    weighed, weights, held_out = kinds("weights")
    assert weighed["common"] > 2 * weighed["rare"] and len(set(weights)) == 2
    more, _, same = kinds("oversample")
    assert more["rare"] == more["common"] == weighed["common"] and same == held_out
    less, _, same = kinds("undersample")
    assert less["rare"] == less["common"] == weighed["rare"] and same == held_out
    assert "balanced in train by undersample over kind: " in told(
        "prepare", shop, "--home", tmp_path / "home", "--set", "data.balance={tag: kind, by: undersample}"
    )


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_the_card_is_three_files_its_steps_are_commands_and_its_page_asks_for_nothing(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "card"
    text = told("card", shop, "--out", out, "--home", tmp_path / "home")
    assert "\u2713 No errors left: 0 left" in text and "\u2717 Enough to examine" in text
    steps = re.findall(r"(?m)^\d\. .*: (assistant .*)$", text)
    assert len(steps) >= 3
    assert sorted(path.name for path in out.iterdir()) == ["card.html", "card.json", "card.md"]
    card = json.loads((out / "card.json").read_text())
    assert [step["command"] for step in card["steps"] if step["command"].startswith("assistant")] == steps
    assert card["leakage"]["asked"] == 0 and card["leakage"]["reported"]
    assert dict(card["quality"]["not_looked_for"])["off_topic"] == "the recipe says so"
    dom = opened(out / "card.html", tmp_path / "profile")
    assert "What to do next" in dom.text
    page = (out / "card.html").read_text()
    assert not re.search(r"(?:src|href)=[\"']?(?!#)\w+:|@import|url\(", page)


def test_a_review_in_a_terminal_is_gone_on_with_and_prepare_heeds_it(shop: Path, tmp_path: Path) -> None:
    if not is_installed():
        pytest.skip("tmux is not installed")
    bad = [
        {"id": "lost", "question": "Where is the shop?", "answer": "In the stra\ufffde beside the church, opposite the baker.", "kind": "common"},
        {"id": "cut", "question": "What is sold here?", "answer": "Bread and butter, milk, eggs, and", "kind": "common"},
        {"id": "short", "question": "How do I pay for it?", "answer": "By card.", "kind": "common"},
    ]
    # Of duplicates there is nothing to decide.
    write_rows(shop / "faq.jsonl", [*rows(), *bad, {**bad[1], "id": "again"}])
    opened_ones: list[Terminal] = []

    def review(name: str) -> Terminal:
        opened_ones.append(Terminal(tmp_path / name, python("-m", "assistant", "data", "review", shop), size=(120, 30)))
        return opened_ones[-1]

    try:
        first = review("first")
        first.wait_for("Where is the shop?", "3 open")
        first.press("e")
        first.wait_for("Edit the answer to: Where is the shop?")
        first.type(" Ask there.")
        first.press("C-s")
        first.wait_for("2 open")
        first.press("Escape")
        first.wait_for("left with 0")
        second = review("second")
        second.wait_for("2 open", "1 accepted")
        second.press("x")
        second.wait_for("1 open", "1 rejected")
        second.press("Escape")
        second.wait_for("left with 0")
        third = review("third")
        # What was rejected is no longer read, and still there to be taken back.
        third.wait_for("1 open", "1 rejected")
        third.press("a")
        third.wait_for("0 open", "2 accepted")
        third.press("Escape")
        third.wait_for("left with 0")
    finally:
        for terminal in opened_ones:
            terminal.end()
    decided = {decision.id: decision.decision for decision in read_decisions(shop / "decisions.jsonl").latest.values()}
    assert decided["lost"] == "edit" and sorted((decided["cut"], decided["short"])) == ["accept", "reject"]
    answer, folder = prepared(shop, tmp_path / "home")
    assert answer["decisions"] == {"accepted": 1, "edited": 1, "rejected": 1, "stale": 0}
    clean = {row["id"]: row for row in read_rows(folder / "clean.jsonl")}
    assert clean["lost"]["answers"][0].endswith(" Ask there.")
    rejected = read_rows(folder / "rejected.jsonl")
    gone = next(name for name, how in decided.items() if how == "reject")
    assert [(row["id"], row["reason"]) for row in rejected if row["reason"] != "duplicate"] == [(gone, "rejected in review")]
    assert told_json("check", shop, code=1)["decisions"]["edited"] == 1
