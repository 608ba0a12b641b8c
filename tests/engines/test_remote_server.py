"""The remote engine against a server that this project did not write: `transformers serve` with the real base."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest

from assistant.core.errors import UserError
from assistant.core.recipe_engine import Remote
from assistant.engines.protocol import Answer, Request, Sampling, StopSignal
from assistant.engines.remote_engine import RemoteEngine
from assistant.engines.spec import EngineSpec
from assistant.engines.transformers_engine import TransformersEngine
from assistant.models.bases import find_base
from assistant.models.fitting import fit_base, keep_tokenizer
from assistant.models.template import PromptTemplate
from tests.conftest import ROOT

SYSTEM = "You answer in one sentence."
QUESTIONS = ("What is the capital of France?", "Why do leaves fall?", "How many legs has a spider?")
START_S = 300


@dataclass(frozen=True)
class World:
    """A server, and the same model in this process.

    Attributes:
        url: Of the server.
        model: What it calls the model.
        template: Of the model.
        expected: What the model answers to `QUESTIONS` here.
    """

    url: str
    model: str
    template: PromptTemplate
    expected: list[Answer]


def requests(max_new_tokens: int = 12) -> list[Request]:
    """The questions; at 8 tokens this server would call the first answer cut, whose end token is the eighth."""
    return [Request(({"role": "user", "content": question},), Sampling(max_new_tokens=max_new_tokens)) for question in QUESTIONS]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    fitted = fit_base(find_base("smollm2-135m", ROOT), None, ROOT, SYSTEM)
    spec = EngineSpec("base", str(fitted.weights), str(keep_tokenizer(fitted.template)), system_prompt=SYSTEM, precision="float32")
    local = TransformersEngine(spec)
    expected = [local.generate([request])[0] for request in requests()]
    local.close()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    model = str(fitted.weights)
    log = tmp_path_factory.mktemp("server") / "log"
    command = [str(Path(sys.executable).with_name("transformers")), "serve", model, "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--dtype", "float32", "--device", "cpu"], stdout=out, stderr=out, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield World(f"http://127.0.0.1:{port}/v1", model, fitted.template, expected)
    finally:
        process.kill()
        process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START_S * 2):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"the server did not start: {log.read_text()}")


@pytest.fixture(params=["chat", "completions"])
def engine(request: pytest.FixtureRequest, world: World) -> Iterator[RemoteEngine]:
    template = world.template if request.param == "completions" else None
    opened = RemoteEngine(Remote(url=world.url, model=world.model, endpoint=request.param, timeout_s=300), "base", SYSTEM, template)
    yield opened
    opened.close()


def test_it_says_what_the_same_model_says_here(engine: RemoteEngine, world: World) -> None:
    answers = engine.generate(requests(), 2)
    assert [answer.text for answer in answers] == [answer.text for answer in world.expected]
    for answer, here in zip(answers, world.expected, strict=True):
        assert answer.finish_reason == here.finish_reason
        assert answer.prompt_tokens == here.prompt_tokens
        assert answer.completion_tokens == here.completion_tokens
        assert answer.is_timed_by_token


def test_a_stream_says_it_piece_by_piece(engine: RemoteEngine, world: World) -> None:
    stream = engine.stream(requests()[0])
    pieces = [token.text for token in stream]
    assert len(pieces) > 3
    assert stream.answer is not None
    assert "".join(pieces).strip() == stream.answer.text == world.expected[0].text


def test_a_server_that_was_left_answers_the_next(engine: RemoteEngine, world: World) -> None:
    stop = StopSignal()
    stream = engine.stream(requests(max_new_tokens=1000)[1], stop)
    for number, _ in enumerate(stream):
        if number == 2:
            stop.set()
    assert stream.answer is not None and stream.answer.finish_reason == "cancelled"
    assert engine.generate(requests()[:1])[0].text == world.expected[0].text


def test_another_model_is_refused_in_the_servers_words(world: World) -> None:
    engine = RemoteEngine(Remote(url=world.url, model="another"), "base")
    with pytest.raises(UserError, match="pinned to"):
        list(engine.stream(requests()[0]))
    engine.close()
