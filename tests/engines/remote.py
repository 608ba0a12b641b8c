"""What the tests of the remote engine say to it, and what its fixtures make."""

from __future__ import annotations

from collections.abc import Callable

from assistant.engines.protocol import Answer, Request, Sampling
from assistant.engines.remote_engine import RemoteEngine
from tests.engines.scripted_server import ScriptedServer

Serve = Callable[..., ScriptedServer]
Open = Callable[..., RemoteEngine]


def ask(text: str = "What is a cold?", **sampling: object) -> Request:
    return Request(({"role": "user", "content": text},), Sampling(**sampling))


def answer_of(engine: RemoteEngine, request: Request | None = None) -> Answer:
    stream = engine.stream(request or ask())
    for _ in stream:
        pass
    assert stream.answer is not None
    return stream.answer
