"""A JSON text that comes in pieces: the same values and the same errors as read whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.data.reading.json_stream import JsonStream

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4), max_leaves=20)
STYLES = st.sampled_from([{}, {"indent": 1}, {"ensure_ascii": False}, {"separators": (",", ":")}])


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def all_of(text: str, size: int) -> Any:
    """The whole text, its list or object read part by part."""
    stream = JsonStream(pieces(text, size))
    if stream.peek() == "[":
        found: Any = list(stream.elements())
    elif stream.peek() == "{":
        found = {name: stream.value() for name in stream.members()}
    else:
        found = stream.value()
    stream.finish()
    return found


def outcome(read: Any) -> Any:
    try:
        return read()
    except json.JSONDecodeError as error:
        return error.lineno, error.colno


@given(VALUES, STYLES, st.integers(1, 30))
def test_a_value_is_the_same_however_its_text_is_cut(value: Any, style: dict[str, Any], size: int) -> None:
    assert all_of(json.dumps(value, **style), size) == value


@given(VALUES, STYLES, st.integers(1, 30), st.integers(0, 200), st.sampled_from(["", ",", "]", "}", '"', "x", "1", "\n", "\\"]))
def test_a_text_that_is_spoilt_gives_the_same_value_or_an_error_at_the_same_place(
    value: Any, style: dict[str, Any], size: int, place: int, sign: str
) -> None:
    text = json.dumps(value, **style)
    spoilt = text[: place % (len(text) + 1)] + sign + text[place % (len(text) + 1) + 1 :]
    assert outcome(lambda: all_of(spoilt, size)) == outcome(lambda: json.loads(spoilt))


@pytest.mark.parametrize(
    "text", ["-Infinity", "1.25e+10", "true", '"\\ud83d\\ude00"', '"\\ud800"', "[[[]]]", '{"a": {"b": []}}', "123456789012345678901"]
)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_token_that_is_cut_is_put_together(text: str, size: int) -> None:
    assert list(JsonStream(pieces(f"[{text}, {text}]", size)).elements()) == [json.loads(text)] * 2


def test_not_a_number_is_read_as_everywhere_in_python() -> None:
    assert str(list(JsonStream(iter(["[Na", "N]"])).elements())) == "[nan]"


def test_a_value_that_is_passed_over_says_whether_it_is_a_list() -> None:
    stream = JsonStream(pieces('{"a": [1, {"b": []}], "c": {"d": [1]}, "e": "]"}', 3))
    assert {name: stream.skip() for name in stream.members()} == {"a": True, "c": False, "e": False}


def test_only_a_window_of_the_text_is_held() -> None:
    row = json.dumps({"question": "q" * 1000, "answer": "a" * 1000})
    held: list[int] = []
    read = 0

    def text() -> Iterator[str]:
        nonlocal read
        yield "["
        for number in range(500):
            read += 1
            yield (", " if number else "") + row
        yield "]"

    for number, _ in enumerate(JsonStream(text()).elements()):
        held.append(read - number)
    assert len(held) == 500
    assert max(held) <= 3
