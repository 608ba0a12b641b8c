"""What stands in one cell: texts, numbers, lists, conversations, and what is none of them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from assistant.data.reading.cells import UnusableError, answers_of, label_of, messages_of, text_of, unpacked


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  plain \n", "  plain \n"),
        ("be\x07ll\x00", "be\x07ll\x00"),
        ("tab\tstays", "tab\tstays"),
        ("line\u2028separator stays", "line\u2028separator stays"),
        ("\u00a0no-break space around\u00a0", "\u00a0no-break space around\u00a0"),
        (None, ""),
        (float("nan"), ""),
        (7, "7"),
        (0, "0"),
        (2.5, "2.5"),
        (True, "true"),
        (False, "false"),
        (Decimal("1.10"), "1.10"),
        (datetime.date(2024, 1, 2), "2024-01-02"),
    ],
)
def test_a_cell_is_the_text_that_stands_there(value: Any, text: str) -> None:
    assert text_of(value, "answer") == text


@pytest.mark.parametrize("value", [["a"], {"a": 1}, b"bytes", ("a",)])
def test_what_is_not_text_is_refused(value: Any) -> None:
    with pytest.raises(UnusableError) as caught:
        text_of(value, "question")
    assert (caught.value.kind, caught.value.detail) == ("question is not text", type(value).__name__)


def test_half_a_character_is_refused_since_no_file_could_hold_it() -> None:
    with pytest.raises(UnusableError, match="answer has half a character"):
        text_of("broken \ud83d", "answer")


@pytest.mark.parametrize(
    ("value", "answers"),
    [
        ("one", ("one",)),
        (["one", "two"], ("one", "two")),
        (["one", None, " ", "one", "two"], ("one", "two")),
        ([1, 2.5], ("1", "2.5")),
        ({"text": ["one", "two"], "answer_start": [1, 2]}, ("one", "two")),
        ({"text": "one"}, ("one",)),
        ("[brackets] are text", ("[brackets] are text",)),
        ('["in JSON a text is a text"]', ('["in JSON a text is a text"]',)),
        (0, ("0",)),
    ],
)
def test_answers_are_a_text_or_a_list_or_squads_object(value: Any, answers: tuple[str, ...]) -> None:
    assert answers_of(value) == answers


@pytest.mark.parametrize("value", [None, "", " \n", [], [None, ""], {"text": []}, {"text": None}, float("nan")])
def test_no_answer_is_an_empty_answer(value: Any) -> None:
    with pytest.raises(UnusableError, match="empty answer"):
        answers_of(value)


@pytest.mark.parametrize("value", [[["nested"]], {"answer": "x"}, [{"text": "x"}], b"x"])
def test_nested_lists_and_other_objects_are_no_answers(value: Any) -> None:
    with pytest.raises(UnusableError, match="answer is not text"):
        answers_of(value)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('["a", "b"]', ["a", "b"]),
        ("['a', 'it\\'s']", ["a", "it's"]),
        ("['a' 'b']", ["a", "b"]),
        ("['a'\n 'b']", ["a", "b"]),
        (' ["a"] ', ["a"]),
        ('{"text": ["a"]}', {"text": ["a"]}),
        ("{'text': ['a'], 'answer_start': [1]}", {"text": ["a"], "answer_start": [1]}),
        ('[{"role": "user", "content": "q"}]', [{"role": "user", "content": "q"}]),
        ("[{'from': 'human', 'value': None}]", [{"from": "human", "value": None}]),
    ],
)
def test_a_cell_of_csv_can_hold_a_list_as_text(cell: str, value: Any) -> None:
    assert unpacked(cell) == value


@pytest.mark.parametrize(
    "cell",
    [
        "plain",
        "[1, 2]",
        "[]",
        "[see below]",
        "[1] a footnote",
        "{x}",
        '{"a": 1}',
        "['a', 1]",
        "[f'a']",
        "['open",
        "[" * 50_000 + "]" * 50_000,
        "",
        "[",
    ],
)
def test_any_other_cell_is_the_text_that_it_is(cell: str) -> None:
    assert unpacked(cell) == cell


def test_a_cell_of_3_mb_that_looks_like_a_list_is_settled_at_once() -> None:
    cell = "[" + "'word' " * 450_000 + "]"
    assert unpacked(cell) == cell


@pytest.mark.parametrize(
    "conversation",
    [
        [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
        [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}],
        [{"role": "User", "content": "q"}, {"role": "ASSISTANT", "content": "a"}],
        [{"role": "user", "content": [{"type": "text", "text": "q"}]}, {"role": "model", "content": "a"}],
        '[{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]',
    ],
)
def test_openai_and_sharegpt_give_the_same_messages(conversation: Any) -> None:
    assert messages_of(conversation) == ({"role": "user", "content": "q"}, {"role": "assistant", "content": "a"})


@pytest.mark.parametrize(
    ("conversation", "kind"),
    [
        ("plain words", "conversation is not a list"),
        (None, "conversation is not a list"),
        ({"role": "user"}, "conversation is not a list"),
        (["q", "a"], "turn is not an object"),
        ([["q", "a"]], "turn is not an object"),
        ([{"role": "tool", "content": "x"}], "turn with an unknown role"),
        ([{"role": ["user"], "content": "x"}], "turn with an unknown role"),
        ([{"content": "x"}], "turn with an unknown role"),
        ([{"role": "user", "content": [{"type": "image_url"}]}], "turn is not text"),
        ([{"role": "user", "content": {"a": 1}}], "turn is not text"),
    ],
)
def test_what_is_no_conversation_says_why(conversation: Any, kind: str) -> None:
    with pytest.raises(UnusableError) as caught:
        messages_of(conversation)
    assert caught.value.kind == kind


@pytest.mark.parametrize(("value", "label"), [("x", "x"), (3, "3"), (None, ""), (["b", "a"], '["b", "a"]'), ({"b": 1, "a": 2}, '{"a": 2, "b": 1}')])
def test_a_label_is_text_whatever_it_is_made_of(value: Any, label: str) -> None:
    assert label_of(value, "tag") == label
