"""What can be done with a turn: answered again, gone on with, edited, copied, rated; nothing that was said is lost by it."""

from __future__ import annotations

from pathlib import Path

from assistant.chat.partner import Partner
from assistant.chat.plugin import Plugin
from assistant.engines.protocol import Request, Sampling
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.plugins import Loaded
from tests.tui.driving import Driver, chatting, partner_of, saying, until


def counting() -> ScriptedEngine:
    """Says a number at each answer, one higher each time."""
    said: list[Request] = []

    def answer(request: Request) -> str:
        said.append(request)
        return f"answer {len(said)}"

    return ScriptedEngine(answer)


async def again(driver: Driver) -> None:
    """Have the last question answered once more."""
    before = len(driver.chat.talk.conversation.turns)
    await driver.pilot.press("ctrl+g")
    await until(lambda: len(driver.chat.talk.conversation.turns) == before + 1 and not driver.chat.is_answering)
    await driver.settle()


async def test_another_answer_stands_beside_the_first_and_both_can_be_read() -> None:
    async with chatting(counting()) as driver:
        await driver.ask("hm?")
        await again(driver)
        assert (driver.replies[-1].source, driver.replies[-1].entry.place) == ("answer 2", (2, 2))
        await driver.pilot.press("tab", "left")
        await until(lambda: driver.replies[-1].source == "answer 1")
        assert driver.replies[-1].entry.place == (1, 2)
        assert driver.chat.transcript.chosen is driver.replies[-1]
        await driver.pilot.press("left")
        assert "none further" in driver.note


async def test_another_answer_of_an_assistant_that_takes_the_likeliest_is_asked_for_otherwise_and_says_so() -> None:
    async with chatting(counting(), sampling=Sampling(temperature=0.0, seed=7)) as driver:
        await driver.ask("hm?")
        await again(driver)
        first, second = (turn.speaker.sampling for turn in driver.chat.talk.conversation.turns.values() if turn.speaker)
        assert (first.temperature, first.seed) == (0.0, 7)
        assert (second.temperature, second.seed) == (0.7, 8)
        assert "seed 8 and temperature 0.7" in driver.note


async def test_what_follows_another_answer_is_a_branch_and_comes_back_with_it() -> None:
    async with chatting(counting()) as driver:
        await driver.ask("one")
        await driver.ask("two")
        await driver.pilot.press("tab", "up", "up", "r")
        await until(lambda: not driver.chat.is_answering and driver.replies[-1].source == "answer 3")
        assert [turn.text for turn in driver.turns] == ["one", "answer 3"]
        await driver.settle()
        await driver.pilot.press("left")
        await until(lambda: len(driver.turns) == 4)
        assert [turn.text for turn in driver.turns] == ["one", "answer 1", "two", "answer 2"]


def going_on() -> ScriptedEngine:
    """Says the alphabet, or what is left of it."""
    whole = " ".join("abcdefghijkl")

    def answer(request: Request) -> str:
        return whole

    return ScriptedEngine(answer)


async def test_an_answer_that_was_cut_goes_on_where_it_ended() -> None:
    async with chatting(going_on(), sampling=Sampling(max_new_tokens=4)) as driver:
        reply = await driver.ask("the alphabet?")
        assert reply.source == "a b c d"
        await driver.pilot.press("ctrl+o")
        await until(lambda: not driver.chat.is_answering and reply.source == "a b c d e f g h")
        assert len(driver.turns) == 2
        figures = driver.turns[-1].figures
        assert figures and figures.completion_tokens == 8


async def test_an_answer_that_ended_by_itself_cannot_go_on() -> None:
    async with chatting(saying("done")) as driver:
        await driver.ask("hm?")
        await driver.pilot.press("ctrl+o")
        assert "own end" in driver.note


async def test_an_edited_question_is_a_branch_and_the_draft_comes_back() -> None:
    async with chatting(counting()) as driver:
        await driver.ask("what?")
        await driver.write("half a thought")
        await driver.pilot.press("tab", "up", "e")
        assert driver.chat.composer.text == "what?"
        await driver.pilot.press("end", "!", "enter")
        await until(lambda: not driver.chat.is_answering and len(driver.chat.talk.conversation.turns) == 4)
        assert [turn.text for turn in driver.turns] == ["what?!", "answer 2"]
        assert driver.chat.composer.text == "half a thought"
        await driver.settle()
        assert driver.chat.transcript.messages[0].entry.place == (2, 2)


