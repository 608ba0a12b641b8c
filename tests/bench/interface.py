"""How smooth the terminal app is: `python -m tests.bench.interface [--answers 1000]`.

A script, not a test: milliseconds depend on the machine and on what else it does. The app runs in a tmux window,
so that drawing is paid for, with a scripted engine that says 200 tokens a second. Three things are measured inside it:

- the heartbeat: how late the event loop comes to a task that wants to run every 5 ms, while a long Markdown answer
  streams into a conversation of 300 exchanges;
- Esc: from the command to the moment that the answer counts as stopped and is drawn, in mid-answer, and while the
  engine reads the prompt and hears nothing;
- memory: the app's resident memory after every hundred of many answers.

With `--cold NAME --home DIR` a real assistant is started instead, asked as soon as the screen is drawn, and timed to the first
paint and to the first word of its answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

from assistant.engines.protocol import Request, Sampling, StopSignal, Stream, Token
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.app import ChatApp
from tests.tui.driving import desk_of, long_conversation, partner_of

ROOT = Path(__file__).parents[2]
TOKENS_PER_S = 200
BEAT_S = 0.005
EXCHANGES = 300
WAIT_S = 1200.0

ANSWER = (
    "## What is known\n\nA paragraph of **some** length with `code`, *words* and a [link](https://example.org), as answers\n"
    "have them. It goes on for a second line.\n\n- one\n- two\n  - inner\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    "```python\ndef answer(x: int) -> int:\n    return x + 42\n```\n\n"
)


class Paced(ScriptedEngine):
    """Says so many tokens a second, however busy the processor is; one that is late catches up."""

    def stream(self, request: Request, stop: StopSignal | None = None) -> Stream:
        inner = super().stream(request, stop)

        def speak(stream: Stream) -> Iterator[Token]:
            began = time.perf_counter()
            for number, token in enumerate(inner):
                time.sleep(max(0.0, began + number / TOKENS_PER_S - time.perf_counter()))
                yield token
            stream.answer = inner.answer

        return Stream.of(speak)


class Deaf(ScriptedEngine):
    """Reads a prompt for so long that nobody waits for it, and hears nothing meanwhile."""

    def __init__(self) -> None:
        super().__init__({})
        self.leave = threading.Event()

    def stream(self, request: Request, stop: StopSignal | None = None) -> Stream:
        def wait(stream: Stream) -> Iterator[Token]:
            self.leave.wait(4)
            yield from ()

        return Stream.of(wait)


async def heartbeat(app: ChatApp, answers: int) -> dict[str, Any]:
    """How late the event loop is while an answer streams."""
    late: list[float] = []
    await app.chat.ask("go on")
    while app.chat.is_answering:
        due = time.perf_counter() + BEAT_S
        await asyncio.sleep(BEAT_S)
        late.append(time.perf_counter() - due)
    late.sort()
    figures = app.chat.talk.conversation.last_answer
    assert figures and figures.figures
    return {
        "p50_ms": 1000 * statistics.median(late),
        "p95_ms": 1000 * late[int(0.95 * len(late))],
        "max_ms": 1000 * late[-1],
        "tokens_per_s": figures.figures.tokens_per_s,
        "tokens": figures.figures.completion_tokens,
    }


async def stopping(app: ChatApp, answers: int) -> dict[str, Any]:
    """How long Esc takes."""
    seconds = []
    for _ in range(20):
        await app.chat.ask("go on")
        await asyncio.sleep(0.4)
        began = time.perf_counter()
        await app.chat.do("stop")
        while app.chat.is_answering:
            await asyncio.sleep(0.001)
        seconds.append(time.perf_counter() - began)
    return {"median_ms": 1000 * statistics.median(seconds), "max_ms": 1000 * max(seconds)}


async def memory(app: ChatApp, answers: int) -> dict[str, Any]:
    """Resident memory as answers pass."""
    import psutil

    process = psutil.Process()
    found = []
    for number in range(1, answers + 1):
        await app.chat.ask(f"question {number}")
        while app.chat.is_answering:
            await asyncio.sleep(0.005)
        if number % (answers // 10) == 0:
            found.append(round(process.memory_info().rss / 2**20, 1))
    return {"mib": found}


Measure = Callable[[ChatApp, int], Coroutine[Any, Any, dict[str, Any]]]
ROLES: dict[str, tuple[Measure, Callable[[], ScriptedEngine], int]] = {
    "heartbeat": (heartbeat, lambda: Paced(lambda request: ANSWER * 30), EXCHANGES),
    "stop in mid-answer": (stopping, lambda: Paced(lambda request: ANSWER * 30), 10),
    "stop while it reads": (stopping, Deaf, 10),
    "memory": (memory, lambda: ScriptedEngine(lambda request: ANSWER), 0),
}


def play(role: str, answers: int, result: Path) -> None:
    """Run the app in this terminal, measure, leave, and write what was found."""
    measure, engine, exchanges = ROLES[role]

    class Measured(ChatApp):
        CSS_PATH = str(ROOT / "assistant/tui/chat.tcss")

        def on_ready(self) -> None:
            self.run_worker(self._measure())

        async def _measure(self) -> None:
            while self.chat.talk.opening.info is None:
                await asyncio.sleep(0.01)
            await asyncio.sleep(1)
            result.write_text(json.dumps(await measure(self, answers)))
            self.exit()

    with tempfile.TemporaryDirectory() as folder:
        conversation = long_conversation(2 * exchanges)
        Measured(desk_of(Path(folder), partner_of(engine, sampling=Sampling(max_new_tokens=100_000)), conversation=conversation)).run()


def measured(role: str, answers: int, size: tuple[int, int] = (120, 40)) -> dict[str, Any]:
    """Play a role in a tmux window of its own, and read what it found."""
    with tempfile.TemporaryDirectory() as folder:
        result, socket = Path(folder) / "result.json", f"{folder}/tmux"
        command = shlex.join([sys.executable, "-m", "tests.bench.interface", "--play", role, str(result), "--answers", str(answers)])
        columns, rows = map(str, size)
        start = ["tmux", "-S", socket, "-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", rows, f"cd {ROOT} && {command} 2>&1; sleep 2"]
        subprocess.run(start, check=True)
        began = time.monotonic()
        while not result.exists() or not result.read_text():
            screen = subprocess.run(["tmux", "-S", socket, "capture-pane", "-p"], capture_output=True, text=True, check=False)
            if time.monotonic() - began > WAIT_S or screen.returncode:
                raise RuntimeError(f"{role} came to no end; the screen was\n{screen.stdout}")
            time.sleep(0.2)
        subprocess.run(["tmux", "-S", socket, "kill-server"], capture_output=True, check=False)
        found: dict[str, Any] = json.loads(result.read_text())
        return found


def cold(name: str, home: Path, starts: int = 5) -> dict[str, list[float]]:
    """Seconds from the start of the process to the first paint, and to the first word of an answer, for each start."""
    from tests.tui.terminal import Terminal, python

    found: dict[str, list[float]] = {"first_paint_s": [], "first_word_s": []}
    for _ in range(starts):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            terminal = Terminal(Path(folder), python("tui.py", name, "--home", home.absolute()))
            try:
                terminal.wait_for("Enter sends")
                found["first_paint_s"].append(time.perf_counter() - began)
                terminal.press("What are the signs of asthma?", "Enter")
                terminal.wait_until(lambda screen: " · answering" in screen or " · ended" in screen, "an answer")
                found["first_word_s"].append(time.perf_counter() - began)
            finally:
                terminal.end()
    return found


def main() -> None:
    """Measure everything, or play one role."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--play", nargs=2, metavar=("ROLE", "FILE"))
    parser.add_argument("--answers", type=int, default=1000)
    parser.add_argument("--only", choices=list(ROLES))
    parser.add_argument("--cold", metavar="NAME", help="an assistant that is there already")
    parser.add_argument("--home", type=Path, default=Path("workspace"))
    options = parser.parse_args()
    if options.cold:
        print(json.dumps(cold(options.cold, options.home)))
        return
    if options.play:
        play(options.play[0], options.answers, Path(options.play[1]))
        return
    for role in [options.only] if options.only else list(ROLES):
        print(f"{role}: {json.dumps(measured(role, options.answers))}", flush=True)


if __name__ == "__main__":
    main()
