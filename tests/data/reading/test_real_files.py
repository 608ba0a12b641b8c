"""Public data as it is found in the world, where a copy stands beside the project."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest
import yaml

from assistant.core.errors import DataError
from assistant.core.recipe_data import Clean, CleaningRule, Columns
from assistant.data.reading.folders import find_data
from assistant.data.reading.read import Account, Reading, Wanted, each_example, read_examples
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
    kept = {example.id: example.answers for example in read(name, Wanted(clean=Clean(without=get_args(CleaningRule)))).examples}
    assert all({answer.strip() for answer in kept[row["id"]]} == {answer.strip() for answer in row["answers"]} for row in rows)


def test_an_input_goes_with_its_instruction() -> None:
    rows = {row["id"]: row for row in map(json.loads, beside("self_instruct_human.dev.jsonl").open(encoding="utf-8"))}
    examples = read("self_instruct_human.dev.jsonl").examples
    assert any(rows[example.id]["input"] for example in examples)
    # Cleaning mends white space.
    assert all(" ".join((rows[example.id]["input"] or "").split()) in " ".join(example.question.split()) for example in examples)


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
    assert len(read("raw/banking77_train.dev.csv", Wanted(columns=(Columns(question="text", answer="category"),))).examples) == 10_003
    assert len(read("raw/winogender.dev.tsv", Wanted(columns=(Columns(question="sentid", answer="sentence"),))).examples) == 528
    assert read("truthfulqa.dev.jsonl", Wanted(columns=(Columns(question="question", answer="correct_answers"),))).problems.total == 0


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


@pytest.mark.parametrize(("name", "unique"), [("covid_faq_cdc_fda_raw_dirty.dev.jsonl", 238), ("chatterbot_raw_dirty.dev.jsonl", None)])
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


# The sources' own formats. What each must hold is counted here by other means than the readers'.


def test_every_pair_of_medquads_xml_is_an_example_or_an_empty_answer() -> None:
    folder = beside("raw/medquad_xml.dev")
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.xml"))]
    pairs = sum(text.count("<QAPair ") for text in texts)
    empty = sum(len(re.findall(r"<Answer>\s*</Answer>|<Answer\s*/>", text)) for text in texts)
    account = Account()
    files = find_data(folder.parent, [folder.name], account.passed_over.add)
    found = list(each_example(files, Wanted(group="url", tags=("qtype", "focus")), account))
    assert (pairs, empty) == (305, 82)
    assert account.rows == pairs
    assert account.problems.counts == {"empty answer": empty}
    # Its sources give the same ids to different documents.
    assert len(found) == len({(example.group, example.id) for example in found}) == pairs - empty
    assert all(example.tags["qtype"] and example.tags["focus"] for example in found)
    # The layout of the files indents prose by 12 and more; what is left are lists.
    assert not any(re.search(r"^(?: {12}|\t)", example.answers[0], re.MULTILINE) for example in found)
    without = sum(not re.search(r"<Answer>\s*[^<\s]", text) for text in texts)
    assert account.passed_over.counts == {"nothing usable": without}


@pytest.mark.parametrize(("name", "not_pairs"), [("coding", 0), ("tech_support", 0), ("trivia", 1)])
def test_every_conversation_of_chatterbots_yaml_is_an_example_or_a_problem(name: str, not_pairs: int) -> None:
    path = beside(f"raw/chatterbot_{name}.dev.yml")
    talks = yaml.safe_load(path.read_text(encoding="utf-8"))["conversations"]
    reading = read_examples([path], Wanted(tags=("categories",)))
    assert reading.rows == len(talks)
    assert reading.problems.total == sum(not isinstance(talk, list) for talk in talks) == not_pairs
    pairs = [talk for talk in talks if isinstance(talk, list)]
    assert [(example.question, example.answers[0]) for example in reading.examples] == [(str(q).strip(), str(a).strip()) for q, a in pairs]


def test_chatterbots_technical_support_says_ten_things_a_thousand_times() -> None:
    kept, repeats = drop_duplicates(read("raw/chatterbot_tech_support.dev.yml").examples)
    assert (len(kept), repeats.dropped.total()) == (10, 1040)


def test_every_question_of_squads_json_is_an_example() -> None:
    path = beside("raw/xquad_en_squad_format.dev.json")
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    asked = {entry["id"]: entry for article in articles for paragraph in article["paragraphs"] for entry in paragraph["qas"]}
    reading = read("raw/xquad_en_squad_format.dev.json")
    assert reading.rows == len(reading.examples) == len(asked) == 763
    assert all(example.answers[0] == asked[example.id]["answers"][0]["text"].strip() for example in reading.examples)


@pytest.mark.parametrize(
    ("name", "question", "answer", "rows"),
    [
        ("raw/banking77_train.dev.csv", "text", "category", 10_003),
        ("raw/bitext_validation.dev.csv", "utterance", "intent", 810),
        ("raw/surge_toxicity.dev.csv", "text", "is_toxic", 695),
        ("raw/winogender.dev.tsv", "sentid", "sentence", 528),
    ],
)
def test_tables_are_read_whole_by_the_columns_that_a_recipe_names(name: str, question: str, answer: str, rows: int) -> None:
    reading = read(name, Wanted(columns=(Columns(question=question, answer=answer),)))
    assert (reading.rows, len(reading.examples), reading.problems.total) == (rows, rows, 0)
