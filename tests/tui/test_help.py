"""The help: drawn from the one list of commands."""

from __future__ import annotations

import pytest

from assistant.tui.commands import COMMANDS
from assistant.tui.key_names import key_name
from assistant.tui.screens.help import HelpScreen, groups_of, matching
from tests.tui.paneling import showing


@pytest.mark.parametrize("size", [(100, 30), (60, 20)])
async def test_every_command_is_there_with_its_words(size: tuple[int, int]) -> None:
    panel = HelpScreen()
    async with showing(panel, size=size):
        text = " ".join(panel.text.split())
        assert [command.name for command in COMMANDS if command.title not in text or " ".join(command.about.split()) not in text] == []
        assert [word for command in COMMANDS for word in command.slash if word not in text] == []
        assert text.startswith("First steps")


async def test_typing_looks_for_something() -> None:
    panel = HelpScreen()
    async with showing(panel) as shown:
        await shown.write("ctrl+g")
        assert "Answer again" in panel.text
        assert "First steps" not in panel.text
        assert "Settings" not in panel.text
        await shown.write("xyz")
        assert "Nothing does that" in panel.text


@pytest.mark.parametrize("key", ["escape", "f1"])
async def test_the_usual_keys_close_it(key: str) -> None:
    async with showing(HelpScreen()) as shown:
        await shown.press(key)
        assert await shown.closed() is None


def test_keys_that_were_changed_are_shown() -> None:
    stop = groups_of({"stop": ("ctrl+x", "f6")})["the answer"][0]
    assert stop.keys == "Ctrl+X, F6"


def test_a_group_is_found_by_its_name() -> None:
    assert set(matching(groups_of({}), "feedback")) >= {"feedback"}
    assert len(matching(groups_of({}), "feedback")["feedback"]) == sum(command.group == "feedback" for command in COMMANDS)


@pytest.mark.parametrize(
    ("key", "name"),
    [("ctrl+g", "Ctrl+G"), ("escape", "Esc"), ("f1", "F1"), ("question_mark", "?"), ("r", "r"), ("+", "+"), ("shift+tab", "Shift+Tab")],
)
def test_key_names(key: str, name: str) -> None:
    assert key_name(key) == name


@pytest.mark.parametrize("words", ["tokens/s", "status"])
async def test_each_figure_of_the_status_line_is_found(words: str) -> None:
    panel = HelpScreen()
    async with showing(panel) as shown:
        await shown.write(words)
        assert "The status line" in panel.text and "tokens a second" in " ".join(panel.text.split())


@pytest.mark.parametrize(
    "word", ["engine", "precision", "tokens/s", "first token", "used/limit tokens", "left out", "ended", "cut", "stopped", "failed"]
)
def test_whatever_the_status_line_may_say_is_explained(word: str) -> None:
    assert matching(groups_of({}), f"status {word}")["the status line"]
