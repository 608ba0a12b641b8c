"""SQuAD's nested JSON: a row for each question, whatever the order of its parts."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant.data.problems import Problem
from assistant.data.reading.read import Wanted, read_examples
from assistant.data.reading.text_lines import pieces
from tests.data.reading.entries import entries, file, rows

QUESTION = {"id": "1", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 0}, {"text": "Ann B.", "answer_start": 0}]}
ROW = {"id": "1", "question": "Who?", "answers": ["Ann", "Ann B."], "answer_start": [0, 0], "context": "Ann B. did.", "title": "Ann"}


def squad(*questions: Any, title_first: bool = True) -> dict[str, Any]:
    paragraphs = {"paragraphs": [{"context": "Ann B. did.", "qas": list(questions)}]}
    return {"version": "2", "data": [{"title": "Ann", **paragraphs} if title_first else {**paragraphs, "title": "Ann"}]}


@pytest.mark.parametrize("title_first", [True, False])
def test_a_question_is_a_row_with_its_paragraph_and_title(tmp_path: Path, title_first: bool) -> None:
    path = file(tmp_path, "a.json", json.dumps(squad(QUESTION, title_first=title_first)))
    assert rows(path) == [ROW]
    (example,) = read_examples([path], Wanted(group="title")).examples
    assert (example.id, example.answers, example.group) == ("1", ("Ann", "Ann B."), "Ann")


@pytest.mark.parametrize("unanswered", [{**QUESTION, "is_impossible": True}, {**QUESTION, "answers": []}, {"question": "Who?"}])
def test_a_question_without_an_answer_is_a_problem_that_keeps_it(tmp_path: Path, unanswered: dict[str, Any]) -> None:
    problem, good = entries(file(tmp_path, "a.json", json.dumps(squad(unanswered, QUESTION))))
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line, problem.content["question"]) == ("no answer in the text", 1, "Who?")
    assert good == (2, ROW)


def test_what_is_no_question_is_told(tmp_path: Path) -> None:
    content = {"data": [{"paragraphs": [5, {"qas": 5}, {"context": "Ann B. did.", "qas": [5, QUESTION]}], "title": "Ann"}, 5]}
    found = entries(file(tmp_path, "a.json", json.dumps(content)))
    assert [entry.line for entry in found if isinstance(entry, Problem)] == [1, 2, 3, 5]
    assert found[3] == (4, ROW)


def test_an_article_may_be_longer_than_a_row_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.data.reading.json_stream.LONGEST_VALUE", 2000)
    monkeypatch.setattr("assistant.data.reading.json_rows.pieces", partial(pieces, size=100))
    paragraph = {"context": "c" * 1000, "qas": [QUESTION]}
    content = {"data": [{"paragraphs": [paragraph] * 50, "title": "Ann"}] * 2}
    assert len(rows(file(tmp_path, "a.json", json.dumps(content)))) == 100
