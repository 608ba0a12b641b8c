"""Public data as it is found in the world, where a copy stands beside the project."""

from __future__ import annotations

import json

import pytest

from assistant.core.errors import DataError
from assistant.core.recipe_data import Columns
from assistant.data.reading.read import Reading, Wanted, read_examples
from assistant.data.splitting.split import drop_duplicates, join_groups
from tests.beside import beside


def read(name: str, wanted: Wanted | None = None) -> Reading:
    return read_examples([beside(name)], wanted or Wanted())


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("medquad.dev.jsonl", "question / answer"),
        ("product_faq.dev.jsonl", "question / answer"),
        ("support_stackexchange.dev.jsonl", "question / answer"),
        ("covid_qa_papers.dev.jsonl", "question / answer"),
        ("xquad_en.dev.jsonl", "question / answers"),
        ("nq_open.dev.jsonl", "question / answers"),
        ("webquestions.dev.jsonl", "question / answers"),
        ("self_instruct_human.dev.jsonl", "instruction / input / output"),
    ],
)
def test_clean_sources_are_understood_whole(name: str, layout: str) -> None:
    reading = read(name)
    assert list(reading.layouts.values()) == [layout]
    assert reading.problems.total == 0
    assert len(reading.examples) == reading.rows == len(beside(name).read_text(encoding="utf-8").strip().split("\n"))


@pytest.mark.parametrize("name", ["xquad_en.dev.jsonl", "nq_open.dev.jsonl"])
def test_all_reference_answers_are_kept(name: str) -> None:
    rows = [json.loads(line) for line in beside(name).open(encoding="utf-8")]
    kept = {example.id: example.answers for example in read(name).examples}
    assert all(set(kept[row["id"]]) == {answer.strip() for answer in row["answers"]} for row in rows)


def test_an_input_goes_with_its_instruction() -> None:
    rows = {row["id"]: row for row in map(json.loads, beside("self_instruct_human.dev.jsonl").open(encoding="utf-8"))}
    examples = read("self_instruct_human.dev.jsonl").examples
    assert any(rows[example.id]["input"] for example in examples)
    assert all((rows[example.id]["input"] or "").strip() in example.question.replace("\n\n", "\n\n") for example in examples)


@pytest.mark.parametrize(
    "name",
    [
        "banking77.dev.jsonl",
        "bitext_intents.dev.jsonl",
        "clinc150.dev.jsonl",
        "toxicity_surge.dev.jsonl",
        "raw/banking77_train.dev.csv",
        "raw/bitext_validation.dev.csv",
        "raw/surge_toxicity.dev.csv",
        "raw/winogender.dev.tsv",
    ],
)
def test_data_without_answers_is_an_error_that_names_its_columns(name: str) -> None:
    with pytest.raises(DataError, match="among the columns"):
        read(name)


def test_columns_of_other_names_are_read_when_the_recipe_names_them() -> None:
    assert len(read("raw/banking77_train.dev.csv", Wanted(columns=Columns(question="text", answer="category"))).examples) == 10_003
    assert len(read("raw/winogender.dev.tsv", Wanted(columns=Columns(question="sentid", answer="sentence"))).examples) == 528
    assert read("truthfulqa.dev.jsonl", Wanted(columns=Columns(question="question", answer="correct_answers"))).problems.total == 0


@pytest.mark.parametrize("name", ["dirty_cases.dev.jsonl", "medquad_raw_dirty.dev.jsonl", "chatterbot_raw_dirty.dev.jsonl"])
def test_every_row_of_dirty_data_is_an_example_or_a_problem(name: str) -> None:
    reading = read(name)
    assert reading.rows == len(beside(name).read_text(encoding="utf-8").strip().split("\n"))
    assert len(reading.examples) + reading.problems.total == reading.rows
    assert set(reading.problems.counts) <= {"empty answer", "empty question"}


def test_dirty_rows_are_reported_for_what_is_wrong_with_them() -> None:
    rows = list(map(json.loads, beside("dirty_cases.dev.jsonl").open(encoding="utf-8")))
    counts = read("dirty_cases.dev.jsonl").problems.counts
    assert counts["empty question"] == sum(not (row["question"] or "").strip() for row in rows)
    assert counts["empty answer"] == sum(bool((row["question"] or "").strip()) and not (row["answer"] or "").strip() for row in rows)


@pytest.mark.parametrize(("name", "unique"), [("covid_faq_cdc_fda_raw_dirty.dev.jsonl", 246), ("chatterbot_raw_dirty.dev.jsonl", None)])
def test_real_duplicates_are_found_and_counted(name: str, unique: int | None) -> None:
    examples = read(name).examples
    kept, repeats = drop_duplicates(examples)
    assert len(kept) + repeats.dropped.total() == len(examples)
    assert repeats.dropped.total() > 100
    assert unique in (None, len(kept))
    assert len({example.id for example in kept}) == len(kept)


def test_no_real_question_is_left_in_two_groups() -> None:
    examples = read("medquad.dev.jsonl", Wanted(group="topic")).examples
    groups: dict[str, set[str]] = {}
    for example in join_groups(examples, 0):
        groups.setdefault(" ".join(example.question.lower().split()), set()).add(example.group)
    assert all(len(found_in) == 1 for found_in in groups.values())
