"""What is printed says what it holds, and steers no terminal."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from assistant.core.plain import plain, plain_json

STEERING = {*map(chr, range(0x7F, 0xA0)), "\x1b", "\x07", "\u202d", "\u202e", *map(chr, range(0xD800, 0xE000))}
ANY = st.text(st.characters(codec=None))


@given(st.recursive(st.none() | st.booleans() | st.integers() | ANY, lambda held: st.lists(held) | st.dictionaries(ANY, held)))
def test_json_for_a_screen_says_the_same_and_steers_nothing(value: object) -> None:
    for indent in (2, None):
        text = plain_json(value, indent)
        assert json.loads(text) == value
        assert not STEERING & set(text)
        text.encode()


@given(ANY, ANY)
def test_pieces_are_as_plain_as_the_whole(first: str, second: str) -> None:
    assert plain(first) + plain(second) == plain(first + second)
    assert not STEERING & set(plain(first))
