"""Rows of YAML: lists of mappings, and chatterbot's conversations; words stay as they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.data.problems import Problem
from assistant.data.reading.read import Wanted, read_examples
from tests.data.reading.entries import entries, file, refused, rows

CHATTERBOT = """categories:
- tests
conversations:
- - Hello?
  - Hi.
- - One?
  - Two.
  - Three?
  - Four.
- - Alone?
"""

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)


def test_chatterbots_conversations_are_turns_of_two(tmp_path: Path) -> None:
    path = file(tmp_path, "a.yml", CHATTERBOT)
    assert [entry[0] for entry in entries(path)] == [4, 6, 10]  # type: ignore[index]
    reading = read_examples([path], Wanted(tags=("categories",)))
    assert [(example.question, example.answers[0], len(example.history)) for example in reading.examples] == [
        ("Hello?", "Hi.", 0),
        ("One?", "Two.", 0),
        ("Three?", "Four.", 2),
    ]
    assert {example.tags["categories"] for example in reading.examples} == {"tests"}
    assert reading.problems.counts == {"conversation without an answer": 1}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("- {question: q, answer: a}\n- {question: r, answer: [b, c]}", [{"question": "q", "answer": "a"}, {"question": "r", "answer": ["b", "c"]}]),
        ("topic: x\nfaq:\n- {q: q, a: a}\nlast: y", [{"topic": "x", "last": "y", "q": "q", "a": "a"}]),
        ("question: q\nanswers: [a, b]", [{"question": "q", "answers": ["a", "b"]}]),
        ("{q: q, a: a}\n---\n{q: r, a: b}", [{"q": "q", "a": "a"}, {"q": "r", "a": "b"}]),
        ("- {q: Is it?, a: No}\n- {q: When?, a: 1:30}\n- {q: Day?, a: 2024-01-02}", None),
    ],
)
def test_what_the_rows_are(tmp_path: Path, content: str, expected: list[dict[str, Any]] | None) -> None:
    found = rows(file(tmp_path, "a.yaml", content))
    if expected is None:
        # PyYAML would make false, 90 and a date of them.
        assert [row["a"] for row in found] == ["No", "1:30", "2024-01-02"]
    else:
        assert found == expected


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_nothing_is_nothing_unless_it_is_quoted(tmp_path: Path, nothing: str) -> None:
    assert rows(file(tmp_path, "a.yaml", f'- {{q: q, a: {nothing}}}\n- {{q: q, a: "{nothing}"}}')) == [
        {"q": "q", "a": None},
        {"q": "q", "a": nothing},
    ]


@given(st.lists(st.fixed_dictionaries({"question": TEXTS, "answer": TEXTS}), min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_texts_come_out_as_they_went_in(tmp_path: Path, pairs: list[dict[str, str]]) -> None:
    assert rows(file(tmp_path, "a.yaml", yaml.safe_dump(pairs, allow_unicode=True))) == pairs


def test_a_row_that_is_none_keeps_what_it_says(tmp_path: Path) -> None:
    path = file(tmp_path, "a.yaml", "- words\n- {q: q, a: a}\n- [[x]]\n")
    assert entries(path) == [
        Problem("not a mapping or a list of turns", str(path), 1, "str", "words"),
        (2, {"q": "q", "a": "a"}),
        Problem("not a mapping or a list of turns", str(path), 3, "list", [["x"]]),
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- {q: q, q: r}", ":1: the key `q` stands twice"),
        ("- a: b\n   c: d\n", ":2: not YAML"),
        ("- a: 'open\n", "not YAML"),
        ("- \x07", "not YAML"),
        (b"- \0", "zero byte in line 1"),
        (b"- \xff", "not UTF-8"),
        ("- {? [a]: b}", "a key is not a text"),
        ("# nothing\n", "holds no rows"),
    ],
)
def test_what_is_no_yaml_is_refused(tmp_path: Path, content: str | bytes, says: str) -> None:
    assert says in refused(file(tmp_path, "a.yaml", content)).what


def test_tags_make_no_objects(tmp_path: Path) -> None:
    content = "- {q: !!python/object/apply:os.system [touch made], a: a}"
    assert rows(file(tmp_path, "a.yaml", content)) == [{"q": ["touch made"], "a": "a"}]
    assert not (tmp_path / "made").exists()
