"""What parts the cells of a .csv: seen from the line that names the columns, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.data.problems import Problem
from tests.data.reading.test_formats import file, read


@pytest.mark.parametrize("sign", [";", "\t", "|"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n \n{0}{0}\n"])
def test_the_line_that_names_the_columns_tells_what_parts_the_cells_of_a_csv(tmp_path: Path, sign: str, start: str) -> None:
    content = f'{start.format(sign)}question{sign}"answer, in full"\nWhy, now?{sign}"So{sign} 1,5 %.\nTruly."\n'
    assert [row for _, row in read(file(tmp_path, "a.csv", content))] == [  # type: ignore[misc]
        {"question": "Why, now?", "answer, in full": f"So{sign} 1,5 %.\nTruly."}
    ]


@pytest.mark.parametrize("line", ["sep=;", "\ufeffsep=;", "SEP=;", '"sep=;"', "sep=^"])
def test_the_sign_that_excel_is_told_counts_and_lines_keep_their_numbers(tmp_path: Path, line: str) -> None:
    sign = line.strip('"')[-1]
    content = f"{line}\r\nq, all{sign}a\r\nx, y{sign}z\r\n"
    assert read(file(tmp_path, "a.csv", content)) == [(3, {"q, all": "x, y", "a": "z"})]


def test_a_csv_of_other_signs_in_utf16_is_read(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "q\ta\r\nOù?\tLà, là.\r\n".encode("utf-16"))
    assert read(path) == [(2, {"q": "Où?", "a": "Là, là."})]


def test_a_name_in_quotes_may_go_on_in_the_next_line(tmp_path: Path) -> None:
    assert read(file(tmp_path, "a.csv", '"q\n(all)";a\nx;y\n')) == [(3, {"q\n(all)": "x", "a": "y"})]


@pytest.mark.parametrize(
    ("header", "names"),
    [("q,a;b", ["q", "a;b"]), ("q;a|b", ["q;a|b"]), ("q,a\tb", ["q", "a\tb"]), ("question", ["question"]), ("sep=a", ["sep=a"]), ('"q;a"', ["q;a"])],
)
def test_where_the_names_tell_no_single_sign_it_is_the_comma(tmp_path: Path, header: str, names: list[str]) -> None:
    ((_, row),) = read(file(tmp_path, "a.csv", f"{header}\n{','.join('x' for _ in names)}\n"))  # type: ignore[misc]
    assert list(row) == names


def test_rows_never_change_what_parts_the_cells(tmp_path: Path) -> None:
    good, bad = read(file(tmp_path, "a.csv", "q;a\nx;y\nx,y\n"))
    assert good == (2, {"q": "x", "a": "y"})
    assert isinstance(bad, Problem) and bad.kind == "wrong number of cells"


def test_a_tsv_is_parted_by_tabs_whatever_else_stands_there(tmp_path: Path) -> None:
    assert read(file(tmp_path, "a.tsv", "q;a\nx;y\n")) == [(2, {"q;a": "x;y"})]
