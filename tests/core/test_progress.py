"""Progress on stderr: a live bar in a terminal, lines in a log, nothing on stdout."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading

import pytest

from assistant.core import progress

SCRIPT = """
from assistant.core.progress import progress
with progress("train health [lora]", 4) as advance:
    for done in range(5):
        advance(done, f"loss {done}.5")
print("result")
"""


def test_a_pipe_gets_a_line_at_the_start_and_one_at_the_end() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=True)
    first, last = done.stderr.splitlines()
    assert first == "train health [lora] ..."
    assert last.startswith("train health [lora]: 100%, ")
    assert last.endswith("; loss 4.5")
    assert done.stdout == "result\n"


def test_a_terminal_gets_a_bar_and_stdout_stays_clean() -> None:
    controller, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=terminal, env=environment, text=True) as process:
        os.close(terminal)
        shown = b""
        try:
            while chunk := os.read(controller, 4096):
                shown += chunk
        except OSError:
            pass  # Linux says by an error that the other side is closed.
        assert process.stdout is not None
        assert process.stdout.read() == "result\n"
    os.close(controller)
    text = shown.decode()
    assert process.returncode == 0
    assert "train health [lora]" in text
    assert "100%" in text
    assert "loss 4.5" in text
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l"), "the cursor is shown again"


def test_a_log_gets_a_line_now_and_then_with_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    monkeypatch.setattr(progress, "LINE_EVERY_S", 10.0)
    with progress.progress("work", 100) as advance:
        for done in range(0, 101, 5):
            now = float(done)
            advance(done, "")
    lines = capsys.readouterr().err.splitlines()
    assert lines[:3] == ["work ...", "work: 10%, 10 s, about 90 s left", "work: 20%, 20 s, about 80 s left"]
    assert lines[-1] == "work: 100%, 100 s"
    assert len(lines) == 11


def test_work_of_no_size_is_done_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.progress("nothing", 0) as advance:
        advance(0, "")
    assert capsys.readouterr().err.splitlines()[0] == "nothing ..."


def test_what_is_said_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    progress.say("wait")
    assert capsys.readouterr() == ("", "wait\n")


class TestTelling:
    """Lines for a screen that fills the terminal, which one on stderr would tear."""

    def test_a_listener_is_told_every_line_and_stderr_none(self, capfd: pytest.CaptureFixture[str]) -> None:
        told: list[str] = []
        with progress.telling(told.append), progress.progress("compiling", 2) as advance:
            progress.say("wait")
            advance(2, "done")
        assert told[:2] == ["compiling ...", "wait"]
        assert told[2].startswith("compiling: 100%") and told[2].endswith("; done")
        assert all(len(line.splitlines()) == 1 for line in told)
        assert capfd.readouterr() == ("", "")

    def test_no_bar_is_drawn_in_a_terminal_where_somebody_listens(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: True, raising=False)
        told: list[str] = []
        with progress.telling(told.append), progress.progress("compiling", 1) as advance:
            advance(1, "")
        assert len(told) == 2

    def test_the_one_before_listens_again_afterwards(self, capsys: pytest.CaptureFixture[str]) -> None:
        outer: list[str] = []
        inner: list[str] = []
        with progress.telling(outer.append):
            with progress.telling(inner.append):
                progress.say("b")
            progress.say("a")
        progress.say("c")
        assert (outer, inner, capsys.readouterr().err) == (["a"], ["b"], "c\n")

    def test_a_listener_that_fails_leaves_no_listener_behind(self, capsys: pytest.CaptureFixture[str]) -> None:
        def fail(line: str) -> None:
            raise ValueError(line)

        with pytest.raises(ValueError, match="b"), progress.telling(fail):
            progress.say("b")
        progress.say("c")
        assert capsys.readouterr().err == "c\n"

    def test_two_threads_that_listen_at_once_do_not_hear_each_other(self) -> None:
        told: dict[str, list[str]] = {"a": [], "b": []}
        both = threading.Barrier(2)

        def work(name: str) -> None:
            with progress.telling(told[name].append):
                both.wait(10)
                progress.say(name)
                both.wait(10)

        threads = [threading.Thread(target=work, args=(name,)) for name in told]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert told == {"a": ["a"], "b": ["b"]}

    def test_a_hint_is_for_a_listener_alone(self, capsys: pytest.CaptureFixture[str]) -> None:
        told: list[str] = []
        with progress.telling(told.append):
            progress.hint("a")
        progress.hint("b")
        assert (told, capsys.readouterr().err) == (["a"], "")
