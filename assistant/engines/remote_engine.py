"""The engine that asks a server which speaks the OpenAI protocol.

It lives in the caller's process and needs no model library. Requests run on an event loop in a thread of
its own, so that a stop closes a connection at once, also while nothing arrives. What is said there is in
`remote_exchange`, what is sent in `remote_request`, how events become an answer in `remote_answer`, and
what failures are called in `remote_failure`.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.core.errors import EngineError, UserError
from assistant.core.messages import Message
from assistant.core.recipe_engine import Remote
from assistant.engines.protocol import Answer, EngineInfo, Finished, Request, StopSignal, Stream, Token
from assistant.engines.remote_exchange import Exchange, Tell
from assistant.engines.remote_request import Composer, host_of, key_of

if TYPE_CHECKING:
    from assistant.models.template import PromptTemplate

POLL_S = 0.05
"""How often a waiting caller looks at its stop signal."""

CLOSE_S = 2.0
"""Connections that are not closed after this are left to the system."""

T = TypeVar("T")
TellAnswer = Callable[[tuple[int, Answer]], None]


class RemoteEngine:
    """Answers by a server's model.

    Token times are those of pieces of text: a server tells no token ids. How many tokens they are is the
    server's own count, and None where it does not count.

    Args:
        settings: Of the recipe.
        label: What the model is called on screens and scorecards.
        system_prompt: Stands before every conversation that does not open with one of its own.
        template: Renders prompts for `endpoint: completions`.

    Raises:
        UserError: The key's environment variable is not set, or `completions` has no template.
    """

    def __init__(self, settings: Remote, label: str, system_prompt: str = "", template: PromptTemplate | None = None) -> None:
        self._settings = settings
        self._exchange = Exchange(settings, Composer(settings, system_prompt, template), key_of(settings))
        self._lock = threading.Lock()
        self._closed = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="remote-engine", daemon=True)
        self._thread.start()
        # The library takes a second to import: meanwhile the first question is being typed.
        self._loop.call_soon_threadsafe(self._exchange.client)
        self.info = EngineInfo(engine="remote", model=label, precision="as served", device=f"{settings.model} at {host_of(settings)}")

    def stream(self, request: Request, stop: StopSignal | None = None) -> Stream:
        """Answer one request piece by piece; a stream that is dropped closes its connection."""
        stream = Stream(iter(()))
        # Weakly: a generator that held its own stream would live on after the reader has dropped both.
        stream.tokens = self._pieces(request, stop or StopSignal(), weakref.ref(stream))
        return stream

    def generate(
        self,
        requests: Sequence[Request],
        batch_size: int = 16,
        stop: StopSignal | None = None,
        finished: Finished | None = None,
    ) -> list[Answer]:
        """Answer many requests, as many at once as `batch_size` and `engine.remote.concurrency` both allow.

        An answer's times are counted from when its request was made. A request that fails for good ends
        all others.
        """
        width = min(batch_size, self._settings.concurrency, len(requests))
        answers: dict[int, Answer] = {}

        async def answered(tell: TellAnswer) -> None:
            await self._answer_all(requests, width, tell)

        for index, answer in self._arriving(answered, stop or StopSignal()):
            answers[index] = answer
            if finished:
                finished(index, answer)
        return [answers.get(index, _cancelled([], 0.0)) for index in range(len(requests))]

    def count_tokens(self, messages: Sequence[Message]) -> int | None:
        """None: only the server knows its tokens."""
        return None

    def peak_memory_mib(self) -> float | None:
        """Unknown: the model is the server's."""
        return None

    def peak_device_memory_mib(self) -> float | None:
        """Unknown as well."""
        return None

    def close(self) -> None:
        """End all requests; safe to call twice, and while it answers."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            winding_up = asyncio.run_coroutine_threadsafe(self._wind_up(), self._loop)
        with suppress(TimeoutError):
            winding_up.result(CLOSE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_S)
        if not self._thread.is_alive():
            self._loop.close()

    async def _wind_up(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._exchange.close()

    def _pieces(self, request: Request, stop: StopSignal, stream_or_gone: weakref.ref[Stream]) -> Iterator[Token]:
        began = time.perf_counter()
        spoken: list[Token] = []
        ended: list[Answer] = []

        async def answered(tell: Tell) -> None:
            ended.append(await self._exchange.answer(request, tell))

        for token in self._arriving(answered, stop):
            spoken.append(token)
            yield token
        stream = stream_or_gone()
        if stream is not None:
            stream.answer = ended[0] if ended and not stop.is_set() else _cancelled(spoken, time.perf_counter() - began)

    def _arriving(self, work: Callable[[Callable[[T], None]], Coroutine[Any, Any, None]], stop: StopSignal) -> Iterator[T]:
        """What `work` tells while it runs on the loop, until it ends or a stop comes; a reader who leaves cancels it.

        Raises:
            EngineError: It failed, or the engine was closed.
        """
        arrived: queue.Queue[tuple[T] | None] = queue.Queue()
        running = self._start(work(lambda item: arrived.put((item,))))
        running.add_done_callback(lambda _: arrived.put(None))
        try:
            while not stop.is_set():
                try:
                    item = arrived.get(timeout=POLL_S)
                except queue.Empty:
                    continue
                if item is None:
                    running.result()
                    return
                yield item[0]
        except CancelledError:
            raise EngineError("the engine was closed") from None
        finally:
            running.cancel()

    def _start(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        with self._lock:
            if self._closed:
                work.close()
                raise EngineError("the engine was closed")
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _answer_all(self, requests: Sequence[Request], width: int, tell: TellAnswer) -> None:
        """Answer requests, `width` at a time; the first that fails for good ends the others."""
        waiting = iter(enumerate(requests))

        async def work() -> None:
            for index, request in waiting:
                try:
                    tell((index, await self._exchange.answer(request, None)))
                except (EngineError, UserError) as error:
                    raise _named(error, f"request {index + 1} of {len(requests)}", request) from None

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(width):
                    group.create_task(work())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None


def _named(error: EngineError | UserError, place: str, request: Request) -> EngineError | UserError:
    """The error with the request that it is about."""
    question = " ".join(request.messages[-1]["content"].split())[:60]
    if isinstance(error, UserError):
        return type(error)(f"{place} ({question!r}): {error.what}", error.todo)
    return EngineError(f"{place} ({question!r}): {error}")


def _cancelled(spoken: Sequence[Token], seconds: float) -> Answer:
    """What was heard of an answer that someone stopped: nobody counted its tokens."""
    return Answer(
        text="".join(token.text for token in spoken).rstrip(),
        token_ids=None,
        token_times_s=tuple(token.time_s for token in spoken),
        prompt_tokens=None,
        finish_reason="cancelled",
        seconds=seconds,
    )
