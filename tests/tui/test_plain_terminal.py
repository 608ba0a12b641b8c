"""The chat line by line as a program: in a real terminal, in one that cannot move its cursor, and in a pipe."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core.errors import UserError
from assistant.tui.plain.chat import run_plain_chat
from tests.tui.driving import desk_of, partner_of, saying
from tests.tui.terminal import ROOT, Terminal, python


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    window = Terminal(tmp_path, python("-m", "tests.tui.scripted_plain", tmp_path), size=(100, 40))
    yield window
    window.end()


def test_a_plain_chat_in_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    assert "Notice: no medical advice" in terminal.wait_for("You:")
    title = terminal.title()

    terminal.press("one\\", "Enter", "two", "Enter")
    terminal.wait_for("health@1: You wrote 2 lines. ␛]0;hacked␇␛[41m")
    assert terminal.title() == title

    terminal.paste("one\ntwo\nthree")
    terminal.press("Enter")
    terminal.wait_for("You wrote 3 lines. ␛]0;hacked␇␛[41m\nYou:")

    terminal.press("Up", "Enter")
    terminal.wait_for("three\nhealth@1: You wrote 3 lines. ␛]0;hacked␇␛[41m\nYou: one\ntwo\nthree\nhealth@1: You wrote 3 lines.")

    terminal.press("go on", "Enter")
    terminal.wait_for("word word")
    terminal.press("C-c")
    terminal.wait_for("Stopped. /continue goes on.")

    terminal.press("half a line")
    terminal.wait_for("You: half a line")
    terminal.press("C-c")
    terminal.wait_for("You: half a line\nLine cleared.\nYou:")
    terminal.press("C-c")
    terminal.wait_for("You:\nCtrl+D or /quit leaves; everything is kept.\nYou:")
    assert "\x1b[" not in terminal.coloured()

    terminal.press("C-d")
    terminal.wait_for("left with 0")
    assert (tmp_path / "closed").exists()
    assert (tmp_path / "modules").read_text() == ""


def on_a_dumb_terminal(folder: Path, text: str) -> tuple[str, int]:
    """What a terminal gets that cannot move its cursor, and the exit code; the lines lie in its buffer before they are asked for."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "tests.tui.scripted_plain", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "dumb"}) as running:
        os.close(theirs)
        os.write(ours, text.encode())
        said = b""
        # Linux ends a terminal whose other side is closed with an error.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 4096):
                said += piece
    os.close(ours)
    return said.decode(), running.returncode


def test_a_dumb_terminal_gets_text_and_nothing_else(tmp_path: Path) -> None:
    said, code = on_a_dumb_terminal(tmp_path, "hello\n\x04")
    assert "You: health@1: You wrote 1 lines. ␛]0;hacked␇␛[41m\r\nYou: " in said
    assert "\x1b" not in said
    assert code == 0


def test_a_terminal_whose_answers_go_elsewhere_is_refused(tmp_path: Path) -> None:
    source = io.StringIO()
    source.isatty = lambda: True  # type: ignore[method-assign]
    with pytest.raises(UserError, match="the chat needs a terminal"):
        run_plain_chat(desk_of(tmp_path, partner_of(saying("Yes."))), source, io.StringIO(), io.StringIO())


def test_a_real_pipe_ends_with_what_could_not_be_done(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.tui.scripted_plain", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, input="hello\n/nonsense\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "health@1: You wrote 1 lines. ␛]0;hacked␇␛[41m\n"
    assert done.stderr.splitlines()[-2:] == [
        "error: one thing in the lines could not be done",
        "It is told above where that was; everything else was done and kept.",
    ]
    assert done.returncode == 2
    assert (tmp_path / "modules").read_text() == ""
