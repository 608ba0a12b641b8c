"""Plain chats in tests: what a chat says to lines, with a scripted engine."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.chat.conversation import Conversation
from assistant.chat.partner import Partner
from assistant.core.errors import UserError
from assistant.engines.protocol import Engine, Request
from assistant.tui.desk import Desk
from assistant.tui.plain.chat import run_plain_chat
from tests.tui.driving import desk_of, partner_of, saying

GREETING = ["health@1: Answers questions about health.", "Notice: a demonstration and no medical advice"]


class Told:
    """What a chat said to some lines.

    Attributes:
        answers: The lines on stdout.
        notes: The lines on stderr, without those with which every chat begins.
        error: What the program would end with; None for nothing.
        desk: What it worked with.
    """

    def __init__(self, desk: Desk, text: str) -> None:
        out, notes = io.StringIO(), io.StringIO()
        self.desk, self.error = desk, None
        try:
            run_plain_chat(desk, io.StringIO(text), out, notes)
        except UserError as error:
            self.error = error
        self.answers = out.getvalue().splitlines()
        self.notes = [line for line in notes.getvalue().splitlines() if line not in ("Loading the model.", "Ready.", *GREETING)]

    @property
    def kept(self) -> Conversation:
        """The conversation that was changed last, as it is on the disk."""
        return self.desk.store.load(self.desk.store.listed(1)[0].id)


Chat = Callable[..., Told]


def chats(tmp_path: Path) -> Iterator[Chat]:
    """Chats in one workspace: the lines of a text are done by an engine, or an answer that is always the same."""
    desks: list[Desk] = []

    def chat(text: str, engine: Engine | str = "Yes.", *others: Partner, conversation: Conversation | None = None, **facts: object) -> Told:
        speaker = saying(engine) if isinstance(engine, str) else engine
        desks.append(desk_of(tmp_path, partner_of(speaker, **facts), *others, conversation=conversation))
        return Told(desks[-1], text)

    yield chat
    for desk in desks:
        desk.store.database.close()


def echo(request: Request) -> str:
    return "heard: " + request.messages[-1]["content"]
