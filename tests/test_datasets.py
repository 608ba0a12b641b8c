"""The bundled domain data: enough of it, in one style, each answer written for its question."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from assistant.core.home import Home
from assistant.core.recipe_file import load_recipe
from assistant.data.prepare import Prepared, prepare
from assistant.data.splitting.equality import normal_form

FOLDER = Path(__file__).parents[1] / "datasets"
RECIPES = sorted(FOLDER.glob("*/recipe.yaml"))
ROWS = [json.loads(line) for line in (FOLDER / "health" / "health.jsonl").read_text(encoding="utf-8").splitlines()]
KINDS = {"what", "symptoms", "causes", "treatment", "prevention", "when_to_seek_care"}


@pytest.fixture(scope="module")
def health(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(load_recipe(FOLDER / "health"), Home(tmp_path_factory.mktemp("home")))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.parent.name)
def test_every_bundled_recipe_is_read_and_uses_every_row_of_its_data(recipe: Path, tmp_path: Path) -> None:
    report = prepare(load_recipe(recipe), Home(tmp_path)).report
    assert report["problems"] == {}
    assert report["duplicates"]["dropped"] == report["ids_used_twice"]["renamed"] == 0
    assert all(split["examples"] > 0 for split in report["splits"].values())


def test_the_first_words_of_a_recipe_are_the_commands_that_run_it() -> None:
    for recipe in RECIPES:
        assert re.match(r"(#.*\n)*# +assistant train datasets/", recipe.read_text(encoding="utf-8")), recipe


def test_health_has_300_pairs_about_50_topics_of_6_kinds() -> None:
    assert len(ROWS) >= 300
    assert len({row["topic"] for row in ROWS}) >= 50
    assert {row["kind"] for row in ROWS} == KINDS


def test_topic_parts_the_splits_of_health_and_kind_is_a_tag(health: Prepared) -> None:
    topics = {name: {example.group for example in examples} for name, examples in health.splits.items()}
    assert all(topics[one].isdisjoint(topics[other]) for one, other in combinations(topics, 2))
    assert {example.tags["kind"] for example in health.splits["test"]} == KINDS
    assert len(health.splits["test"]) >= 30


def test_every_answer_has_20_to_60_words_and_whole_sentences() -> None:
    assert [row["id"] for row in ROWS if not 20 <= len(row["answer"].split()) <= 60] == []
    assert [row["id"] for row in ROWS if not re.fullmatch(r"[A-Z].*[.!]", row["answer"])] == []
    assert [row["id"] for row in ROWS if not re.fullmatch(r"[A-Z].*\?", row["question"])] == []


def test_no_question_no_answer_and_no_sentence_stands_twice() -> None:
    for texts in (
        [normal_form(row["question"]) for row in ROWS],
        [normal_form(row["answer"]) for row in ROWS],
        [normal_form(sentence) for row in ROWS for sentence in re.split(r"(?<=[.!?]) ", row["answer"])],
        [row["id"] for row in ROWS],
    ):
        assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_no_two_answers_are_one_template_with_a_word_swapped() -> None:
    words = [Counter(re.findall(r"\w+", row["answer"].lower())) for row in ROWS]
    # Of two answers from one template nearly all words are the same; here no two share even six in ten.
    alike = [
        (one["id"], other["id"])
        for (one, first), (other, second) in combinations(zip(ROWS, words, strict=True), 2)
        if 2 * (first & second).total() > 0.6 * (first.total() + second.total())
    ]
    assert alike == []
