"""`/` commands, their arguments, and `@` files, as they are completed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from assistant.tui.commands import COMMANDS
from assistant.tui.completing import Wanted, command_choices, wanted_at
from assistant.tui.key_names import key_name
from tests.tui.driving import until
from tests.tui.writing import Writing


@pytest.mark.parametrize(
    ("before", "kind", "typed", "start"),
    [
        ("/", "command", "", 0),
        ("/sw", "command", "sw", 0),
        ("/switch he", "argument", "he", 8),
        ("see @no", "file", "no", 4),
        ('see @"my no', "file", "my no", 4),
        ("(@src/a", "file", "src/a", 1),
    ],
)
def test_what_is_being_written(before: str, kind: str, typed: str, start: int) -> None:
    wanted = wanted_at(before, True, COMMANDS, True)
    assert wanted and (wanted.kind, wanted.typed, wanted.start) == (kind, typed, start)


@pytest.mark.parametrize("before", ["//", " /sw", "/new x", "/nothing x", "a@b.c", "plain", "@done "])
def test_what_is_completed_by_nothing(before: str) -> None:
    assert wanted_at(before, True, COMMANDS, True) is None


def test_a_slash_in_a_text_of_several_lines_is_no_command() -> None:
    assert wanted_at("/sw", False, COMMANDS, True) is None
    assert wanted_at("/sw", True, (), True) is None
    assert wanted_at("@a", True, COMMANDS, False) is None
    assert isinstance(wanted_at("/sw", True, COMMANDS, True), Wanted)


def test_the_command_that_begins_so_comes_first_and_its_key_is_named() -> None:
    first = command_choices("sw", COMMANDS)[0]
    assert (first.text, first.shown, first.about, first.key) == ("/switch ", "/switch NAME", "Switch assistant", "Ctrl+T")
    assert command_choices("model", COMMANDS)[0].text == "/model "
    assert [choice.text for choice in command_choices("", COMMANDS)][:2] == ["/stop", "/again"]
    assert command_choices("xyz", COMMANDS) == []


def test_keys_are_called_as_they_stand_on_the_keyboard() -> None:
    keys = ("ctrl+g", "escape", "f10", "question_mark", "+", "shift+left")
    assert [key_name(key) for key in keys] == ["Ctrl+G", "Esc", "F10", "?", "+", "Shift+←"]


async def test_a_list_opens_above_the_line_and_follows_what_is_typed() -> None:
    app = Writing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/")
        assert len(app.offered) == len(COMMANDS)
        app.write("comp")
        await pilot.pause()
        assert app.offered == ["/compare"]
        assert app.completion.region.bottom <= app.query_one("#frame").region.y
        assert app.completion.region.y >= 0


@pytest.mark.parametrize("size", [(60, 24), (20, 6), (300, 80)])
async def test_the_list_fits_every_screen(size: tuple[int, int]) -> None:
    app = Writing()
    async with app.run_test(size=size) as pilot:
        await pilot.press("/")
        await pilot.pause()
        assert app.completion.size.height >= 1
        assert app.completion.region.right <= size[0]


@pytest.mark.parametrize("key", ["tab", "enter"])
async def test_tab_and_enter_complete_and_enter_then_sends(key: str) -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.write("/hel")
        await pilot.press(key)
        assert app.composer.text == "/help"
        assert not app.commands
        await pilot.press("enter")
        assert app.commands == [("help", "")]
        assert app.composer.text == ""


async def test_enter_sends_a_command_that_is_complete() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        for word in ("/new", "/switch", "/model"):
            app.write(word)
            await pilot.press("enter")
        assert app.commands == [("new", ""), ("switch", ""), ("switch", "")]


async def test_down_and_up_choose() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        await pilot.press("/", "down", "enter")
        assert app.composer.text == "/again"
        await pilot.press("ctrl+u", "/", "up", "tab")
        assert app.composer.text == "/quit"


async def test_esc_closes_the_list_and_only_then_stops() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.write("/ne")
        await pilot.press("escape")
        assert (app.offered, app.stops, app.composer.text) == ([], 0, "/ne")
        await pilot.press("escape")
        assert app.stops == 1
        await pilot.press("w")
        assert app.offered[0] == "/new"


async def test_an_unknown_command_is_told_and_stays() -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.write("/nonsense now")
        await pilot.press("enter")
        assert app.unknown == ["/nonsense"]
        assert app.composer.text == "/nonsense now"
        assert not app.sent


@pytest.mark.parametrize(("written", "sent"), [("//etc is what?", "/etc is what?"), (" /etc is what?", " /etc is what?")])
async def test_a_text_that_begins_with_a_slash_can_be_sent(written: str, sent: str) -> None:
    app = Writing()
    async with app.run_test() as pilot:
        app.write(written)
        await pilot.press("enter")
        assert [event.text for event in app.sent] == [sent]
        app.composer.accept()
        assert app.composer.text == ""


async def test_without_commands_a_slash_is_text() -> None:
    app = Writing(slash=False)
    async with app.run_test() as pilot:
        app.write("/new")
        await pilot.press("enter")
        assert [event.text for event in app.sent] == ["/new"]


async def test_arguments_come_from_the_screen_and_off_the_event_loop() -> None:
    asked: list[tuple[str, str, bool]] = []

    def names(command: str, typed: str) -> list[str]:
        asked.append((command, typed, threading.current_thread() is threading.main_thread()))
        return [name for name in ("health@1", "health@2 \x1b[bold]") if typed in name]

    app = Writing(complete_argument=names)
    async with app.run_test() as pilot:
        app.write("/switch")
        await pilot.press("tab")
        await until(lambda: len(app.offered) == 2)
        assert asked[0] == ("switch", "", False)
        assert "\x1b" not in app.export_screenshot()
        app.write("th@1")
        await until(lambda: app.offered == ["health@1"])
        await pilot.press("tab", "enter")
        assert app.commands == [("switch", "health@1")]


async def test_enter_takes_nothing_from_a_list_that_is_behind_what_was_typed() -> None:
    may_answer = threading.Event()

    def names(command: str, typed: str) -> list[str]:
        may_answer.wait()
        return ["health@1"]

    app = Writing(complete_argument=names)
    async with app.run_test() as pilot:
        app.write("/expor")
        await pilot.pause()
        app.write("t notes.md")
        await pilot.press("enter")
        may_answer.set()
        assert app.commands == [("export", "notes.md")]


# Files.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("notes.md", "my notes.md", ".hidden notes", "docs/guide.md", "docs/deep/notes.txt", ".git/notes"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    return tmp_path


async def test_files_are_offered_by_their_last_part_hidden_ones_last(folder: Path) -> None:
    app = Writing(folder)
    async with app.run_test() as pilot:
        app.write("see @notes")
        await until(lambda: bool(app.offered))
        assert app.offered == ["notes.md", "docs/deep/notes.txt", "my notes.md", ".hidden notes"]
        await pilot.press("tab")
        assert app.composer.text == "see @notes.md "
        assert app.offered == []


async def test_a_name_with_spaces_is_put_in_quotes(folder: Path) -> None:
    app = Writing(folder)
    async with app.run_test() as pilot:
        app.write("@my")
        await until(lambda: app.offered == ["my notes.md"])
        await pilot.press("tab")
        assert app.composer.text == '@"my notes.md" '


async def test_a_folder_is_completed_and_shows_what_lies_in_it(folder: Path) -> None:
    app = Writing(folder)
    async with app.run_test() as pilot:
        app.write("@doc")
        await until(lambda: app.offered == ["docs/"])
        await pilot.press("enter")
        assert app.composer.text == "@docs/"
        await until(lambda: app.offered == ["docs/deep/", "docs/guide.md"])
        app.write("gui")
        await until(lambda: app.offered == ["docs/guide.md"])
        await pilot.press("enter")
        assert app.composer.text == "@docs/guide.md "


async def test_an_address_offers_no_files(folder: Path) -> None:
    app = Writing(folder)
    async with app.run_test() as pilot:
        app.write("me@no")
        assert app.offered == []
        await pilot.press("enter")
        assert app.sent[0].text == "me@no"
