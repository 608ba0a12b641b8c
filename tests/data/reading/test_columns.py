"""What the columns of a row mean: every layout, recognized or named, and the turns that it gives."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from assistant.core.recipe_data import Columns
from assistant.data.reading.cells import UnusableError
from assistant.data.reading.columns import Layout, Turns, layout_from, recognize, turns_of, what_is_missing

PAIRS = [
    {"question": "q", "answer": "a"},
    {"question": "q", "answers": ["a"]},
    {"Question": "q", " Answer ": "a"},
    {"instruction": "q", "input": "", "output": "a"},
    {"prompt": "q", "completion": "a"},
    {"prompt": "q", "response": "a"},
    {"input": "q", "output": "a"},
    {"q": "q", "a": "a"},
]
CONVERSATIONS = [
    {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]},
    {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
    {"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": "a"}]},
]


def turns(row: dict[str, Any], layout: Layout | None = None) -> list[Turns | UnusableError]:
    layout = layout or recognize(list(row))
    assert layout
    return list(turns_of(row, layout))


def talk(*said: tuple[str, str | None]) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in said]}


@pytest.mark.parametrize("row", PAIRS + CONVERSATIONS, ids=lambda row: " / ".join(row))
def test_every_layout_is_recognized_by_its_names(row: dict[str, Any]) -> None:
    assert turns(row) == [Turns((), "q", ("a",))]


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (["text", "label"], "no question and answer"),
        (["question", "context"], "no answer"),
        (["answer", "text"], "no question"),
        ([], "no question and answer"),
    ],
)
def test_columns_without_a_layout_say_which_half_is_missing(names: list[str], missing: str) -> None:
    assert recognize(names) is None
    assert what_is_missing(names) == missing


def test_other_columns_and_their_order_are_no_matter() -> None:
    layout = recognize(["url", "answer", "context", "id", "question"])
    assert layout == Layout("pair", "question", "answer", None, "id")
    assert layout.describe() == "question / answer"


def test_the_recipe_overrides_what_would_be_recognized() -> None:
    row = {"question": "no", "answer": "no", "frage": "q", "antwort": "a", "kontext": "more"}
    mapping = Columns(question="frage", answer="antwort", input="kontext")
    layout, by = layout_from([mapping], list(row))
    assert turns(row, layout) == [Turns((), "q\n\nmore", ("a",))] and by == mapping
    assert layout_from([mapping, Columns(messages="talk")], ["talk"]) == (Layout("conversation", "talk"), Columns(messages="talk"))


def test_a_file_without_the_columns_of_a_recipe_is_recognized() -> None:
    mappings = [Columns(question="frage", answer="answer"), Columns(question="text", answer="label")]
    assert layout_from(mappings, ["question", "answer"]) == (Layout("pair", "question", "answer"), None)
    assert layout_from(mappings, ["text", "label", "note"]) == (Layout("pair", "text", "label"), mappings[1])
    # What it has some of is what was meant, and an error says which is missing.
    assert layout_from(mappings, ["text", "note"]) == (Layout("pair", "text", "label"), mappings[1])
    assert layout_from(mappings, ["note"]) == (None, None)


def test_rows_of_one_file_may_say_the_same_in_other_words() -> None:
    layout = recognize(["id", "question", "answer", "answers", "messages_of"])
    assert turns({"question": "q", "answer": "a"}, layout) == turns({"question": "q", "answers": ["a"]}, layout) == [Turns((), "q", ("a",))]
    assert turns(talk(("user", "q"), ("assistant", "a")), layout) == [Turns((), "q", ("a",))]
    with pytest.raises(UnusableError, match="missing column"):
        turns({"question": "q"}, layout)


def test_a_recipe_may_name_the_id_alone() -> None:
    layout, _ = layout_from([Columns(id="key")], ["question", "answer", "key", "id"])
    assert layout == Layout("pair", "question", "answer", None, "key")
    assert layout_from([Columns(id="key")], ["text", "key"]) == (None, None)


def test_an_input_is_put_after_its_instruction_unless_it_is_empty() -> None:
    assert turns({"instruction": "Sum up:", "input": "text", "output": "a"}) == [Turns((), "Sum up:\n\ntext", ("a",))]
    assert turns({"instruction": "Sum up:", "input": None, "output": "a"}) == [Turns((), "Sum up:", ("a",))]
    assert turns({"instruction": "Add:", "input": 0, "output": "a"}) == [Turns((), "Add:\n\n0", ("a",))]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"question": "", "answer": "a"}, "empty question"),
        ({"question": None, "answer": "a"}, "empty question"),
        ({"question": "q", "answer": " "}, "empty answer"),
        ({"question": "q", "answer": float("nan")}, "empty answer"),
        ({"question": {"a": 1}, "answer": "a"}, "question is not text"),
        ({"question": "q", "answer": {"a": 1}}, "answer is not text"),
        ({"prompt": [{"role": "assistant", "content": "a"}], "completion": "a"}, "prompt without a user turn at its end"),
        ({"prompt": [], "completion": "a"}, "prompt without a user turn at its end"),
        ({"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "user", "content": "a"}]}, "empty answer"),
        ({"messages": []}, "conversation without an answer"),
        ({"messages": [{"role": "user", "content": "q"}]}, "conversation without an answer"),
        ({"messages": [{"role": "tool", "content": "q"}]}, "turn with an unknown role"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(row: dict[str, Any], kind: str) -> None:
    with pytest.raises(UnusableError) as caught:
        turns(row)
    assert caught.value.kind == kind


def test_a_row_that_lacks_a_column_names_it() -> None:
    with pytest.raises(UnusableError) as caught:
        turns({"question": "q"}, Layout("pair", "question", "answer"))
    assert (caught.value.kind, caught.value.detail) == ("missing column", "answer")


def test_a_conversational_prompt_of_trl_has_a_history() -> None:
    said = [{"role": "system", "content": "s"}, {"role": "user", "content": "q1"}, {"role": "assistant", "content": "a1"}]
    row = {"prompt": [*said, {"role": "user", "content": "q2"}], "completion": [{"role": "assistant", "content": "a2"}]}
    assert turns(row) == [Turns(tuple(said), "q2", ("a2",))]  # type: ignore[arg-type]


def test_every_answer_of_a_conversation_is_a_turn_with_what_was_said_before() -> None:
    row = talk(("system", "s"), ("user", "q1"), ("assistant", "a1"), ("user", "q2"), ("assistant", "a2"), ("user", "unanswered"))
    messages = row["messages"]
    assert turns(row) == [Turns(tuple(messages[:1]), "q1", ("a1",)), Turns(tuple(messages[:3]), "q2", ("a2",))]


def test_a_greeting_is_reported_and_stays_in_the_history() -> None:
    greeting, turn = turns(talk(("assistant", "hello"), ("user", "q"), ("assistant", "a")))
    assert isinstance(greeting, UnusableError)
    assert greeting.kind == "turn of the assistant without a question before it"
    assert turn == Turns(({"role": "assistant", "content": "hello"},), "q", ("a",))


@pytest.mark.parametrize(
    ("said", "kind"), [((("user", "q1"), ("assistant", "")), "empty answer"), ((("user", None), ("assistant", "a1")), "empty question")]
)
def test_half_an_exchange_is_reported_and_is_no_history_of_the_next(said: tuple[tuple[str, str | None], ...], kind: str) -> None:
    broken, turn = turns(talk(*said, ("user", "q2"), ("assistant", "a2")))
    assert isinstance(broken, UnusableError)
    assert (broken.kind, broken.detail) == (kind, "answer 1 of the conversation")
    assert turn == Turns((), "q2", ("a2",))


def test_a_second_answer_to_one_question_is_reported() -> None:
    first, second = turns(talk(("user", "q"), ("assistant", "a1"), ("assistant", "a2")))
    assert first == Turns((), "q", ("a1",))
    assert isinstance(second, UnusableError)
    assert second.kind == "turn of the assistant without a question before it"


def long_talk(exchanges: int) -> dict[str, Any]:
    return talk(("system", "s"), *(said for n in range(exchanges) for said in (("user", f"q{n}"), ("assistant", f"a{n}"))))


@pytest.mark.parametrize("longest", [0, 1, 2, 3, 100, None])
def test_a_history_holds_the_latest_messages_and_the_system_message(longest: int | None) -> None:
    said = long_talk(5)["messages"]
    found = [each for each in turns_of(long_talk(5), Layout("conversation", "messages"), longest) if isinstance(each, Turns)]
    for number, turn in enumerate(found):
        before = said[1 : 1 + 2 * number]
        latest = before[len(before) - min(len(before), 100 if longest is None else longest) :]
        assert turn.history == (said[0], *latest) and turn.is_shortened == (latest != before)
    assert {turn.opening for turn in found} == {"", "q0"}


def test_a_long_conversation_takes_no_more_memory_than_its_messages() -> None:
    row = long_talk(20_000)
    tracemalloc.start()
    count = sum(isinstance(turn, Turns) for turn in turns_of(row, Layout("conversation", "messages"), 20))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000 and peak < 40_000 * 1000
