"""Differences word by word: marked without colours, and never a letter lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evalsuite.viewer.difference import MOST_WORDS, compare_words, marked


def written(mine: str, other: str) -> tuple[str, str]:
    found = compare_words(mine, other)
    assert found
    return "".join(text for text, _ in marked(found[0], "{+", "+}")), "".join(text for text, _ in marked(found[1], "[-", "-]"))


def test_words_that_one_side_alone_has_are_marked() -> None:
    assert written("It needs rest, and water.", "It needs tea and\nwater.") == ("It needs {+rest,+} and water.", "It needs [-tea-] and\nwater.")


def test_equal_texts_have_no_marks() -> None:
    assert written("the same", "the  same\n") == ("the same", "the  same\n")


def test_scripts_without_spaces_are_compared_by_letter() -> None:
    assert written("風邪を引く", "風邪が引く") == ("風邪{+を+}引く", "風邪[-が-]引く")


def test_what_is_too_long_is_not_compared() -> None:
    assert compare_words("word " * MOST_WORDS, "word") is None


@given(st.text(), st.text())
def test_the_parts_are_the_text(mine: str, other: str) -> None:
    found = compare_words(mine, other)
    assert found and ("".join(span.text for span in found[0]), "".join(span.text for span in found[1])) == (mine, other)
