"""What the assistant reads of a conversation."""

from __future__ import annotations

import pytest

from assistant.chat.conversation import Conversation
from assistant.chat.prompt import messages_of
from assistant.chat.turn import Speaker
from assistant.engines.protocol import Answer
from assistant.tui.reading import parts_of, used
from assistant.tui.screens.context import ContextScreen, bar
from tests.tui.paneling import showing

ME = Speaker("health@1", fingerprint="f")


def asked(conversation: Conversation, question: str, answer: str | None, prompt: int | None = None, said: int = 10) -> Conversation:
    """With a question and its answer, which broke off where there is none."""
    conversation = conversation.asked(question).begun(ME)
    turn = conversation.path[-1]
    if answer is None:
        return conversation.failed(turn.id, "half", "it died")
    return conversation.answered(turn.id, Answer(answer, (1,) * said, (), prompt, "stop", 1.0))


def talk() -> Conversation:
    conversation = asked(Conversation(), "one?", "first", 20)
    conversation = asked(conversation, "two?", "second", 37)
    conversation = asked(conversation, "two?", None)
    return asked(conversation, "three?", "third", 60)


def test_every_turn_is_read_left_out_or_not_counted() -> None:
    parts = parts_of(talk().path, left_out=2)
    assert [part.reading for part in parts] == ["left out"] * 2 + ["read"] * 2 + ["not counted"] * 2 + ["read"] * 2


def test_what_is_read_is_what_the_engine_is_asked() -> None:
    path = talk().path
    assert [part.turn.text for part in parts_of(path, 0) if part.reading == "read"] == [message["content"] for message in messages_of(path)]


def test_an_answer_that_is_about_to_be_said_is_no_part() -> None:
    path = talk().asked("four?").begun(ME).path
    assert [part.turn.text for part in parts_of(path, 0)][-1] == "four?"


def test_tokens_as_far_as_they_are_known() -> None:
    parts = parts_of(talk().path, 0)
    assert [part.tokens for part in parts] == [None, 10, 7, 10, None, None, None, 10]
    assert [part.is_exact for part in parts][1:3] == [True, False]


@pytest.mark.parametrize(
    ("tokens", "room", "says"),
    [
        (1234, 2048, "1,234 of 2,048 tokens (60 %)"),
        (1234, None, "1,234 tokens; how many the assistant reads is not known"),
        (None, 2048, "how long the prompt is was not counted; the assistant reads 2,048 tokens"),
        (None, None, "how long the prompt is was not counted"),
    ],
)
def test_what_is_not_known_is_said_to_be_so(tokens: int | None, room: int | None, says: str) -> None:
    assert used(tokens, room) == says


def test_the_bar() -> None:
    assert bar(512, 1024, 10) == "█████░░░░░"
    assert bar(5000, 1024, 4) == "████"


@pytest.mark.parametrize("size", [(80, 30), (60, 60)])
async def test_the_screen(size: tuple[int, int]) -> None:
    conversation = asked(talk(), "[red]x[/] \x1b[41m", "last", 80)
    async with showing(ContextScreen(conversation.path, 2, 80, 100, "Be kind."), size=size) as shown:
        assert "80 of 100 tokens (80 %)" in shown.text
        assert "2 older turns are not read any longer" in shown.text
        assert "[red]x[/] ␛[41m" in shown.text
        await shown.press("home")
        assert "told before the conversation" in shown.text
        assert "○ you · forgotten: no room for it" in shown.text
        await shown.press("escape")
        assert await shown.closed() is None
