"""An engine that says what it was told to say, for tests of what a real one does not do on command.

A token is a word with the white space before it. It can be slow, run on, and fail on a given token.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.core.errors import EngineError
from assistant.core.messages import Message
from assistant.engines.protocol import Answer, EngineInfo, Finished, FinishReason, Request, StopSignal, Stream, Token

END = 0
"""The id of the end token."""


class ScriptedEngine:
    """Answers from a table or a function.

    Args:
        answers: The answer to each last user turn, or a function of the request, which ends with that turn. Where a
            request ends with the beginning of that answer, its rest is said.
        model: What it claims to be.
        seconds_per_token: Pause before each token.
        fail_at: Raise an `EngineError` in place of this token, counted from 0; None never to.
    """

    def __init__(
        self,
        answers: Mapping[str, str] | Callable[[Request], str],
        model: str = "scripted",
        seconds_per_token: float = 0.0,
        fail_at: int | None = None,
    ) -> None:
        self._answer = answers if callable(answers) else lambda request: answers[request.messages[-1]["content"]]
        self._seconds_per_token = seconds_per_token
        self._fail_at = fail_at
        self.info = EngineInfo(engine="scripted", model=model, precision="none", device="cpu")
        self.closed = False

    def stream(self, request: Request, stop: StopSignal | None = None) -> Stream:
        """Speak the scripted answer word by word."""
        return Stream.of(lambda stream: self._speak(request, stop or StopSignal(), stream))

    def generate(
        self,
        requests: Sequence[Request],
        batch_size: int = 16,
        stop: StopSignal | None = None,
        finished: Finished | None = None,
    ) -> list[Answer]:
        """Speak every scripted answer, one after another."""
        answers = []
        for index, request in enumerate(requests):
            stream = self.stream(request, stop)
            for _ in stream:
                pass
            assert stream.answer is not None
            answers.append(stream.answer)
            if finished:
                finished(index, stream.answer)
        return answers

    def count_tokens(self, messages: Sequence[Message]) -> int | None:
        """How many words there are."""
        return sum(len(message["content"].split()) for message in messages)

    def peak_memory_mib(self) -> float | None:
        """Unknown: it holds no model."""
        return None

    def peak_device_memory_mib(self) -> float | None:
        """Unknown as well."""
        return None

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def _speak(self, request: Request, stop: StopSignal, stream: Stream) -> Iterator[Token]:
        started = time.perf_counter()
        words = re.findall(r"\s*\S+|\s+$", self._rest(request))
        limit = request.sampling.max_new_tokens
        spoken: list[Token] = []
        reason: FinishReason = "stop" if len(words) < limit else "length"
        for number, text in enumerate([*words, ""][:limit]):
            if stop.is_set():
                reason = "cancelled"
                break
            if number == self._fail_at:
                raise EngineError("the scripted engine was told to fail here")
            if self._seconds_per_token:
                time.sleep(self._seconds_per_token)
            token = Token(id=END if number == len(words) else number + 1, text=text, time_s=time.perf_counter() - started)
            spoken.append(token)
            yield token
        stream.answer = Answer(
            text="".join(token.text for token in spoken),
            token_ids=tuple(token.id for token in spoken if token.id is not None),
            token_times_s=tuple(token.time_s for token in spoken),
            prompt_tokens=self.count_tokens(request.messages),
            finish_reason=reason,
            seconds=time.perf_counter() - started,
        )

    def _rest(self, request: Request) -> str:
        """What is still to be said."""
        if not request.goes_on:
            return self._answer(request)
        *before, begun = request.messages
        return self._answer(replace(request, messages=tuple(before))).removeprefix(begun["content"])
