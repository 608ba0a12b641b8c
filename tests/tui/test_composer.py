"""Writing: several lines, what was asked before, what is pasted."""

from __future__ import annotations

from textual.events import Paste

from tests.tui.driving import chatting, saying, until


async def test_keys_for_a_new_line() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.pilot.press("a", "ctrl+j", "b", "alt+enter", "c", "shift+enter", "d")
        assert driver.chat.composer.text == "a\nb\nc\nd"
        await driver.pilot.press("enter")
        await until(lambda: len(driver.turns) == 2)
        assert driver.turns[0].text == "a\nb\nc\nd"


async def test_it_grows_with_the_text_to_eight_rows() -> None:
    async with chatting(saying("yes")) as driver:
        for text, height in (("one", 1), ("\ntwo", 2), ("\nthree", 3), ("\nmore" * 9, 8)):
            await driver.write(text)
            await until(lambda height=height: driver.chat.composer.size.height == height)  # type: ignore[misc]
        await driver.pilot.press("ctrl+c")
        await until(lambda: driver.chat.composer.size.height == 1)


async def test_what_is_pasted_is_not_sent_and_holds_no_control_characters() -> None:
    async with chatting(saying("yes")) as driver:
        driver.chat.composer.post_message(Paste("two\nlines \x1b[31mred\x07"))
        await until(lambda: driver.chat.composer.text == "two\nlines ␛[31mred␇")
        assert not driver.turns


async def test_up_and_down_bring_back_what_was_asked() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.ask("first")
        await driver.ask("second")
        composer = driver.chat.composer
        await driver.pilot.press("up")
        assert composer.text == "second"
        await driver.pilot.press("up", "up")
        assert composer.text == "first"
        await driver.pilot.press("down")
        assert composer.text == "second"
        await driver.pilot.press("down")
        assert composer.text == ""


async def test_up_never_overwrites_what_is_being_written() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.ask("first")
        await driver.write("half a thou")
        await driver.pilot.press("up")
        assert driver.chat.composer.text == "half a thou"


async def test_what_is_selected_is_copied() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.write("some words")
        driver.chat.composer.select_all()
        await driver.pilot.press("ctrl+c")
        assert driver.app.clipboard == "some words"
        assert driver.chat.composer.text == "some words"
        assert driver.note == "copied"


async def test_what_was_asked_outlives_its_conversation() -> None:
    async with chatting(saying("yes")) as driver:
        await driver.ask("asked before")
        await driver.pilot.press("ctrl+n")
        await until(lambda: not driver.turns)
        await driver.pilot.press("up")
        assert driver.chat.composer.text == "asked before"