async def test_esc_leaves_an_edited_question_as_it_was() -> None:
    async with chatting(counting()) as driver:
        await driver.ask("what?")
        await driver.write("mine")
        await driver.pilot.press("tab", "up", "e", "x", "escape")
        assert driver.chat.composer.text == "mine"
        assert len(driver.chat.talk.conversation.turns) == 2


CODE = "First:\n\n```python\nx = 1\n```\n\nthen\n\n```sh\nls -l\npwd\n```\n"


async def test_code_is_copied_by_a_key_the_last_block_first() -> None:
    async with chatting(saying(CODE)) as driver:
        await driver.ask("code?")
        await driver.pilot.press("f4")
        assert (driver.app.clipboard, "block 2 of 2, 2 lines" in driver.note) == ("ls -l\npwd", True)
        await driver.pilot.press("f4")
        assert driver.app.clipboard == "x = 1"
        await driver.send("/code 2")
        await until(lambda: driver.app.clipboard == "ls -l\npwd")


async def test_a_message_is_copied_as_it_was_written() -> None:
    async with chatting(saying("**so**")) as driver:
        await driver.ask("hm?")
        await driver.pilot.press("tab", "c")
        assert driver.app.clipboard == "**so**"
        await driver.pilot.press("up", "c")
        assert driver.app.clipboard == "hm?"


async def test_a_good_answer_is_noted_by_one_key_and_seen_at_once() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.ask("hm?")
        await driver.pilot.press("f2")
        await until(lambda: "you said: good" in driver.replies[-1].note)
        (entry,) = driver.chat.ratings.book.listed()
        assert (entry.verdict, entry.said.text) == ("good", "yes")
        await driver.send("/unrate")
        await until(lambda: driver.replies[-1].note == "")
        assert driver.chat.ratings.book.listed() == []


async def test_a_bad_answer_asks_why_and_what_would_have_been_right() -> None:
    async with chatting(saying("five")) as driver:
        await driver.ask("two and two?")
        await driver.pilot.press("f3")
        await until(lambda: driver.app.screen is not driver.chat)
        await until(lambda: "you said: bad" in driver.replies[-1].note)
        await driver.pilot.press("1", "ctrl+s")
        await until(lambda: driver.app.screen is driver.chat)
        await until(lambda: bool(driver.chat.ratings.book.listed()[0].reasons))
        assert driver.chat.ratings.book.listed()[0].verdict == "bad"


async def test_the_next_answer_can_be_somebody_elses_and_says_so() -> None:
    heard: list[Request] = []

    def other(request: Request) -> str:
        heard.append(request)
        return "mine"

    async with chatting(saying("yours"), others=[partner_of(ScriptedEngine(other), label="health@2")]) as driver:
        await driver.ask("one")
        await driver.send("/switch health@2")
        await until(lambda: driver.chat.talk.partner.label == "health@2" and driver.chat.talk.opening.info is not None)
        await driver.ask("two")
        assert [turn.speaker.label for turn in driver.turns if turn.speaker] == ["health@1", "health@2"]
        assert [message["content"] for message in heard[0].messages] == ["one", "yours", "two"]


async def test_a_conversation_is_there_again_in_another_app(tmp_path: Path) -> None:
    async with chatting(saying("**yes**"), folder=tmp_path) as driver:
        await driver.ask("is it kept?")
        name = driver.chat.talk.conversation.id
    async with chatting(saying("no"), folder=tmp_path) as driver:
        conversation = driver.chat.desk.store.load(name)
        assert [turn.text for turn in conversation.path] == ["is it kept?", "**yes**"]
        assert conversation.title == "is it kept?"
        await until(lambda: bool(driver.chat.composer._asked._texts))
        await driver.pilot.press("up")
        assert driver.chat.composer.text == "is it kept?"


async def test_an_answer_is_looked_through_for_what_the_recipe_warns_of() -> None:
    partner: Partner = partner_of(saying("write to ada@lovelace.org, you fool"), warn=("personal_data", "rude"))
    async with chatting(lambda: saying("write to ada@lovelace.org, you fool"), warn=partner.warn) as driver:
        driver.chat.plugins = Loaded((Plugin("test", checks={"rude": lambda text, bound: "is rude" if "fool" in text else None}),))
        await driver.ask("whom do I write to?")
        await until(lambda: len(driver.turns[-1].warnings) == 2)
        await driver.settle()
        assert "e-mail" in driver.replies[-1].note
        assert "is rude" in driver.replies[-1].note
