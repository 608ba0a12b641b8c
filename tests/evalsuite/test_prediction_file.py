"""Predictions that came from anywhere: what is read, and what is said of what cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.api import DataError
from evalsuite.prediction import LONGEST
from evalsuite.prediction_file import read_predictions

RowsFile = Callable[..., Path]
GOOD = {"id": "a", "prediction": "water", "references": ["water", "tea"]}


def test_rows_are_read_with_lists_texts_and_the_singular(rows_file: RowsFile) -> None:
    path = rows_file(GOOD, {"id": 7, "prediction": "", "references": "tea"}, {"id": "c", "prediction": "x", "reference": "y", "other": 1})
    read = read_predictions(path)
    assert [(each.id, each.text, each.references) for each in read] == [("a", "water", ("water", "tea")), ("7", "", ("tea",)), ("c", "x", ("y",))]
    assert len({each.group for each in read}) == 3


def test_groups_are_kept_and_apart_from_rows_without_one(rows_file: RowsFile) -> None:
    read = read_predictions(rows_file(*({**GOOD, "id": name, "group": group} for name, group in (("a", "b"), ("b", None), ("c", "b")))))
    assert [len([other for other in read if other.group == each.group]) for each in read] == [2, 1, 2]


def test_a_json_list_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("\ufeff" + json.dumps([GOOD, {**GOOD, "id": "b"}], indent=1), encoding="utf-8")
    assert [each.id for each in read_predictions(path)] == ["a", "b"]


def test_separators_of_lines_inside_texts_are_text(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps({**GOOD, "prediction": "a\u2028b\x85c"}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_predictions(path)[0].text == "a\u2028b\x85c"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "not JSON"),
        ([1], "must be an object, and this is a list"),
        ({**GOOD, "id": None}, "`id` must be"),
        ({**GOOD, "id": ""}, "`id` must be"),
        ({**GOOD, "id": True}, "`id` must be"),
        ({**GOOD, "prediction": None}, "`prediction` must be a text, and it is missing or null"),
        ({**GOOD, "prediction": 3}, "`prediction` must be a text, and it is a number"),
        ({**GOOD, "references": []}, "`references` is empty"),
        ({**GOOD, "references": {}}, "`references` must be a list of texts, and it is an object"),
        ({**GOOD, "references": ["x", 3]}, "a reference must be a text, and one is a number"),
        ({"id": "b", "prediction": "x"}, "`references` must be a list of texts, and it is missing"),
        ('{"id": "b", "prediction": "\\ud800", "references": ["x"]}', "half of a surrogate pair"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": "b", "prediction": NaN, "references": ["x"]}', "`prediction` must be a text, and it is a number"),
        ('{"id": Infinity, "prediction": "x", "references": ["x"]}', "`id` must be"),
        ('{"id": ' + "9" * 5000 + "}", "too many digits"),
        ({**GOOD, "id": "b", "prediction": "x" * (LONGEST + 1)}, "`prediction` holds 100,001 characters"),
        ({**GOOD, "id": "b", "references": ["x", "x" * (LONGEST + 1)]}, "`references` holds 100,001 characters"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(rows_file: RowsFile, row: Any, said: str) -> None:
    path = rows_file({**GOOD, "id": "first"}, "", row)
    with pytest.raises(DataError) as caught:
        read_predictions(path)
    what, todo = str(caught.value).splitlines()
    assert said in what
    assert what.startswith(f"{path}:3: ")
    assert todo


def test_an_id_used_twice_is_named_with_both_lines(rows_file: RowsFile) -> None:
    path = rows_file(GOOD, {**GOOD, "id": "b"}, GOOD)
    with pytest.raises(DataError, match=rf"{path}:3: the id 'a' was used before, at {path}:1"):
        read_predictions(path)


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "holds no predictions"), (b"[]", "holds no predictions"), (b"\xff\xfe", "not UTF-8"), (b"[1,", "not JSON")]
)
def test_a_file_without_predictions_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        read_predictions(path)


def test_the_longest_text_is_read(rows_file: RowsFile) -> None:
    assert len(read_predictions(rows_file({**GOOD, "prediction": "x" * LONGEST}))[0].text) == LONGEST


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device_is_not_read(device: str) -> None:
    if not Path(device).is_char_device():
        pytest.skip(f"there is no {device}")
    with pytest.raises(DataError, match="is a device, not a file"):
        read_predictions(Path(device))


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no file"):
        read_predictions(tmp_path / "nowhere.jsonl")
    with pytest.raises(DataError, match="is a folder"):
        read_predictions(tmp_path)
