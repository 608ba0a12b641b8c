"""Servers that do what they are told, and remote engines that ask them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core.recipe_engine import Remote
from assistant.engines import remote_failure
from assistant.engines.remote_engine import RemoteEngine
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base
from assistant.models.template import PromptTemplate
from tests.engines.remote import Open, Serve
from tests.engines.scripted_server import Script, ScriptedServer


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_failure, "FIRST_PAUSE_S", 0.01)


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[ScriptedServer] = []

    def one(*scripts: Script) -> ScriptedServer:
        servers.append(ScriptedServer(*scripts))
        return servers[-1]

    yield one
    for server in servers:
        server.close()


@pytest.fixture
def engine_for() -> Iterator[Open]:
    """Open engines, and close them at the end."""
    engines: list[RemoteEngine] = []

    def one(server: ScriptedServer | str, system_prompt: str = "", template: PromptTemplate | None = None, **settings: object) -> RemoteEngine:
        url = server if isinstance(server, str) else server.url
        engines.append(RemoteEngine(Remote(url=url, model="some-model", **settings), "health@1", system_prompt, template))
        return engines[-1]

    yield one
    for engine in engines:
        engine.close()


@pytest.fixture(scope="module")
def template(tiny: dict[str, Path]) -> PromptTemplate:
    return fit_base(find_base(str(tiny["qwen"]), Path()), None, Path(), "Be brief.").template
