"""`evalsuite view` in a real terminal (tmux): keys in, screen out, decisions on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalsuite.viewer.journal import Journal
from tests.evalsuite.viewer.shelves import evaluated
from tests.evalsuite.world import World
from tests.tui.terminal import Terminal, is_installed, python


def test_a_browser_that_is_ended_from_outside_gives_the_terminal_back(world: World, tmp_path: Path) -> None:
    if not is_installed():
        pytest.skip("tmux is not installed")
    folder = evaluated(world)
    terminal = Terminal(tmp_path, python("-m", "evalsuite", "view", folder.name, "--home", world.home.root.absolute()), size=(80, 24))
    try:
        terminal.wait_for("? Help", "r Review")
        assert "alternate_on" in terminal.modes()
        terminal.process("evalsuite").terminate()
        terminal.wait_for("left with 143")
        assert terminal.modes() == set()
    finally:
        terminal.end()


def test_an_evaluation_in_a_terminal(world: World, tmp_path: Path) -> None:
    if not is_installed():
        pytest.skip("tmux is not installed")
    folder = evaluated(world)
    terminal = Terminal(tmp_path, python("-m", "evalsuite", "view", folder.name, "--home", world.home.root.absolute()), size=(80, 24))
    try:
        terminal.wait_for("? Help", folder.name, "worst Token F1 first", "r Review")
        terminal.press("r")
        terminal.wait_for("is sent to review")
        terminal.press("/", "topic")
        terminal.wait_for("filter: text=topic")
        terminal.wait_for("? Help", without="r Review")
        terminal.press("Enter")
        terminal.wait_for("r Review")
        terminal.press("?")
        terminal.wait_for("next and previous item")
        terminal.press("Escape")
        terminal.wait_for("filter: text=topic", without="next and previous item")
        terminal.press("n", "x")
        terminal.wait_for("is sent to the regression set")
        terminal.press("q")
        assert "Review" not in terminal.wait_for("left with 0")
    finally:
        terminal.end()
    assert [set(decision.marks) for decision in Journal(folder).decisions.values()] == [{"review"}, {"regression"}]
