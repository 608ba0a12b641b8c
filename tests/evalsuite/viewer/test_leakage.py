"""`leakage.json` is read for ids and kinds, however it is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.api import DataError
from evalsuite.viewer.leakage import read_leaks

IDS = {"q1", "q2", "q3"}


@pytest.mark.parametrize(
    "content",
    [
        {"exact": ["q1"], "near": ["q1", "q2"]},
        {"q1": ["exact", "near"], "q2": "near", "q3": []},
        {"items": [{"id": "q1", "kinds": ["exact", "near"]}, {"id": "q2", "kind": "near"}, {"id": "q3", "kind": None, "kinds": []}]},
        {"version": 1, "kinds": {"exact": {"n": 1, "ids": ["q1"]}}} | {"near": [{"id": "q1", "kind": "near"}, {"id": "q2", "kind": "near"}]},
    ],
)
def test_ways_of_writing(tmp_path: Path, content: Any) -> None:
    (tmp_path / "leakage.json").write_text(json.dumps(content), encoding="utf-8")
    found = read_leaks(tmp_path, IDS)
    assert found is not None and set(found) == {"q1", "q2"} and found["q2"] == ("near",)


def test_none_and_nothing_are_two_things(tmp_path: Path) -> None:
    assert read_leaks(tmp_path, IDS) is None
    (tmp_path / "leakage.json").write_text('{"exact": []}', encoding="utf-8")
    assert read_leaks(tmp_path, IDS) == {}


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "leakage.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read"):
        read_leaks(tmp_path, IDS)
