"""Documents as passages, and whether a passage bears out what a model says of it."""

from __future__ import annotations

import time

import pytest

from assistant.core.errors import DataError
from assistant.data.enlarging.passages import LEAST_WORDS, MOST_WORDS, passages_of, unsupported

PASSAGE = "The library is open from 9 to 18 on weekdays. Books can be kept for four weeks and renewed twice, unless somebody is waiting for them."


def sentences(count: int) -> str:
    return " ".join(f"This is sentence number {number} of a long text about nothing." for number in range(count))


def test_passages_have_their_words_and_no_markup(tmp_path):
    path = tmp_path / "guide.md"
    text = f"# A heading\n\n{sentences(8)}\n\n- **One** [link](https://example.org) of it.\n\n```\ncode\n```\n\n| a | b |\n\n{sentences(60)}\n"
    path.write_text(text)
    found = list(passages_of(path))
    assert [passage.place for passage in found] == [f"guide.md#{number}" for number in range(1, len(found) + 1)]
    assert all(LEAST_WORDS <= len(passage.text.split()) <= MOST_WORDS for passage in found)
    everything = " ".join(passage.text for passage in found)
    assert "One link of it." in everything
    assert not any(mark in everything for mark in ("heading", "code", "|", "**", "example.org"))
    assert "sentence number 59" in everything


def test_what_is_no_text_is_told(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="no UTF-8"):
        list(passages_of(tmp_path / "a.txt"))
    with pytest.raises(DataError, match="cannot read"):
        list(passages_of(tmp_path / "none.txt"))


@pytest.mark.parametrize("filling", ["[", "![", "*", "a ", "`", "(", "# ", "1. ", "> "])
def test_a_line_of_three_megabytes_takes_no_time(tmp_path, filling):
    (tmp_path / "a.md").write_text(filling * (3_000_000 // len(filling)))
    started = time.monotonic()
    list(passages_of(tmp_path / "a.md"))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("How long can books be kept?", "A book is kept for four weeks and can be renewed twice.", None),
        ("When is the library open?", "It is open on weekdays from 9 to 18.", None),
        ("When is the library open?", "It is open on weekdays from 9 to 20.", "a number that the passage has not"),
        ("How long can books be kept?", "Readers may borrow novels until summer.", "words that the passage has not"),
        ("Which colour do elephants prefer?", "Books can be kept for four weeks.", "a question about something else"),
        ("Can books be renewed?", "Books can be renewed.", "an answer that says nothing"),
        ("What is open?", "The library is open on weekdays, the library is open on weekdays.", "an answer that repeats itself"),
        ("When?", "It is so.", "words that the passage has not"),
    ],
)
def test_what_a_passage_bears_out(question, answer, reason):
    assert unsupported(question, answer, PASSAGE) == reason
