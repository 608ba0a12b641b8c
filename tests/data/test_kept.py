"""Examples that stay on disk: a sequence like any other, of which nothing is held."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.core.errors import DataError
from assistant.core.files import write_jsonl
from assistant.data.example import Example
from assistant.data.kept import MARK_EVERY, KeptExamples

COUNT = 2 * MARK_EVERY + 5
EXAMPLES = tuple(Example(f"é{n}", f"question {n}?", ("a\nb",) * (n % 3 + 1), f"g{n // 4}") for n in range(COUNT))
PLACES = st.none() | st.integers(-COUNT - 3, COUNT + 3)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptExamples:
    path = tmp_path_factory.mktemp("kept") / "train.jsonl"
    write_jsonl(path, (example.to_json() for example in EXAMPLES))
    return KeptExamples(path)


def test_it_is_what_was_written_and_can_be_read_again(kept: KeptExamples) -> None:
    assert (tuple(kept), tuple(kept), len(kept)) == (EXAMPLES, EXAMPLES, COUNT)


@given(start=PLACES, stop=PLACES, step=st.none() | st.integers(-3, 3).filter(bool))
def test_a_slice_is_that_of_a_tuple(kept: KeptExamples, start: int | None, stop: int | None, step: int | None) -> None:
    assert kept[start:stop:step] == EXAMPLES[start:stop:step]


@given(place=st.integers(-COUNT, COUNT - 1))
def test_a_place_is_that_of_a_tuple(kept: KeptExamples, place: int) -> None:
    assert kept[place] == EXAMPLES[place]


@pytest.mark.parametrize("place", [COUNT, -COUNT - 1])
def test_there_is_nothing_beyond_its_ends(kept: KeptExamples, place: int) -> None:
    with pytest.raises(IndexError):
        kept[place]


def test_it_equals_the_same_examples_and_no_others(kept: KeptExamples) -> None:
    assert kept == EXAMPLES
    assert kept != EXAMPLES[:-1]
    assert kept != EXAMPLES[::-1]
    assert kept != 5


def test_an_empty_one_is_false(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [])
    assert not KeptExamples(tmp_path / "a.jsonl")
    assert KeptExamples(tmp_path / "a.jsonl")[:3] == ()


def test_an_empty_line_is_no_example(tmp_path: Path, kept: KeptExamples) -> None:
    path = tmp_path / "a.jsonl"
    write_jsonl(path, (example.to_json() for example in EXAMPLES))
    path.write_text("\n" + path.read_text(encoding="utf-8").replace("\n", "\n\n"), encoding="utf-8")
    spaced = KeptExamples(path)
    assert (len(spaced), spaced[MARK_EVERY + 1], spaced[-1]) == (COUNT, EXAMPLES[MARK_EVERY + 1], EXAMPLES[-1])


@pytest.mark.parametrize("content", [None, "broken\n", "5\n", '{"id": "x"}\n', b"\xff\n"])
def test_a_file_that_is_gone_or_broken_is_an_error_on_use(tmp_path: Path, content: str | bytes | None) -> None:
    path = tmp_path / "data" / "train.jsonl"
    examples = KeptExamples(path)
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=f"the prepared data {path.parent} is missing or broken"):
        list(examples)
