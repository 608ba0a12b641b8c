"""A chat as its user meets it: asking, stopping, failing, beginning anew."""

from __future__ import annotations

import threading

from assistant.core.errors import EngineError, UserError
from assistant.engines.protocol import Request, Sampling
from assistant.engines.scripted import ScriptedEngine
from tests.tui.driving import chatting, endless, saying, until


async def test_an_answer_streams_in_and_is_drawn_whole_at_the_end() -> None:
    text = "Signs are:\n\n- **thirst**\n- tiredness\n"
    async with chatting(saying(text, seconds_per_token=0.02)) as driver:
        reply = await driver.ask("what are the signs?")
        assert reply.source == text
        assert [turn.text for turn in driver.turns] == ["what are the signs?", text]
        assert driver.chat.composer.text == ""
        assert reply.note == ""


async def test_a_burst_of_tokens_is_drawn_in_few_pieces() -> None:
    async with chatting(saying("word " * 2000)) as driver:
        pieces = 0
        await driver.send("go")
        write = driver.replies[-1].write

        async def count(piece: str) -> None:
            nonlocal pieces
            pieces += 1
            await write(piece)

        driver.replies[-1].write = count  # type: ignore[method-assign]
        await until(lambda: len(driver.turns) == 2 and not driver.chat.is_answering)
        assert pieces < 100
        assert driver.replies[-1].source == "word " * 2000


async def test_the_next_question_is_asked_with_what_was_said_before() -> None:
    heard: list[Request] = []

    def answer(request: Request) -> str:
        heard.append(request)
        return f"answer {len(heard)}"

    async with chatting(ScriptedEngine(answer), sampling=Sampling(max_new_tokens=9, seed=3)) as driver:
        await driver.ask("one")
        await driver.ask("two")
    assert [message["content"] for message in heard[1].messages] == ["one", "answer 1", "two"]
    assert heard[1].sampling.seed == 3


async def test_esc_stops_and_keeps_what_was_said() -> None:
    async with chatting(endless()) as driver:
        await driver.send("go on")
        await until(lambda: "another" in driver.replies[-1].source)
        await driver.pilot.press("escape")
        assert not driver.chat.is_answering
        assert driver.turns[1].state == "stopped"
        assert driver.turns[1].text.startswith("and another")
        assert driver.replies[-1].note == "■ stopped · Ctrl+O goes on"
        assert driver.replies[-1].source == driver.turns[1].text
        assert "stopped" in driver.status_text


async def test_ctrl_c_stops_an_answer_then_clears_the_text_then_says_how_to_quit() -> None:
    async with chatting(endless()) as driver:
        await driver.send("go on")
        await driver.write("my next question")
        await driver.pilot.press("ctrl+c")
        await until(lambda: len(driver.turns) == 2 and not driver.chat.is_answering)
        assert driver.chat.composer.text == "my next question"
        await driver.pilot.press("ctrl+c")
        assert driver.chat.composer.text == ""
        assert driver.app.is_running
        await driver.pilot.press("ctrl+c")
        assert driver.note == "Ctrl+Q quits"
        assert driver.app.is_running


async def test_enter_while_it_answers_keeps_the_text() -> None:
    async with chatting(endless()) as driver:
        await driver.send("go on")
        await driver.send("and now?")
        assert "still answering" in driver.note
        assert driver.chat.composer.text == "and now?"
        assert [turn.text for turn in driver.turns if turn.role == "user"] == ["go on"]


async def test_a_question_asked_while_the_model_loads_is_answered_once_it_is_there() -> None:
    loaded = threading.Event()

    def slowly() -> ScriptedEngine:
        loaded.wait(20)
        return saying("hello")

    async with chatting(slowly, wait=False) as driver:
        await driver.send("anyone there?")
        assert driver.chat.composer.text == ""
        assert "loading the model" in driver.status_text
        loaded.set()
        await until(lambda: not driver.chat.is_answering)
        assert [turn.text for turn in driver.turns] == ["anyone there?", "hello"]


async def test_a_question_that_waits_for_the_model_can_be_stopped() -> None:
    leave = threading.Event()

    def slowly() -> ScriptedEngine:
        leave.wait(20)
        return saying("hello")

    async with chatting(slowly, wait=False) as driver:
        await driver.send("anyone there?")
        await driver.pilot.press("escape")
        assert driver.turns[1].state == "stopped"
        leave.set()
        await until(lambda: driver.chat.status.status.info is not None)
        assert not driver.chat.is_answering
        await driver.pilot.press("ctrl+g")
        await until(lambda: not driver.chat.is_answering)
        assert driver.turns[1].text == "hello"


async def test_a_model_that_cannot_be_loaded_is_tried_again_on_a_key() -> None:
    tries = 0

    def at_the_second_try() -> ScriptedEngine:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise UserError("the template changed", "Train it again.")
        return saying("hello")

    async with chatting(at_the_second_try, wait=False) as driver:
        trouble = driver.chat.query_one("#trouble")
        await until(lambda: trouble.display)
        text = trouble.render().plain  # type: ignore[union-attr]
        assert "the template changed" in text
        assert "Train it again." in text
        assert "Ctrl+R" in text
        await driver.pilot.press("ctrl+r")
        await until(lambda: driver.chat.status.status.info is not None)
        assert not trouble.display
        assert (await driver.ask("hello?")).source == "hello"


