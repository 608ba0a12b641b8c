"""Rows from files: every format, its line numbers, and what is said of a file that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.formats import READERS, UNREAD, rows_of
from assistant.data.reading.text_lines import CONTENT_KEPT

ROWS: list[dict[str, Any]] = [{"question": "Why?", "answer": "So.\nTruly."}, {"question": "Où, when?", "answer": 'He said "now"'}]


def as_text(kind: str) -> bytes:
    if kind == "json":
        return json.dumps(ROWS).encode()
    if kind in ("jsonl", "ndjson"):
        return "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    separator = "," if kind == "csv" else "\t"
    return f'question{separator}answer\nWhy?{separator}"So.\nTruly."\n"Où, when?"{separator}"He said ""now"""\n'.encode()


def read(path: Path) -> list[tuple[int, dict[str, Any]] | Problem]:
    return list(rows_of(path))


def refused(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        read(path)
    assert len(str(caught.value).splitlines()) == 2
    assert path.name in caught.value.what
    return caught.value


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("kind", ["jsonl", "ndjson", "json", "csv", "tsv"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "with a byte order mark"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_every_text_format_gives_the_same_rows(tmp_path: Path, kind: str, mark: bytes, line_end: bytes) -> None:
    content = as_text(kind)
    if kind not in ("csv", "tsv"):
        content = content.replace(b"\n", line_end)
    found = read(file(tmp_path, f"a.{kind}", mark + content))
    assert [row for _, row in found] == ROWS  # type: ignore[misc]


def test_parquet_gives_the_same_rows(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet") == [(1, ROWS[0]), (2, ROWS[1])]


def test_parquet_is_read_on_beyond_one_batch(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist([{"n": number} for number in range(2500)]), tmp_path / "a.parquet")
    assert [(line, row["n"]) for line, row in read(tmp_path / "a.parquet")] == [(n + 1, n) for n in range(2500)]  # type: ignore[misc]


def test_the_ending_is_read_without_regard_to_case(tmp_path: Path) -> None:
    assert len(read(file(tmp_path, "A.JSONL", as_text("jsonl")))) == 2


# Lines.


def test_jsonl_lines_are_counted_with_the_empty_ones(tmp_path: Path) -> None:
    assert [entry[0] for entry in read(file(tmp_path, "a.jsonl", '{"a": 1}\n\n   \n{"a": 2}'))] == [1, 4]  # type: ignore[index]


def test_a_line_separator_inside_a_json_text_is_no_new_line(tmp_path: Path) -> None:
    path = file(tmp_path, "a.jsonl", '{"a": "x\u2028y\u2029z\x85w"}\n{"a": "2"}\n')
    assert read(path) == [(1, {"a": "x\u2028y\u2029z\x85w"}), (2, {"a": "2"})]


def test_a_csv_row_has_the_line_that_it_begins_in(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", 'q,a\n"one\ntwo\nthree",x\nlast,"y\nz"\n\nafter,w\n')
    assert [entry[0] for entry in read(path)] == [2, 5, 8]  # type: ignore[index]


def test_csv_may_begin_with_empty_lines(tmp_path: Path) -> None:
    assert read(file(tmp_path, "a.csv", "\n , \nq,a\nx,y\n")) == [(4, {"q": "x", "a": "y"})]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_the_old_macs_line_ends_are_line_ends(tmp_path: Path, kind: str) -> None:
    content = "q,a\rx,y\rz,w\r" if kind == "csv" else '{"q": "x", "a": "y"}\r{"q": "z", "a": "w"}'
    assert [row for _, row in read(file(tmp_path, f"a.{kind}", content))] == [{"q": "x", "a": "y"}, {"q": "z", "a": "w"}]  # type: ignore[misc]


def test_a_json_list_counts_its_rows(tmp_path: Path) -> None:
    assert read(file(tmp_path, "a.json", '[{"a": 1},\n 5, {"a": 2}]')) == [
        (1, {"a": 1}),
        Problem("not a JSON object", str(tmp_path / "a.json"), 2, "int", 5),
        (3, {"a": 2}),
    ]


# Shapes of a .json file.


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ('{"data": [{"a": 1}, {"a": 2}], "version": "1"}', [{"a": 1}, {"a": 2}]),
        ('{"question": "q", "answers": ["a", "b"]}', [{"question": "q", "answers": ["a", "b"]}]),
        ('{"messages": [{"role": "user", "content": "q"}]}', [{"messages": [{"role": "user", "content": "q"}]}]),
        ('{"a": 1}', [{"a": 1}]),
        ("[]", []),
    ],
)
def test_a_json_file_is_a_list_or_holds_one_or_is_one_row(tmp_path: Path, content: str, rows: list[dict[str, Any]]) -> None:
    assert [row for _, row in read(file(tmp_path, "a.json", content))] == rows  # type: ignore[misc]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("5", "holds no list of rows"),
        ("null", "holds no list of rows"),
        ('{"a": 1}\n{"a": 2}\n', "not JSON: Extra data at line 2, column 1"),
        ('[{"a": 1},]', "not JSON"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_json_file_that_is_none_says_why(tmp_path: Path, content: str, says: str) -> None:
    assert says in refused(file(tmp_path, "a.json", content)).what


# Rows that cannot be read.


@pytest.mark.parametrize(
    ("line", "kind", "detail"),
    [
        ('{"a": ', "not JSON", "Expecting value at column 7"),
        ("plain words", "not JSON", "Expecting value at column 1"),
        ("[1, 2]", "not a JSON object", "list"),
        ('"text"', "not a JSON object", "str"),
        ("[" * 100_000, "not JSON", "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "not JSON", "Exceeds the limit"),
        ('{"a": 1}{"a": 2}', "not JSON", "Extra data at column 9"),
    ],
)
def test_a_bad_jsonl_line_is_named_and_the_next_is_read(tmp_path: Path, line: str, kind: str, detail: str) -> None:
    problem, row = read(file(tmp_path, "a.jsonl", f'{line}\n{{"a": 3}}\n'))
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line, problem.file) == (kind, 1, str(tmp_path / "a.jsonl"))
    assert detail in problem.detail
    assert row == (2, {"a": 3})


@pytest.mark.parametrize(("row", "cells"), [("only one", 1), ("one,two,three", 3)])
def test_a_csv_row_with_other_cells_than_the_header_is_named(tmp_path: Path, row: str, cells: int) -> None:
    problem, good = read(file(tmp_path, "a.csv", f"q,a\n{row}\nx,y\n"))
    assert problem == Problem("wrong number of cells", str(tmp_path / "a.csv"), 2, f"{cells} where the first line names 2", row)
    assert good == (3, {"q": "x", "a": "y"})


def test_a_csv_row_with_broken_quotes_is_named_and_the_next_is_read(tmp_path: Path) -> None:
    problem, good = read(file(tmp_path, "a.csv", 'q,a\n"x"y,z\nx,y\n'))
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line) == ("broken quotes", 2)
    assert good == (3, {"q": "x", "a": "y"})


def test_a_quote_that_is_never_closed_says_which_lines_are_lost(tmp_path: Path) -> None:
    good, problem = read(file(tmp_path, "a.csv", 'q,a\nx,y\n"open,z\na,b\nc,d\n'))
    assert good == (2, {"q": "x", "a": "y"})
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line) == ("broken quotes", 3)
    assert "lines 3 to 5 are lost" in problem.detail


def test_a_cell_of_3_mb_is_read_whole(tmp_path: Path) -> None:
    cell = "word " * 600_000
    assert read(file(tmp_path, "a.csv", f'q,a\nx,"{cell}"\n')) == [(2, {"q": "x", "a": cell})]
    assert read(file(tmp_path, "a.jsonl", json.dumps({"q": cell}))) == [(1, {"q": cell})]


# Files that cannot be read.


@pytest.mark.parametrize("kind", READERS)
def test_an_empty_file_is_refused(tmp_path: Path, kind: str) -> None:
    assert "is empty" in refused(file(tmp_path, f"a{kind}", b"")).what


def test_a_missing_file_is_refused_also_below_a_file(tmp_path: Path) -> None:
    assert "there is no data file" in refused(tmp_path / "none.jsonl").what
    assert "there is no data file" in refused(tmp_path / "none.unknown").what
    assert "there is no data file" in refused(file(tmp_path, "a", "x") / "b.jsonl").what


def test_a_folder_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("folder", "folder.jsonl"):
        (tmp_path / name).mkdir()
        assert f"Name the files in it, {name}/*.jsonl" in refused(tmp_path / name).todo


@pytest.mark.parametrize(("name", "says"), [("a.docs", "the ending `.docs`"), ("a", "a name without an ending")])
def test_another_ending_is_refused_with_those_that_are_known(tmp_path: Path, name: str, says: str) -> None:
    error = refused(file(tmp_path, name, "x"))
    assert says in error.what
    assert ".jsonl" in error.todo
    assert ".parquet" in error.todo


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_with_its_mark_is_read(tmp_path: Path, kind: str, encoding: str) -> None:
    content = ("\ufeff" + as_text(kind).decode()).encode(encoding)
    assert [row for _, row in read(file(tmp_path, f"a.{kind}", content))] == ROWS  # type: ignore[misc]


def test_utf16_that_breaks_off_is_refused(tmp_path: Path) -> None:
    assert "is broken UTF-16" in refused(file(tmp_path, "a.jsonl", as_text("jsonl").decode().encode("utf-16")[:-1])).what


@pytest.mark.parametrize("ending", UNREAD)
def test_an_ending_that_people_try_is_refused_with_what_to_do_instead(tmp_path: Path, ending: str) -> None:
    assert refused(file(tmp_path, f"a{ending}", "x")).todo == UNREAD[ending]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv"])
def test_utf16_without_its_mark_is_refused_with_the_way_to_convert_it(tmp_path: Path, kind: str, encoding: str) -> None:
    error = refused(file(tmp_path, f"a.{kind}", as_text(kind).decode().encode(encoding)))
    assert "UTF-16" in error.what + error.todo
    assert "iconv" in error.todo


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_latin1_is_refused_with_the_line_and_byte(tmp_path: Path, kind: str, mark: bytes) -> None:
    content = "\n".join(["", "", "Où?"]).encode("latin-1")
    error = refused(file(tmp_path, f"a.{kind}", mark + content))
    assert ":3: not UTF-8: byte 0xf9, byte 2 of the line" in error.what
    assert f"iconv -f CP1252 -t UTF-8 a.{kind} > utf8.{kind}" in error.todo


@pytest.mark.parametrize("kind", ["jsonl", "csv", "md", "txt"])
@pytest.mark.parametrize(
    ("content", "todo"),
    [
        ("„Où?“ 5 €".encode("cp1252"), "iconv -f CP1252 "),
        (b"\x81\x8d", "it is no Windows-1252 either"),
        ("Où? “Là” ".encode() + b"\xe9", "Mend that byte"),
        ("\nWhy? So.\n".encode("utf-16-le"), "iconv -f UTF-16LE "),
        ("\nWhy? So.\n".encode("utf-16-be"), "iconv -f UTF-16BE "),
        (b"PK\3\4\0\0", "convert UTF-16 with iconv"),
    ],
)
def test_how_to_convert_a_file_is_told_by_its_bytes(tmp_path: Path, kind: str, content: bytes, todo: str) -> None:
    assert todo in refused(file(tmp_path, f"a.{kind}", content)).todo


def test_a_document_that_breaks_the_encoding_it_names_is_not_to_be_converted_from_another(tmp_path: Path) -> None:
    for name, content in (("a.md", "\ufeffWhy?".encode("utf-16-le") + b"\0"), ("a.html", b"<meta charset=shift_jis><h1>Why?</h1>\x81")):
        assert refused(file(tmp_path, name, content)).todo == "Save it as UTF-8 in the program that wrote it."


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv"])
def test_binary_is_refused_with_the_line_of_its_first_zero_byte(tmp_path: Path, kind: str) -> None:
    assert "is binary: it has a zero byte in line 2" in refused(file(tmp_path, f"a.{kind}", b"\nPK\x03\x04\x00\x00")).what


@pytest.mark.parametrize("header", ["q,a,q", "q,,", '"q"x,a'])
def test_a_header_that_does_not_name_each_column_once_is_refused(tmp_path: Path, header: str) -> None:
    assert "The first line names the columns" in refused(file(tmp_path, "a.csv", f"{header}\n1,2,3\n")).todo


@pytest.mark.parametrize("content", [b"not parquet at all", b"PAR1 and no more", b"x"])
def test_what_is_no_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "is not a Parquet file" in refused(file(tmp_path, "a.parquet", content)).what


def test_a_parquet_file_that_is_broken_inside_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist([{"a": f"text {number}"} for number in range(5000)]), path)
    content = bytearray(path.read_bytes())
    content[4:2000] = b"\xff" * 1996
    path.write_bytes(bytes(content))
    assert "Parquet file" in refused(path).what


def test_two_parquet_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"])], names=["a", "a"]), tmp_path / "a.parquet")
    assert "two columns have the same name" in refused(tmp_path / "a.parquet").what


@pytest.mark.parametrize("length", [CONTENT_KEPT, CONTENT_KEPT + 1])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_what_is_kept_of_a_bad_row_is_bounded_and_says_so(tmp_path: Path, kind: str, length: int) -> None:
    line = "x" * length
    (problem,) = read(file(tmp_path, f"a.{kind}", f"q,a\n{line}\n" if kind == "csv" else line))
    assert isinstance(problem, Problem)
    cut = f" [cut here: {CONTENT_KEPT} characters are kept]"
    assert problem.content == (line if length == CONTENT_KEPT else line[:CONTENT_KEPT] + cut)
