"""Fingerprints: equal for equal things, different for any change."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assistant.core import fingerprint

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)


def test_the_order_of_keys_is_no_matter() -> None:
    assert fingerprint.of_value({"a": 1, "b": [2]}) == fingerprint.of_value({"b": [2], "a": 1})


def test_a_value_is_told_from_one_that_looks_like_it() -> None:
    values = ["1", 1, [1], ["1"], {"1": 1}, None, "", [], {}, "null"]
    assert len({fingerprint.of_value(value) for value in values}) == len(values)


@given(st.dictionaries(st.text(), st.lists(JSON, max_size=3), max_size=3))
def test_lists_have_the_fingerprint_of_the_whole(lists: dict[str, list[object]]) -> None:
    assert fingerprint.of_lists({name: iter(values) for name, values in lists.items()}) == fingerprint.of_value(lists)


def test_a_file_has_the_sha256_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"bytes")
    assert fingerprint.of_file(path) == hashlib.sha256(b"bytes").hexdigest()


def test_files_are_told_apart_by_name_and_content_and_not_by_place(tmp_path: Path) -> None:
    for folder, name, content in (("one", "a", "x"), ("two", "a", "x"), ("three", "b", "x"), ("four", "a", "y")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(content)
    one, two, three, four = (fingerprint.of_files(tmp_path / name, (tmp_path / name).iterdir()) for name in ("one", "two", "three", "four"))
    assert one == two
    assert len({one, three, four}) == 3


def test_the_code_has_a_fingerprint() -> None:
    assert len(fingerprint.of_code()) == 64
