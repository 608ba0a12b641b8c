"""`evalsuite view` in a real terminal (tmux): keys in, screen out, decisions on disk."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evalsuite.viewer.journal import Journal
from tests.evalsuite.viewer.shelves import evaluated
from tests.evalsuite.world import World

ROOT = Path(__file__).parents[3]
WAIT_S = 30.0


def test_an_evaluation_in_a_terminal(world: World, tmp_path: Path) -> None:
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    folder = evaluated(world)
    program = shlex.join([sys.executable, "-m", "evalsuite", "view", folder.name, "--home", str(world.home.root.absolute())])

    def tmux(*arguments: str) -> str:
        return subprocess.run(["tmux", "-S", str(tmp_path / "tmux"), *arguments], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    def wait_for(text: str, gone: str = "nothing like this") -> str:
        began = time.monotonic()
        while text not in (screen := tmux("capture-pane", "-p")) or gone in screen:
            assert time.monotonic() - began < WAIT_S, f"{text!r} did not appear on\n{screen}"
            time.sleep(0.05)
        return screen

    tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "sh", "-c", f"{program}; echo left with $?; exec cat")
    try:
        wait_for("? Help")
        screen = wait_for("worst Token F1 first")
        assert folder.name in screen and "worst Token F1 first" in screen and "r Review" in screen
        tmux("send-keys", "r")
        wait_for("is sent to review")
        tmux("send-keys", "/", "topic")
        wait_for("filter: text=topic")
        wait_for("? Help", gone="r Review")
        tmux("send-keys", "Enter")
        wait_for("r Review")
        tmux("send-keys", "?")
        wait_for("next and previous item")
        tmux("send-keys", "Escape")
        wait_for("filter: text=topic", gone="next and previous item")
        tmux("send-keys", "n", "x")
        wait_for("is sent to the regression set")
        tmux("send-keys", "q")
        assert "Review" not in wait_for("left with 0")
    finally:
        subprocess.run(["tmux", "-S", str(tmp_path / "tmux"), "kill-server"], capture_output=True, check=False)
    assert [set(decision.marks) for decision in Journal(folder).decisions.values()] == [{"review"}, {"regression"}]
