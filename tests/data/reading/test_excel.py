"""Rows of Excel workbooks: which sheets, what a cell becomes, and what is refused."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assistant.core.errors import DataError
from assistant.core.recipe_data import Columns
from assistant.data.problems import Problem
from assistant.data.reading.read import Account, Wanted, each_example, read_examples
from tests.data.reading.entries import entries, file, refused, rows

HEADER = ("question", "answer")


def book(folder: Path, name: str = "a.xlsx", **sheets: Sequence[Sequence[Any]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, lines in sheets.items():
        sheet = made.create_sheet(title)
        for line in lines:
            sheet.append(line)
    made.save(folder / name)
    return folder / name


def test_the_first_line_names_the_columns_and_a_row_has_its_number(tmp_path: Path) -> None:
    path = book(tmp_path, FAQ=[(), HEADER, ("Why?", "So."), (), ("Où?", "Là.\nTrès loin.")])
    assert entries(path) == [(3, {"question": "Why?", "answer": "So."}), (5, {"question": "Où?", "answer": "Là.\nTrès loin."})]


def test_a_cell_becomes_what_a_person_reads_there(tmp_path: Path) -> None:
    values = [1, 2.0, 2.5, True, None, datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3, 4)]
    path = book(tmp_path, FAQ=[("a", "b", "c", "d", "e", "f", "g", None), (*values, "beyond")])
    assert rows(path) == [{"a": 1, "b": 2, "c": 2.5, "d": True, "e": "", "f": "2024-01-02", "g": "2024-01-02T03:04:00", "column 8": "beyond"}]


def test_every_sheet_with_questions_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    path = book(tmp_path, One=[HEADER, ("a?", "a")], Notes=[("date", "what")], Two=[("prompt", "completion"), ("b?", "b")], Empty=[])
    account = Account()
    found = list(each_example([path], Wanted(), account))
    assert [(str(example.place), example.question) for example in found] == [(f"{path}#One:2", "a?"), (f"{path}#Two:2", "b?")]
    assert [problem.file for places in account.passed_over.places.values() for problem in places] == [f"{path}#Notes", f"{path}#Empty"]
    assert account.layouts == {f"{path}#One": "question / answer", f"{path}#Two": "prompt / completion", str(path): "2 sheets in it"}


def test_the_columns_that_a_recipe_names_tell_which_sheets(tmp_path: Path) -> None:
    path = book(tmp_path, Notes=[("date", "what"), ("x", "y")], FAQ=[("Frage", "Antwort"), ("a?", "a")])
    reading = read_examples([path], Wanted(columns=(Columns(question="Frage", answer="Antwort"),)))
    assert [example.question for example in reading.examples] == ["a?"]
    with pytest.raises(DataError, match=r"no sheet of .* has a question and an answer in its first 10 lines: Notes: date, what; FAQ: Frage, Antwort"):
        read_examples([path], Wanted())


TITLED = [("Support tickets 2024",), (), ("exported", "by Anna", "on Monday"), ("n", *HEADER), (1, "a?", "a"), (), (2, "b?", "b")]


def test_titles_may_stand_above_the_names_of_the_columns_and_are_told(tmp_path: Path) -> None:
    path = book(tmp_path, FAQ=TITLED)
    account = Account()
    found = list(each_example([path], Wanted(), account))
    assert [(str(example.place), example.question) for example in found] == [(f"{path}#FAQ:5", "a?"), (f"{path}#FAQ:7", "b?")]
    assert [str(problem.line) for problem in account.passed_over.places["a line above the names of the columns"]] == ["1", "3"]
    assert entries(path)[1] == (7, {"n": 2, "question": "b?", "answer": "b"})


def test_titles_may_stand_above_the_columns_that_a_recipe_names(tmp_path: Path) -> None:
    lines = [("Tickets",), ("Frage", "Antwort"), ("question", "answer")]
    (example,) = read_examples([book(tmp_path, FAQ=lines, Other=TITLED[:1])], Wanted(columns=(Columns(question="Frage", answer="Antwort"),))).examples
    assert (example.question, example.place and example.place.line) == ("question", 3)


@pytest.mark.parametrize(("blank", "is_found"), [(8, True), (9, False)])
def test_names_are_looked_for_in_the_first_lines_only(tmp_path: Path, blank: int, is_found: bool) -> None:
    path = book(tmp_path, FAQ=[("Tickets",), *[()] * blank, HEADER, ("a?", "a")])
    if is_found:
        assert entries(path) == [(11, {"question": "a?", "answer": "a"})]
    else:
        with pytest.raises(DataError, match="no question and answer among the columns Tickets"):
            read_examples([path], Wanted())


def test_the_only_sheet_is_read_whatever_it_holds(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no question and answer among the columns date, what"):
        read_examples([book(tmp_path, Notes=[("date", "what"), ("x", "y")])], Wanted())


def test_a_formula_that_was_never_computed_is_a_problem_and_never_an_answer(tmp_path: Path) -> None:
    path = book(tmp_path, FAQ=[(*HEADER, "n"), ("a?", '=HYPERLINK("http://127.0.0.1:9")', 1), ("b?", "b", "=1+1")])
    problem, good = entries(path)
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line, problem.detail) == ("formula without a value", 2, "answer")
    assert problem.content["answer"] == '=HYPERLINK("http://127.0.0.1:9")'
    assert good == (3, {"question": "b?", "answer": "b", "n": ""})


def test_a_computed_formula_is_its_value(tmp_path: Path) -> None:
    path = book(tmp_path, FAQ=[HEADER, ("a?", "=6*7")])
    rewrite(path, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>42</v>", b"<v />", b"<v>42</v>", b"<v/>", b"<v>42</v>")
    assert rows(path) == [{"question": "a?", "answer": 42}]


def rewrite(path: Path, part: str, *changes: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for before, after in zip(changes[::2], changes[1::2], strict=True):
        parts[part] = parts[part].replace(before, after)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_document_type_in_a_workbook_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, FAQ=[HEADER, ("a?", "a")])
    rewrite(path, "xl/workbook.xml", b"<workbook", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook')
    assert "declares a document type" in refused(path).what


def test_a_row_number_out_of_this_world_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, FAQ=[HEADER, ("a?", "a")])
    rewrite(path, "xl/worksheets/sheet1.xml", b'r="2"', b'r="999999999"')
    assert "claims more than 1048576 rows" in refused(path).what


@pytest.mark.parametrize("content", [b"words", b"PK\x03\x04" + b"x" * 100, b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "is no .xlsx workbook" in refused(file(tmp_path, "a.xlsx", content)).what


def test_a_workbook_that_lacks_its_parts_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("hello.txt", "words")
    assert "is a broken workbook" in refused(tmp_path / "a.xlsx").what


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "two columns are named `answer`" in refused(book(tmp_path, FAQ=[("question", "answer", "answer"), ("a", "b", "c")])).what
