"""How long the programs take to start: `python tests/bench/startup.py [--chat "PROGRAM ..."]`.

A script, not a test: seconds depend on the machine and on what else it does. It prints a Markdown table. The
app's time runs from the start of its process in a tmux window until the screen shows where to write.
"""

from __future__ import annotations

import argparse
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

STARTS = 10
WAIT_S = 30.0
ROOT = Path(__file__).parents[2]
COMMANDS = ("assistant --help", "evalsuite --help", "assistant list", "assistant data --help")
INPUT = "Enter sends"
"""Stands at the frame around the input from the first paint on."""


@dataclass(frozen=True)
class Measured:
    """How long one program takes to start.

    Attributes:
        program: What was started.
        seconds: Wall time of each start.
    """

    program: str
    seconds: tuple[float, ...]


class Window:
    """A window of a tmux server of its own, 100 by 30, that waits for something to run.

    Raises:
        RuntimeError: tmux is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self._socket = str(folder / "tmux")
        try:
            self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "cat")
        except FileNotFoundError:
            raise RuntimeError("tmux is not installed") from None

    def seconds_until(self, text: str, command: str) -> float:
        """Run a command in place of what is running, and wait until the screen shows a text.

        Raises:
            RuntimeError: It did not come.
        """
        # An empty screen first: the text of the last run may not be taken for this one's.
        self._tmux("respawn-window", "-k", "cat")
        while self._tmux("capture-pane", "-p").strip():
            time.sleep(0.01)
        started = time.perf_counter()
        self._tmux("respawn-window", "-k", f"exec {command}")
        while text not in (screen := self._tmux("capture-pane", "-p")):
            if time.perf_counter() - started > WAIT_S:
                raise RuntimeError(f"{command} did not show {text!r} but\n{screen}")
            time.sleep(0.005)
        return time.perf_counter() - started

    def close(self) -> None:
        """End whatever runs in it."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, check=True).stdout


def measure(chat: str | None = None, starts: int = STARTS) -> list[Measured]:
    """Start every program so many times.

    Args:
        chat: What opens the app, such as `python tui.py health`; None for a chat with an engine that needs no model.
        starts: How often each is started.
    """
    folder = Path(sys.executable).parent
    found = [
        _repeated(command, lambda command=command: _run([str(folder / command.split()[0]), *command.split()[1:]]), starts) for command in COMMANDS
    ]
    with tempfile.TemporaryDirectory() as name:
        ours = shlex.join([sys.executable, "-m", "tests.tui.scripted_chat", f"{name}/modules", f"{name}/closed"])
        window = Window(Path(name))
        try:
            found.append(
                _repeated(f"first paint of {chat or 'the app'}", lambda: window.seconds_until(INPUT, f"env -C {ROOT} {chat or ours}"), starts)
            )
        finally:
            window.close()
    return found


def _repeated(program: str, start: Callable[[], float], starts: int) -> Measured:
    # The first start reads from the disk what later ones find in memory.
    start()
    return Measured(program, tuple(start() for _ in range(starts)))


def _run(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    return time.perf_counter() - started


def table(measured: list[Measured]) -> str:
    """The figures as a Markdown table."""
    lines = ["| program | starts | median s | min s | max s |", "|---|---|---|---|---|"]
    for one in measured:
        times = one.seconds
        lines.append(f"| {one.program} | {len(times)} | {statistics.median(times):.2f} | {min(times):.2f} | {max(times):.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure all programs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chat", metavar="PROGRAM", help='Opens the app: "python tui.py health". A chat without a model unless told otherwise.')
    parser.add_argument("--starts", type=int, default=STARTS)
    options = parser.parse_args()
    print(table(measure(options.chat, options.starts)))


if __name__ == "__main__":
    main()
