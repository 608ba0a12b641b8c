"""The real worker with a scripted engine in place of a model: what it does is told by the spec's label and the question."""

from __future__ import annotations

import os
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator

from assistant.core.errors import UserError
from assistant.engines import worker
from assistant.engines.protocol import Engine, Request, StopSignal, Stream, Token
from assistant.engines.scripted import ScriptedEngine
from assistant.engines.spec import EngineSpec


class Moody(ScriptedEngine):
    """Answers "one two three ..." unless the question says otherwise."""

    def stream(self, request: Request, stop: StopSignal | None = None) -> Stream:
        question = next(message["content"] for message in reversed(request.messages) if message["role"] == "user")
        if question == "be deaf":
            stop = None
        if question == "be stuck":
            # As in a prompt that takes long to read: nothing is said, and no stop is heard.
            time.sleep(60)
        stream = super().stream(request, stop)
        stream.tokens = self._with_accidents(question, stream.tokens)
        return stream

    def peak_device_memory_mib(self) -> float | None:
        return 512.0 if self.info.model == "on a card" else None

    def _with_accidents(self, question: str, tokens: Iterator[Token]) -> Iterator[Token]:
        for number, token in enumerate(tokens):
            if number == 3 and question == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            if number == 3 and question == "fail":
                raise RuntimeError("out of luck")
            if number == 3 and question == "complain":
                raise UserError("the question is too long", "Ask a shorter one.")
            print("what a library prints", flush=True)
            yield token


def load_engine(spec: EngineSpec, tell: Callable[[str], None]) -> Engine:
    tell(f"loading {spec.label}: the weights")
    if spec.label == "slow":
        time.sleep(60)
    if spec.label == "crash":
        os._exit(3)
    if spec.label == "refuse":
        raise UserError("the template changed", "Train it again.")
    return Moody(lambda request: "one two three four five " * 200, model=spec.label, seconds_per_token=0.005)


loading = types.ModuleType("assistant.engines.loading")
vars(loading)["load_engine"] = load_engine
sys.modules["assistant.engines.loading"] = loading

if __name__ == "__main__":
    worker.main()
