"""A plain chat with a scripted engine, run as a program by the tests of the real terminal and of real pipes.

    python scripted_plain.py FOLDER

FOLDER is the workspace. The heavy modules that were loaded by its end, Textual among them, are written into `modules` there,
and `closed` is made when the engine was closed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.chat.database import Database
from assistant.chat.partner import Partner
from assistant.chat.store import ChatStore
from assistant.core.home import Home
from assistant.core.program import run_program
from assistant.engines.protocol import Request, Sampling
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.desk import Desk
from assistant.tui.plain.chat import run_plain_chat

HEAVY = ("textual", "torch", "transformers", "pydantic", "numpy")
FOLDER = Path(sys.argv[1])


class Observed(ScriptedEngine):
    """Leaves a file behind when it is closed."""

    def close(self) -> None:
        (FOLDER / "closed").touch()


def answer(request: Request) -> str:
    question = request.messages[-1]["content"]
    return "word " * 3000 if question == "go on" else f"You wrote {len(question.splitlines())} lines. \x1b]0;hacked\x07\x1b[41m"


class Nobody:
    """There is nobody else."""

    def listed(self) -> list[object]:
        return []


def chat(**_: object) -> None:
    engine = Observed(answer, model="health@1", seconds_per_token=0.01)
    partner = Partner("health@1", lambda tell: engine, notice="no medical advice", sampling=Sampling(max_new_tokens=5000))
    store = ChatStore(Database(FOLDER / "chats.db"))
    try:
        run_plain_chat(Desk(partner, Nobody(), store, Home(FOLDER)))  # type: ignore[arg-type]
    finally:
        (FOLDER / "modules").write_text("\n".join(name for name in HEAVY if name in sys.modules))


if __name__ == "__main__":
    run_program(chat, "scripted_plain")  # type: ignore[arg-type]
