"""Reading while it answers: the view follows, unless the reader went elsewhere; long chats stay light."""

from __future__ import annotations

import pytest
from textual.widgets import Markdown

from assistant.chat.prompt import messages_of
from assistant.tui.widgets import transcript as transcript_module
from assistant.tui.widgets.transcript import WINDOW
from tests.tui.driving import chatting, endless, long_conversation, saying, until


async def test_the_view_follows_what_is_said() -> None:
    async with chatting(saying("a paragraph\n\n" * 30, seconds_per_token=0.002), size=(60, 20)) as driver:
        await driver.ask("go on")
        await driver.settle()
        transcript = driver.chat.transcript
        assert transcript.max_scroll_y > 20
        assert transcript.is_at_end
        assert not driver.chat.query_one("#below").display


async def test_the_view_stays_where_the_reader_went_also_when_the_answer_ends() -> None:
    async with chatting(endless(), size=(60, 20), conversation=long_conversation(10)) as driver:
        transcript = driver.chat.transcript
        await driver.settle()
        await driver.send("go on")
        await until(lambda: len(driver.replies[-1].source) > 100)
        await driver.pilot.press("pageup")
        await driver.settle()
        place = transcript.scroll_offset.y
        assert not transcript.is_at_end
        before = len(driver.replies[-1].source)
        await until(lambda: len(driver.replies[-1].source) > before + 100)
        await until(lambda: driver.chat.query_one("#below").display)
        assert transcript.scroll_offset.y == place
        await driver.pilot.press("escape")
        await until(lambda: not driver.chat.is_answering)
        await driver.settle()
        assert transcript.scroll_offset.y == place
        await driver.pilot.press("ctrl+end")
        await until(lambda: transcript.is_at_end)
        await until(lambda: not driver.chat.query_one("#below").display)


async def test_the_end_of_an_answer_does_not_move_a_reader_in_the_middle_of_it() -> None:
    text = "\n\n".join(f"paragraph **{number}** with `code`\n\n- a\n- b" for number in range(25))
    async with chatting(saying(text, seconds_per_token=0.001), size=(60, 20)) as driver:
        await driver.send("go on")
        transcript = driver.chat.transcript
        await until(lambda: transcript.max_scroll_y > 50)
        transcript.scroll_to(y=30, animate=False)
        await driver.settle()
        assert transcript.scroll_offset.y == 30
        await until(lambda: len(driver.turns) == 2 and not driver.chat.is_answering)
        await until(lambda: driver.replies[-1].source == text)
        await driver.settle()
        assert transcript.scroll_offset.y == 30


async def test_a_key_to_read_back_changes_nothing_while_all_is_in_view() -> None:
    async with chatting(saying("a paragraph\n\n" * 20), size=(60, 20)) as driver:
        await driver.pilot.press("pageup")
        await driver.ask("go on")
        await driver.settle()
        assert driver.chat.transcript.is_at_end


async def test_asking_goes_to_the_end() -> None:
    async with chatting(saying("yes"), size=(60, 20), conversation=long_conversation(14)) as driver:
        await driver.settle()
        await driver.pilot.press("pageup")
        await driver.settle()
        assert not driver.chat.transcript.is_at_end
        await driver.ask("now?")
        await driver.settle()
        assert driver.chat.transcript.is_at_end


async def test_a_chat_of_300_turns_draws_the_last_ones() -> None:
    async with chatting(saying("yes"), conversation=long_conversation(300)) as driver:
        await driver.settle()
        transcript = driver.chat.transcript
        assert len(transcript.messages) == WINDOW
        assert transcript.hidden_turns == 300 - WINDOW
        for number in range(2):
            await driver.ask(f"more {number}")
        assert len(transcript.messages) == WINDOW
        assert transcript.hidden_turns == 304 - WINDOW
        assert len(list(driver.chat.query(Markdown).results())) == WINDOW // 2
        assert len(messages_of(driver.turns)) == 304


async def test_earlier_turns_come_at_the_top_and_what_is_read_stays_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript_module, "WINDOW", 12)
    async with chatting(saying("yes"), size=(60, 20), conversation=long_conversation(30)) as driver:
        transcript = driver.chat.transcript
        await driver.settle()
        transcript.scroll_to(y=0, animate=False)
        await driver.settle()
        first = transcript.messages[0]
        row = first.region.y
        await driver.pilot.press("pageup")
        await until(lambda: len(transcript.messages) == 24)
        await until(lambda: transcript.scroll_offset.y > 0)
        await driver.settle()
        assert abs(first.region.y - row) <= 1
        assert transcript.hidden_turns == 6
        await transcript.show_earlier()
        await driver.settle()
        assert transcript.hidden_turns == 0
        assert [message.turn for message in transcript.messages] == list(driver.turns)
        assert not transcript.query_one(".earlier").display


async def test_the_next_question_takes_the_oldest_turns_off_the_screen_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript_module, "WINDOW", 12)
    async with chatting(saying("yes"), conversation=long_conversation(30)) as driver:
        await driver.chat.transcript.show_earlier()
        await driver.ask("more")
        assert len(driver.chat.transcript.messages) == 12
        assert driver.chat.transcript.hidden_turns == 20