async def test_an_answer_that_fails_keeps_its_beginning_and_the_chat_goes_on() -> None:
    engine = saying("one two three four five", fail_at=3)
    async with chatting(engine) as driver:
        reply = await driver.ask("count")
        assert reply.source == "one two three"
        assert "broke off: the scripted engine was told to fail here" in reply.note
        assert driver.turns[1].state == "failed"
        assert "failed" in driver.status_text
        assert "— tokens/s" in driver.status_text
        engine._fail_at = None
        assert (await driver.ask("again")).source == "one two three four five"


async def test_an_answer_at_the_token_limit_says_so() -> None:
    async with chatting(saying("one two three four five"), sampling=Sampling(max_new_tokens=3)) as driver:
        reply = await driver.ask("count")
        assert reply.note == "✂ cut at 3 tokens, its limit · Ctrl+O goes on"
        assert "cut" in driver.status_text


async def test_an_empty_answer_says_so() -> None:
    async with chatting(saying("")) as driver:
        assert (await driver.ask("hm?")).note == "the answer is empty"


async def test_a_bug_of_an_engine_does_not_end_the_chat() -> None:
    def answer(request: Request) -> str:
        raise KeyError("oops")

    async with chatting(ScriptedEngine(answer)) as driver:
        reply = await driver.ask("hm?")
        assert "KeyError" in reply.note
        assert driver.app.is_running


async def test_a_new_conversation_forgets_the_old_one() -> None:
    heard: list[Request] = []

    def answer(request: Request) -> str:
        heard.append(request)
        return "yes"

    async with chatting(ScriptedEngine(answer)) as driver:
        await driver.ask("old")
        await driver.pilot.press("ctrl+n")
        await until(lambda: not driver.chat.transcript.messages)
        await driver.ask("new")
        assert [message["content"] for message in heard[1].messages] == ["new"]


async def test_a_new_conversation_stops_the_answer_of_the_old_one() -> None:
    async with chatting(endless()) as driver:
        await driver.send("go on")
        await until(lambda: "another" in driver.replies[-1].source)
        await driver.pilot.press("ctrl+n")
        await until(lambda: not driver.turns and not driver.chat.is_answering)
        await until(lambda: not driver.chat.transcript.messages)


async def test_commands_may_be_typed() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.ask("hello")
        await driver.send("/new")
        await until(lambda: not driver.turns)
        await driver.send("/help")
        await until(lambda: driver.app.screen is not driver.chat)
        await driver.pilot.press("escape")
        await until(lambda: driver.app.screen is driver.chat)
        await driver.send("/quit")
        await until(lambda: not driver.app.is_running)


async def test_an_unknown_command_is_not_sent() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.send("/nwe")
        assert "/nwe" in driver.note
        assert driver.chat.composer.text == "/nwe"
        assert not driver.turns
        driver.chat.composer.text = " /etc/hosts holds what?"
        await driver.pilot.press("enter")
        await until(lambda: len(driver.turns) == 2)
        assert driver.turns[0].text == "/etc/hosts holds what?"


async def test_nothing_is_sent_where_nothing_was_written() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.send("  \n ")
        assert not driver.turns


async def test_help_opens_on_a_key_and_the_chat_goes_on_below() -> None:
    async with chatting(endless()) as driver:
        await driver.send("go on")
        await driver.pilot.press("f1")
        await until(lambda: driver.app.screen is not driver.chat)
        before = len(driver.replies[-1].source)
        await until(lambda: len(driver.replies[-1].source) > before)
        await driver.pilot.press("escape")
        await until(lambda: driver.app.screen is driver.chat)
        assert driver.chat.is_answering


async def test_the_engine_is_closed_at_the_end_also_in_mid_answer() -> None:
    engine = endless()
    async with chatting(engine) as driver:
        await driver.send("go on")
        await until(lambda: "another" in driver.replies[-1].source)
    assert engine.closed


async def test_an_engine_that_arrives_after_the_end_is_closed_too() -> None:
    called, leave = threading.Event(), threading.Event()
    engine = saying("late")

    def slowly() -> ScriptedEngine:
        called.set()
        leave.wait(20)
        return engine

    async with chatting(slowly, wait=False):
        await until(called.is_set)
    leave.set()
    await until(lambda: engine.closed)


async def test_the_palette_offers_the_chats_own_commands() -> None:
    async with chatting(saying("yes")) as driver:
        titles = [command.title for command in driver.app.get_system_commands(driver.chat)]
        assert {"New conversation", "Stop", "Theme", "Help", "Quit"} <= set(titles)
        await driver.pilot.press("ctrl+p")
        await until(lambda: driver.app.screen is not driver.chat)


async def test_an_engine_error_while_loading_is_shown() -> None:
    def opener() -> ScriptedEngine:
        raise EngineError("the model process ended (exit code 3); its log is logs/engine.log")

    async with chatting(opener, wait=False) as driver:
        trouble = driver.chat.query_one("#trouble")
        await until(lambda: trouble.display)
        assert "logs/engine.log" in trouble.render().plain  # type: ignore[union-attr]
