"""Which turns of a path an engine is told."""

from __future__ import annotations

from assistant.chat.prompt import messages_of, request_of
from assistant.chat.settings import Settings
from assistant.chat.turn import Turn, TurnState
from assistant.engines.protocol import Sampling


def asked(text: str) -> Turn:
    return Turn(text, None, "user", text)


def said(text: str, state: TurnState = "complete") -> Turn:
    return Turn(text, None, "assistant", text, state)


def told(*path: Turn) -> list[str]:
    return [message["content"] for message in messages_of(path)]


def test_a_first_question_is_told_alone():
    assert messages_of([asked("Why?")]) == [{"role": "user", "content": "Why?"}]


def test_an_answer_that_was_stopped_is_told_as_far_as_it_was_said():
    assert told(asked("a"), said("b", "stopped"), asked("c")) == ["a", "b", "c"]


def test_an_answer_that_failed_is_left_out_with_its_question():
    assert told(asked("a"), said("b", "failed"), asked("c")) == ["c"]


def test_an_answer_without_a_word_is_left_out_with_its_question():
    assert told(asked("a"), said(" \n", "stopped"), asked("c")) == ["c"]


def test_a_question_that_nobody_answered_is_left_out():
    assert told(asked("a"), asked("b")) == ["b"]


def test_an_answer_at_the_end_is_told_however_it_ended_for_it_is_to_be_continued():
    assert told(asked("a"), said("b", "failed")) == ["a", "b"]


def test_an_answer_at_the_end_that_is_not_begun_yet_is_not_told():
    assert told(asked("a"), said("", "unfinished")) == ["a"]


def test_nothing_said_is_nothing_told():
    assert told() == []


def test_a_system_prompt_of_the_settings_stands_before_the_conversation():
    request = request_of([asked("a")], Settings(system_prompt="Be brief.", temperature=0.5), Sampling(seed=3))
    assert request.messages[0] == {"role": "system", "content": "Be brief."}
    assert request.sampling == Sampling(temperature=0.5, seed=3)


def test_an_empty_system_prompt_takes_the_place_of_the_recipes():
    assert request_of([asked("a")], Settings(system_prompt=""), Sampling()).messages[0] == {"role": "system", "content": ""}
