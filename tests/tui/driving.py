"""Drives the real app in tests: asks, and waits for what is to come true."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot

from assistant.chat.linear import Conversation, Turn
from assistant.engines.protocol import Engine, Sampling
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.app import ChatApp
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
        return self.chat.conversation.turns

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


@asynccontextmanager
async def chatting(
    open_engine: Engine | Callable[[], Engine],
    size: tuple[int, int] = (100, 30),
    sampling: Sampling | None = None,
    conversation: Conversation | None = None,
    wait: bool = True,
    tooltips: bool = False,
    notice: str = "a demonstration and no medical advice",
    label: str = "health@1",
    description: str = "Answers questions about health.",
) -> AsyncIterator[Driver]:
    """Run the app with an engine; by default until the model is loaded."""
    opener: Callable[[], Engine] = open_engine if callable(open_engine) else lambda: open_engine
    app = ChatApp(opener, label, notice, description, sampling or Sampling(max_new_tokens=100_000), conversation)
    async with app.run_test(size=size, tooltips=tooltips) as pilot:
        driver = Driver(app, pilot)
        if wait:
            await until(lambda: driver.chat.status.status.info is not None, "the model is loaded")
            await pilot.pause()
        yield driver


def saying(text: str, **options: float) -> ScriptedEngine:
    """An engine that always says the same."""
    return ScriptedEngine(lambda request: text, model="health@1", **options)  # type: ignore[arg-type]


def endless(seconds_per_token: float = 0.005) -> ScriptedEngine:
    """An engine that goes on until it is stopped."""
    return saying("and another word " * 2_000, seconds_per_token=seconds_per_token)
