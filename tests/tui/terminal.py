"""A real terminal for tests and pictures: a tmux server of its own with one window, keys in, screen out.

Knows nothing of what runs in it.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]

WAIT_S = 120.0
"""A screen that has not come by then does not come."""

LOOK_EVERY_S = 0.02


class Terminal:
    """A window that runs a program from the project's folder, and afterwards says how it was left.

    Args:
        folder: Where the socket goes; one for each terminal.
        command: The program and its arguments.
        size: Columns and rows.

    Raises:
        FileNotFoundError: tmux is not installed.
    """

    def __init__(self, folder: Path, command: Sequence[str | Path], size: tuple[int, int] = (100, 30)) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._socket = str(folder / "tmux")
        # Ctrl+C reaches the shell too, which is to stay. The size is the window's, not that of whoever runs the tests.
        line = f"trap : INT; unset COLUMNS LINES; cd {shlex.quote(str(ROOT))} && {shlex.join(map(str, command))}; echo left with $?; exec cat"
        columns, rows = map(str, size)
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, "sh", "-c", line)
        # What the program puts on the clipboard is kept by the server.
        self._tmux("set-option", "-s", "set-clipboard", "on")

    # What a person does.

    def press(self, *keys: str) -> None:
        """Press keys, as tmux names them; what is no name of a key is typed."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._tmux("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """Paste a text, told to be one."""
        subprocess.run(["tmux", "-S", self._socket, "load-buffer", "-b", "pasted", "-"], input=text, text=True, check=True)
        self._tmux("paste-buffer", "-p", "-b", "pasted", "-d")

    # What a person sees.

    def screen(self) -> str:
        """What stands on the screen."""
        return self._tmux("capture-pane", "-p")

    def coloured(self) -> str:
        """The same with its colours, as escape sequences."""
        return self._tmux("capture-pane", "-e", "-p", "-N")

    def title(self) -> str:
        """The title of the window."""
        return self._tmux("display-message", "-p", "#{pane_title}")

    def modes(self) -> set[str]:
        """What a screen turned on: `alternate_on`, `mouse_any_flag`."""
        wanted = ("alternate_on", "mouse_any_flag")
        told = self._tmux("display-message", "-p", " ".join(f"#{{{name}}}" for name in wanted)).split()
        return {name for name, flag in zip(wanted, told, strict=True) if flag == "1"}

    def clipboard(self) -> str:
        """What the program put on the clipboard last; empty if nothing."""
        return subprocess.run(["tmux", "-S", self._socket, "show-buffer"], capture_output=True, text=True, check=False).stdout

    def wait_for(self, *texts: str, without: str = "") -> str:
        """Wait until all the texts stand on the screen, and one no longer does.

        Returns:
            The screen.

        Raises:
            AssertionError: It did not come.
        """
        wanted = " and ".join(map(repr, texts)) + (f" without {without!r}" if without else "")
        return self.wait_until(lambda screen: all(text in screen for text in texts) and not (without and without in screen), wanted)

    def wait_until(self, is_there: Callable[[str], object], what: str, within_s: float = WAIT_S) -> str:
        """Wait until the screen is as it should be.

        Args:
            is_there: Whether it is.
            what: What is waited for, in words.
            within_s: After so many seconds it does not come.

        Returns:
            The screen.

        Raises:
            AssertionError: It did not come.
        """
        began = time.monotonic()
        while not is_there(screen := self.screen()):
            if time.monotonic() - began > within_s:
                raise AssertionError(f"{what} did not appear on\n{screen}")
            time.sleep(LOOK_EVERY_S)
        return screen

    # What runs in it.

    def processes(self) -> list[psutil.Process]:
        """The program and all that it started, the program first; none once it was left."""
        shell = psutil.Process(int(self._tmux("display-message", "-p", "#{pane_pid}")))
        return [process for process in shell.children(recursive=True) if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]

    def process(self, module: str) -> psutil.Process:
        """The newest process that runs a Python module."""
        return [process for process in self.processes() if module in process.cmdline()][-1]

    def end(self) -> None:
        """Close it, and whatever runs in it; safe to call twice."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, check=True).stdout


def python(*words: str | Path) -> list[str | Path]:
    """The command line of this Python."""
    return [sys.executable, *words]


def is_installed() -> bool:
    """Whether there is a tmux."""
    return shutil.which("tmux") is not None
