"""The engines of the benchmark, ours and llama.cpp, each in a process of its own and all asked in the same way."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from assistant.core.errors import EngineError
from assistant.core.machine import usable_cores
from assistant.core.messages import Message
from assistant.engines.child import ChildEngine
from assistant.engines.compiled import WEIGHTS
from assistant.engines.protocol import Request, Sampling
from assistant.engines.spec import EngineSpec
from assistant.models.light_tokenizer import LightTokenizer
from assistant.models.template import PromptTemplate
from tests.bench import peers
from tests.bench.material import compiled_form
from tests.bench.report import BUILD, ROOT, NotMeasuredError

LOGS = BUILD / "logs"
Conversation = tuple[Message, ...]


@dataclass(frozen=True)
class Said:
    """One answer to one request at a time.

    Attributes:
        tokens: Tokens that came, an end token not always among them.
        first_s: From asking to the first of them.
        decoding_s: From the first to the last.
    """

    tokens: int
    first_s: float
    decoding_s: float


class Speaker(Protocol):
    """A model that is loaded."""

    about: str

    def alone(self, conversation: Conversation, limit: int) -> Said:
        """Answer one conversation, nothing else under way."""
        ...

    def together(self, conversations: Sequence[Conversation], limit: int) -> float:
        """Answer all of them at once; tokens a second, prompts read meanwhile."""
        ...

    def close(self) -> None:
        """End the process."""
        ...


class Ours:
    """One of the project's engines, as the app holds it: behind the pipe of a model process."""

    def __init__(self, spec: EngineSpec, worker: Sequence[str] = ("-P", "-m", "assistant.engines.worker")) -> None:
        self._engine = ChildEngine(spec, LOGS / "engine.log", worker)
        self.about = f"{self._engine.info.engine} {self._engine.info.precision}"

    def alone(self, conversation: Conversation, limit: int) -> Said:
        """Its time to the first token is counted on this side of the pipe."""
        began = time.perf_counter()
        stream = self._engine.stream(Request(conversation, Sampling(max_new_tokens=limit)))
        next(iter(stream))
        first_s = time.perf_counter() - began
        for _ in stream:
            pass
        assert stream.answer
        times = stream.answer.token_times_s
        return Said(len(times), first_s, times[-1] - times[0])

    def together(self, conversations: Sequence[Conversation], limit: int) -> float:
        """All in one batch."""
        began = time.perf_counter()
        answers = self._engine.generate([Request(one, Sampling(max_new_tokens=limit)) for one in conversations], batch_size=len(conversations))
        return sum(answer.completion_tokens or 0 for answer in answers) / (time.perf_counter() - began)

    def close(self) -> None:
        """End the process."""
        self._engine.close()


class Llama:
    """llama.cpp's own server, in a process of the peers' environment; it is given the tokens that our engine is given."""

    def __init__(self, form: Path, system_prompt: str, slots: int) -> None:
        self._template = PromptTemplate(LightTokenizer(form), system_prompt)
        LOGS.mkdir(parents=True, exist_ok=True)
        command = [peers.program("llama.cpp"), Path(__file__).with_name("llama_process.py"), form / WEIGHTS, slots, usable_cores()]
        with (LOGS / "llama.log").open("w") as log:
            self._process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)
        facts = self._heard()
        self.about = f"llama.cpp (xllamacpp {facts['version']}, {slots} slots, {' '.join(facts['system'].split())})"

    def alone(self, conversation: Conversation, limit: int) -> Said:
        """One piece of a stream is one token, but for the rare character of several."""
        (answer,) = self._asked([conversation], limit)["answers"]
        times = answer["times_s"]
        if not times:
            raise NotMeasuredError("llama.cpp answered with no token")
        return Said(len(times), times[0], times[-1] - times[0])

    def together(self, conversations: Sequence[Conversation], limit: int) -> float:
        """Each in a slot of its own."""
        done = self._asked(conversations, limit)
        return float(sum(answer["tokens"] for answer in done["answers"]) / done["seconds"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()

    def _asked(self, conversations: Sequence[Conversation], limit: int) -> Any:
        assert self._process.stdin
        order = {"prompts": [self._template.encode(one) for one in conversations], "max_new_tokens": limit}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._heard()

    def _heard(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise NotMeasuredError(f"llama.cpp ended with code {self._process.wait()} (log: build/bench/logs/llama.log)")
        return json.loads(line)


def opening(spec: EngineSpec, name: str, slots: int = 1) -> Callable[[], Speaker]:
    """What opens an engine: `openvino int8`, `openvino int8 uncached`, `transformers float32`, `llama.cpp q8_0`."""
    kind, precision, *rest = name.split()
    if kind == "transformers":
        return lambda: Ours(replace(spec, precision=precision))
    if kind == "llama.cpp":
        return lambda: Llama(compiled_form(spec, precision), spec.system_prompt, slots)
    worker = ("-m", "tests.bench.uncached_worker") if rest else ("-P", "-m", "assistant.engines.worker")
    return lambda: Ours(replace(spec, engine="openvino", compiled=str(compiled_form(spec, precision))), worker)


def open_all(spec: EngineSpec, names: Sequence[str], slots: int = 1) -> tuple[dict[str, Speaker], dict[str, str]]:
    """The engines that could be opened, and why the others could not."""
    speakers: dict[str, Speaker] = {}
    missing: dict[str, str] = {}
    for name in names:
        try:
            speakers[name] = opening(spec, name, slots)()
        except (NotMeasuredError, EngineError) as reason:
            missing[name] = str(reason)
    return speakers, missing
