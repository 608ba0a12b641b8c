"""A chat with a scripted engine, run as a program by the tests of the real terminal.

    python scripted_chat.py MODULES ENDED

MODULES is a file that gets the heavy modules that are loaded at the first paint, ENDED one that is made when
the engine was closed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.engines.protocol import Request, Sampling
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.app import ChatApp, run_chat
from tests.tui.driving import desk_of, partner_of

HEAVY = ("torch", "transformers", "pydantic", "numpy")


class Observed(ScriptedEngine):
    """Leaves a file behind when it is closed."""

    def close(self) -> None:
        Path(sys.argv[2]).touch()


def answer(request: Request) -> str:
    question = request.messages[-1]["content"]
    if question == "boom":
        raise SystemError("boom")
    return "word " * 3000 if question == "go on" else f"You wrote **{len(question.splitlines())} lines**. \x1b]0;hacked\x07\x1b[41m"


def open_engine() -> ScriptedEngine:
    Path(sys.argv[1]).write_text("\n".join(name for name in HEAVY if name in sys.modules))
    return Observed(answer, model="health@1", seconds_per_token=0.01)


if __name__ == "__main__":
    folder = Path(sys.argv[1]).parent
    run_chat(ChatApp(desk_of(folder, partner_of(open_engine, sampling=Sampling(max_new_tokens=5000)))))
