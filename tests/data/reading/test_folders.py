"""Folders as data: every file below them, nothing outside of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.folders import find_data
from assistant.data.reading.read import Account, Wanted, each_example
from tests.data.reading.entries import file

LINE = '{"question": "q", "answer": "a"}\n'


def test_a_folder_stands_for_all_files_below_it_whose_format_is_known(tmp_path: Path) -> None:
    wanted = [file(tmp_path, f"docs/{name}", LINE) for name in ("a.jsonl", "b/a.JSONL", "b/c/z.csv.gz", "c.xlsx")]
    other = file(tmp_path, "docs/picture.png", "x")
    for hidden in ("docs/.a.jsonl", "docs/.git/a.jsonl", "elsewhere.jsonl"):
        file(tmp_path, hidden, LINE)
    told: list[Problem] = []
    for name in ("docs", "docs/", "./docs"):
        assert [data.path for data in find_data(tmp_path, [name], told.append)] == sorted(wanted)
    assert told[0] == Problem("the ending .png is not known", str(other), 0)


def test_a_folder_and_a_file_in_it_are_read_once(tmp_path: Path) -> None:
    a, b = file(tmp_path, "docs/a.jsonl", LINE), file(tmp_path, "docs/b.jsonl", LINE)
    assert [data.path for data in find_data(tmp_path, ["docs/b.jsonl", "docs", "docs/*.jsonl"])] == [b, a]


def test_files_of_a_folder_with_nothing_usable_are_told(tmp_path: Path) -> None:
    file(tmp_path, "docs/a.jsonl", LINE)
    empty = file(tmp_path, "docs/b.jsonl", '{"question": "q", "answer": ""}')
    account = Account()
    assert len(list(each_example(find_data(tmp_path, ["docs"]), Wanted(), account))) == 1
    (told,) = account.passed_over.places["nothing usable"]
    assert (told.file, told.detail) == (str(empty), f"nothing usable in {empty}: 1 x empty answer, the first in line 1")


def test_a_file_that_is_named_itself_must_hold_something(tmp_path: Path) -> None:
    file(tmp_path, "docs/a.jsonl", LINE)
    file(tmp_path, "docs/b.jsonl", '{"question": "q", "answer": ""}')
    with pytest.raises(DataError, match="nothing usable in"):
        list(each_example(find_data(tmp_path, ["docs/b.jsonl", "docs"]), Wanted(), Account()))


def test_a_folder_with_nothing_usable_is_refused(tmp_path: Path) -> None:
    file(tmp_path, "docs/b.jsonl", '{"question": "q", "answer": ""}')
    with pytest.raises(DataError, match="nothing usable in"):
        list(each_example(find_data(tmp_path, ["docs"]), Wanted(), Account()))
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match=r"the folder .* holds no file that can be read"):
        find_data(tmp_path, ["none"])


def test_a_broken_file_in_a_folder_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    file(tmp_path, "docs/a.jsonl", LINE)
    file(tmp_path, "docs/b.jsonl", b"\xff\n")
    with pytest.raises(DataError, match="not UTF-8"):
        list(each_example(find_data(tmp_path, ["docs"]), Wanted(), Account()))


@pytest.mark.parametrize("target", ["secret.jsonl", "outside", "/etc"])
def test_a_link_that_leads_out_is_refused_by_name(tmp_path: Path, target: str) -> None:
    file(tmp_path, "docs/a.jsonl", LINE)
    file(tmp_path, "secret.jsonl", LINE)
    file(tmp_path, "outside/a.jsonl", LINE)
    (tmp_path / "docs" / "link.jsonl").symlink_to(tmp_path / target)
    with pytest.raises(DataError, match=r"link\.jsonl is a link that leads out of"):
        find_data(tmp_path, ["docs"])


def test_a_link_that_stays_inside_never_goes_round_in_circles(tmp_path: Path) -> None:
    a = file(tmp_path, "docs/a.jsonl", LINE)
    (tmp_path / "docs" / "round").symlink_to(tmp_path / "docs")
    told: list[Problem] = []
    assert [data.path for data in find_data(tmp_path, ["docs"], told.append)] == [a]
    assert [problem.kind for problem in told] == ["a link to a folder that is read anyway"]


def test_a_pipe_in_a_folder_is_never_waited_for(tmp_path: Path) -> None:
    a = file(tmp_path, "docs/a.jsonl", LINE)
    os.mkfifo(tmp_path / "docs" / "pipe.jsonl")
    told: list[Problem] = []
    assert [data.path for data in find_data(tmp_path, ["docs"], told.append)] == [a]
    assert [problem.kind for problem in told] == ["no plain file"]
