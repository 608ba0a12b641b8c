"""The app in a real terminal (tmux): what it draws, what keys reach it, what it leaves behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core.errors import UserError
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.app import ChatApp, run_chat
from tests.tui.driving import desk_of, partner_of
from tests.tui.terminal import Terminal, is_installed, python


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    if not is_installed():
        pytest.skip("tmux is not installed")
    window = Terminal(tmp_path, python("-m", "tests.tui.scripted_chat", tmp_path / "modules", tmp_path / "closed"))
    yield window
    window.end()


def test_a_chat_in_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    screen = terminal.wait_for("tokens/s")
    assert "health@1  a demonstration and no medical advice" in screen
    assert (tmp_path / "modules").read_text() == ""

    title = terminal.title()
    terminal.press("one", "C-j", "two", "M-Enter", "three")
    terminal.press("Enter")
    terminal.wait_for("You wrote 3 lines. ␛]0;hacked␇␛[41m")
    assert terminal.title() == title

    terminal.press("go on", "Enter")
    terminal.wait_for("word word")
    terminal.press("Escape")
    terminal.wait_for("■ stopped")

    terminal.press("go on", "Enter")
    terminal.wait_for("answering")
    terminal.press("C-c")
    terminal.wait_for(" · stopped")

    terminal.press("go on", "Enter")
    terminal.wait_for("answering")
    terminal.press("C-q")
    assert "health@1" not in terminal.wait_for("left with 0")
    assert (tmp_path / "closed").exists()


def test_a_chat_that_is_ended_from_outside_gives_the_terminal_back_and_keeps_everything(terminal: Terminal, tmp_path: Path) -> None:
    terminal.wait_for("tokens/s")
    terminal.press("go on", "Enter")
    terminal.wait_for("word word")
    assert terminal.modes() == {"alternate_on", "mouse_any_flag"}
    terminal.process("tests.tui.scripted_chat").terminate()
    assert "word" not in terminal.wait_for("left with 143")
    assert terminal.modes() == set()
    assert (tmp_path / "closed").exists()


def test_the_app_waits_for_nothing_that_its_first_paint_does_not_show() -> None:
    late = ["markdown_it", "textual.widgets._markdown", "pydantic", "typer", "numpy"]
    check = f"import sys, assistant.tui.app; print([name for name in {late!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_pipe_is_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = ChatApp(desk_of(tmp_path, partner_of(ScriptedEngine({}))))
    with pytest.raises(UserError, match="the chat needs a terminal"):
        run_chat(app)


def test_an_app_that_fails_hands_its_error_over_and_closes_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine({})
    app = ChatApp(desk_of(tmp_path, partner_of(engine)))
    monkeypatch.setattr(app.chat, "show_status", _fail_once_loaded(app))
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(app, "run", lambda: type(app).run(app, headless=True))
    with pytest.raises(ZeroDivisionError):
        run_chat(app)
    assert engine.closed


def _fail_once_loaded(app: ChatApp):  # type: ignore[no-untyped-def]
    def fail() -> None:
        if app.chat.talk.opening.info:
            raise ZeroDivisionError("drawing failed")

    return fail
