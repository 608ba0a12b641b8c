"""`leakage.json` is read for the items that have leaked, and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import DataError, Leakage
from assistant.api import LeakageFinding as Finding
from evalsuite.leakage.record import write_leakage
from evalsuite.viewer.leakage import read_leaks


def written(folder: Path, *findings: Finding) -> Path:
    write_leakage(folder, Leakage(findings, training_rows=3, training_groups=3, most_groups=2, signature="s"), "key")
    return folder


def test_items_have_the_kinds_that_were_found_of_them(tmp_path: Path) -> None:
    folder = written(tmp_path, Finding("q1", ("question", "passage")), Finding("q2", ("near_question",)), Finding("q3"))
    assert read_leaks(folder) == {"q1": ("question", "passage"), "q2": ("near_question",)}


def test_none_and_nothing_are_two_things(tmp_path: Path) -> None:
    assert read_leaks(tmp_path) is None
    assert read_leaks(written(tmp_path, Finding("q1"))) == {}


@pytest.mark.parametrize("content", ["{", "{}", '{"exact": ["q1"]}', '{"schema_version": 99, "identity": "key", "findings": []}'])
def test_a_file_of_another_shape_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "leakage.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"leakage\.json cannot be read"):
        read_leaks(tmp_path)
