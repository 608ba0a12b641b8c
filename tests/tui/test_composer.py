"""Writing: several lines, what was asked before, what is pasted, and what becomes of a draft."""

from __future__ import annotations

from textual.events import Paste

from assistant.tui.widgets.pasted import LARGE_LINES
from tests.tui.driving import until
from tests.tui.writing import Writing


async def test_keys_for_a_new_line() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await pilot.press("a", "ctrl+j", "b", "alt+enter", "c", "shift+enter", "d", "enter")
        assert [sent.text for sent in app.sent] == ["a\nb\nc\nd"]


async def test_it_grows_with_the_text_to_a_third_of_the_screen() -> None:
    app = Writing()
    async with app.run_test(size=(80, 30)):
        for text, height in (("one", 1), ("\ntwo", 2), ("\nthree", 3), ("\nmore" * 20, 10)):
            app.composer.insert(text)
            await until(lambda height=height: app.composer.size.height == height)  # type: ignore[misc]
        app.composer.clear()
        await until(lambda: app.composer.size.height == 1)


async def test_nothing_is_sent_that_holds_no_word() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await pilot.press("space", "enter")
        assert not app.sent


async def test_what_was_sent_stays_until_it_is_accepted() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.write("hm?")
        await pilot.press("enter")
        assert app.composer.text == "hm?"
        app.composer.accept()
        assert app.composer.text == ""


async def test_what_is_written_between_sending_and_accepting_stays() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.write("hm?")
        await pilot.press("enter")
        app.write("next")
        app.composer.accept()
        assert app.composer.text == "next"


async def test_ctrl_z_brings_back_what_was_cleared() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.write("half a thought")
        app.composer.clear()
        await pilot.press("ctrl+z")
        assert app.composer.text == "half a thought"


async def test_a_draft_is_put_aside_and_taken_up_again() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.insert("before ")
        app.composer.post_message(Paste("x\n" * LARGE_LINES))
        await until(lambda: "[pasted" in app.composer.text)
        await pilot.press("left")
        draft = app.composer.draft
        app.composer.put("another conversation")
        app.composer.take_up(draft)
        assert app.composer.draft == draft
        assert app.composer.whole_text == "before " + "x\n" * LARGE_LINES


# What is pasted.


async def test_what_is_pasted_is_not_sent_and_holds_no_control_characters() -> None:
    app = Writing()
    async with app.run_test():
        app.composer.post_message(Paste("two\r\nlines \x1b[31mred\x07"))
        await until(lambda: app.composer.text == "two\nlines ␛[31mred␇")
        assert not app.sent


async def test_the_line_ends_of_a_terminals_paste_are_kept() -> None:
    app = Writing()
    async with app.run_test():
        app.composer.post_message(Paste("one\rtwo\r"))
        await until(lambda: app.composer.text == "one\ntwo\n")


async def test_a_large_paste_stands_as_a_chip_and_is_sent_whole() -> None:
    app = Writing()
    pasted = "a line of 25 \x1b characters.\n" * 2_345
    async with app.run_test() as pilot:
        app.write("what is ")
        app.composer.post_message(Paste(pasted))
        await until(lambda: app.composer.text == "what is [pasted 1: 2,346 lines]")
        await pilot.press("?", "enter")
        assert app.sent[0].shown == "what is [pasted 1: 2,346 lines]?"
        assert app.sent[0].text == "what is " + pasted.replace("\x1b", "␛") + "?"


async def test_a_paste_of_ten_megabytes_is_one_chip() -> None:
    app = Writing()
    pasted = "0123456789" * 1_000_000
    async with app.run_test() as pilot:
        app.composer.post_message(Paste(pasted))
        await until(lambda: app.composer.text == "[pasted 1: 10,000,000 characters]")
        await pilot.press("enter")
        assert app.sent[0].text == pasted


async def test_a_chip_is_removed_as_one_and_comes_back_as_one() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.post_message(Paste("x\n" * LARGE_LINES))
        await until(lambda: bool(app.composer.text))
        chip = app.composer.text
        await pilot.press("backspace")
        assert app.composer.text == ""
        await pilot.press("ctrl+z")
        assert app.composer.text == chip
        assert app.composer.whole_text == "x\n" * LARGE_LINES


async def test_nothing_is_written_into_a_chip() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.post_message(Paste("x\n" * LARGE_LINES))
        await until(lambda: bool(app.composer.text))
        await pilot.press("left", "left", "left", "!")
        assert app.composer.whole_text == "x\n" * LARGE_LINES + "!"


async def test_what_looks_like_a_chip_and_was_typed_stays_as_it_is() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.insert("[pasted 7: 12 lines]")
        await pilot.press("enter")
        assert app.sent[0].text == "[pasted 7: 12 lines]"


async def test_a_chip_that_is_copied_is_copied_whole() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.post_message(Paste("x\n" * LARGE_LINES))
        await until(lambda: bool(app.composer.text))
        app.composer.select_all()
        assert app.composer.selected_text == "x\n" * LARGE_LINES
        await pilot.press("ctrl+x")
        assert app.clipboard == "x\n" * LARGE_LINES


# What was asked before.


async def test_up_and_down_go_through_what_was_asked_in_this_session_and_before() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.write("now")
        await pilot.press("enter")
        app.composer.accept()
        app.composer.remember(["long ago", "lately"])
        seen = []
        for key in ("up", "up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(app.composer.text)
        assert seen == ["now", "lately", "long ago", "long ago", "lately", "now", ""]


async def test_a_command_is_remembered_and_no_list_opens_over_it() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.write("one")
        await pilot.press("enter")
        app.composer.accept()
        app.write("/new")
        await pilot.press("enter")
        await pilot.press("up")
        assert app.composer.text == "/new"
        await pilot.press("up")
        assert app.composer.text == "one"


async def test_a_large_question_of_an_earlier_session_comes_back_as_a_chip() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.remember(["word " * 100_000])
        await pilot.press("up")
        assert app.composer.text == "[pasted 1: 500,000 characters]"
        await pilot.press("down", "up", "enter")
        assert app.sent[0].text == "word " * 100_000


async def test_up_never_overwrites_what_is_being_written() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.remember(["before"])
        app.write("half")
        await pilot.press("up")
        assert app.composer.text == "half"


async def test_a_recalled_text_that_was_changed_is_not_overwritten() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.composer.remember(["first", "second"])
        await pilot.press("up", "!", "up")
        assert app.composer.text == "second!"


# Wide and joined characters.


async def test_wide_joined_and_right_to_left_characters_break_no_line() -> None:
    app = Writing()
    text = "漢字" * 30 + " 👨‍👩‍👧‍👦🇩🇪 " + "e\u0301" * 40 + " שלום עולם مرحبا"
    async with app.run_test(size=(40, 20)) as pilot:
        app.composer.insert(text)
        await pilot.pause()
        await pilot.press("home", "right", "right", "end")
        for row in range(app.composer.size.height):
            assert app.composer.render_line(row).cell_length == app.composer.size.width
        await pilot.press("enter")
        assert app.sent[0].text == text
