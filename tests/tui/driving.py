"""Drives the real app in tests: asks, and waits for what is to come true."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from assistant.chat.conversation import Conversation
from assistant.chat.database import Database
from assistant.chat.partner import Listed, Partner
from assistant.chat.store import ChatStore
from assistant.chat.turn import Speaker, Turn
from assistant.core.home import Home
from assistant.engines.protocol import Answer, Engine, Sampling
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.app import ChatApp
from assistant.tui.desk import Desk
from assistant.tui.screens.chat import ChatScreen
from assistant.tui.widgets.message import Reply

WAIT_S = 15.0


async def until(predicate: Callable[[], bool], what: str = "") -> None:
    """Wait for a condition, never for a time."""
    began = time.monotonic()
    while not predicate():
        if time.monotonic() - began > WAIT_S:
            raise AssertionError(f"did not come true: {what or predicate}")
        await asyncio.sleep(0.01)


@dataclass
class Driver:
    """One running app."""

    app: ChatApp
    pilot: Pilot[None]

    @property
    def chat(self) -> ChatScreen:
        return self.app.chat

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The path that is being read."""
        return self.chat.talk.conversation.path

    @property
    def replies(self) -> list[Reply]:
        return [message for message in self.chat.transcript.messages if isinstance(message, Reply)]

    @property
    def note(self) -> str:
        """What the status line tells the user."""
        return self.chat.status.status.note

    @property
    def status_text(self) -> str:
        return self.chat.status.render().plain

    async def write(self, text: str) -> None:
        """Put text into the composer."""
        self.chat.composer.insert(text)
        await asyncio.sleep(0)

    async def send(self, text: str) -> None:
        """Write and send, and not wait for the answer."""
        await self.write(text)
        await self.pilot.press("enter")

    async def ask(self, text: str) -> Reply:
        """Write, send, and wait for the end of the answer."""
        before = len(self.turns)
        await self.send(text)
        await until(lambda: len(self.turns) == before + 2 and not self.chat.is_answering, f"an answer to {text!r}")
        await self.pilot.pause()
        return self.replies[-1]

    async def settle(self) -> None:
        """Let everything be laid out."""
        for _ in range(2):
            await self.pilot.pause()


class FixedRoster:
    """Partners that stand in a list."""

    def __init__(self, partners: Sequence[Partner]) -> None:
        self.partners = {partner.label: partner for partner in partners}

    def listed(self) -> list[Listed]:
        return [Listed(label, "version") for label in self.partners]

    def partner(self, listed: Listed) -> Partner:
        return self.partners[listed.label]


def partner_of(open_engine: Engine | Callable[[], Engine], label: str = "health@1", **facts: object) -> Partner:
    """Somebody to talk with."""
    opener: Callable[[], Engine] = open_engine if callable(open_engine) else lambda: open_engine
    facts.setdefault("notice", "a demonstration and no medical advice")
    facts.setdefault("description", "Answers questions about health.")
    facts.setdefault("sampling", Sampling(max_new_tokens=100_000))
    return Partner(label=label, open=lambda tell: opener(), **facts)  # type: ignore[arg-type]


def desk_of(folder: Path, *partners: Partner, conversation: Conversation | None = None, **facts: object) -> Desk:
    """What a chat works with: the first partner answers."""
    store = ChatStore(Database(folder / "chats.db"))
    return Desk(partners[0], FixedRoster(partners), store, Home(folder), conversation, **facts)  # type: ignore[arg-type]


def long_conversation(turns: int) -> Conversation:
    """A conversation of so many turns, question and answer in turn."""
    conversation = Conversation(title="a long one")
    for number in range(turns):
        if number % 2 == 0:
            conversation = conversation.asked(f"question {number}")
        else:
            conversation = conversation.begun(Speaker("health@1"))
            assert conversation.leaf
            conversation = conversation.answered(conversation.leaf, Answer(f"answer **{number}**", (1,), (0.1,), 3, "stop", 0.1))
    return conversation


@asynccontextmanager
async def chatting(
    open_engine: Engine | Callable[[], Engine],
    size: tuple[int, int] = (100, 30),
    conversation: Conversation | None = None,
    wait: bool = True,
    tooltips: bool = False,
    folder: Path | None = None,
    others: Sequence[Partner] = (),
    **facts: object,
) -> AsyncIterator[Driver]:
    """Run the app with an engine; by default until the model is loaded.

    Args:
        open_engine: Who answers, or what opens it.
        size: Columns and rows.
        conversation: What was said before.
        wait: Until the model is loaded.
        tooltips: Whether the app shows them.
        folder: The workspace; None for one that is gone afterwards.
        others: Whom one can switch to.
        facts: Of the partner: label, notice, description, sampling.
    """
    with tempfile.TemporaryDirectory() as made:
        desk = desk_of(folder or Path(made), partner_of(open_engine, **facts), *others, conversation=conversation)  # type: ignore[arg-type]
        app = ChatApp(desk)
        async with app.run_test(size=size, tooltips=tooltips) as pilot:
            driver = Driver(app, pilot)
            if wait:
                await until(lambda: driver.chat.status.status.info is not None, "the model is loaded")
                await pilot.pause()
            yield driver
        desk.store.database.close()


def saying(text: str, **options: float) -> ScriptedEngine:
    """An engine that always says the same."""
    return ScriptedEngine(lambda request: text, model="health@1", **options)  # type: ignore[arg-type]


def endless(seconds_per_token: float = 0.005) -> ScriptedEngine:
    """An engine that goes on until it is stopped."""
    return saying("and another word " * 2_000, seconds_per_token=seconds_per_token)
