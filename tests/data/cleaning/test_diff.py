"""Before and after, as people read it."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from assistant.data.cleaning.diff import CONTEXT, changes_of, diff_lines
from assistant.data.example import Example, Place


@given(st.text(alphabet="ab .\n\x1b", max_size=60), st.text(alphabet="ab .\n\x1b", max_size=60))
def test_the_segments_are_both_texts(before: str, after: str) -> None:
    segments = changes_of(before, after)
    assert "".join(segment.text for segment in segments if segment.kind != "added") == before
    assert "".join(segment.text for segment in segments if segment.kind != "removed") == after
    assert all(segment.text for segment in segments)


def lines_of(question: str, now: str, answer: str = "Yes.", colour: bool = False) -> list[str]:
    before = Example("row-1", question, (answer,), "g", place=Place("faq.csv", 7))
    return list(diff_lines(before, Example("row-1", now, (answer,), "g"), ("labels", "spaces"), colour))


def test_a_change_is_shown_word_by_word_with_its_place_and_rules() -> None:
    assert lines_of("Q. What is (are) it?", "What are it?") == [
        "faq.csv:7 row-1 (labels, spaces)",
        "  question: [-Q. -]What [-is (-]are[-)-] it?",
    ]


def test_colours_instead_of_brackets() -> None:
    title, line = lines_of("a b", "a c", colour=True)
    assert title.startswith("\x1b[1mfaq.csv:7")
    assert "\x1b[31;9mb\x1b[0m\x1b[32mc\x1b[0m" in line
    assert "[-" not in line


def test_long_texts_show_only_where_they_changed() -> None:
    words = "word " * 1000
    (_, line) = lines_of(words + "tissues.The" + words, words + "tissues. The" + words)
    assert "tissues.{+ +}The" in line
    assert len(line) < 4 * CONTEXT + 60


def test_what_data_says_never_steers_the_terminal() -> None:
    dirty = "\x1b[31mred\x1b]0;title\x07 \u202ereversed \x9b31m"
    for line in lines_of(dirty, "red", answer=dirty):
        assert not any(sign in line for sign in ("\x1b", "\x07", "\u202e", "\x9b"))
    before = Example("\x1b[2J", "a", ("b",), "g", place=Place("\x1b[2J", 1))
    assert not any("\x1b" in line for line in diff_lines(before, Example("x", "c", ("b",), "g"), (), False))


def test_an_answer_that_is_gone_is_shown_as_removed() -> None:
    before = Example("1", "Q", ("<p></p>",), "g")
    assert list(diff_lines(before, Example("1", "Q", (), "g"), ("html",), False))[1] == "  answer: [-<p></p>-]"


def test_a_million_characters_are_compared_in_time() -> None:
    start = time.process_time()
    lines_of("a b " * 250_000, "b a " * 250_000)
    assert time.process_time() - start < 5
