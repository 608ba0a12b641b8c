"""An engine in a process of its own.

A stop works at any moment, running out of memory ends the child alone, and the memory is surely
given back. A child that does not obey a stop is killed; the next request starts another. Threads may
ask at once: each waits until the stream of the one before has ended.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.core.errors import EngineError, QuestionError, UserError
from assistant.core.messages import Message
from assistant.core.progress import hint
from assistant.engines.protocol import Answer, EngineInfo, Finished, Request, StopSignal, Stream, Token
from assistant.engines.spec import EngineSpec
from assistant.engines.turns import Turns
from assistant.engines.wire import Line, answer_from_json, decode, encode, request_to_json

POLL_S = 0.05
"""How often a waiting caller looks at its stop signal."""

OBEY_STOP_S = 4.0
"""A child that still generates so long after a stop is killed."""

LAST = frozenset({"done", "log_probs", "count", "peak"})
"""Events that end a job."""

DIE_S = 1.0
"""A child that closed its pipe and lives on is killed after this."""


class ChildEngine:
    """Starts a model process at once and loads in the background.

    Args:
        spec: What the process loads.
        log: Where its stderr goes.
        command: The program of the process.
    """

    def __init__(self, spec: EngineSpec, log: Path, command: Sequence[str] = ("-P", "-m", "assistant.engines.worker")) -> None:
        self._spec = spec
        self._log = log
        self._command = (sys.executable, *command)
        self._turns = Turns()
        self._known: EngineInfo | None = None
        self._jobs = 0
        self._unfinished: int | None = None
        self._closed = False
        self._start()

    @property
    def info(self) -> EngineInfo:
        """What it is; waits until the model was loaded for the first time."""
        return self._known or self.ready()

    def ready(self) -> EngineInfo:
        """Wait until the model is loaded; what it does meanwhile is hinted to whom `progress.telling` names.

        Raises:
            EngineError: Loading failed.
            UserError: What was to be loaded is wrong, a template that changed for instance.
        """
        holder = self._turns.take(lambda: self._closed or self._is_there())
        try:
            if not self._is_there():
                self._load(StopSignal())
        finally:
            self._turns.give_back(holder)
        assert self._known is not None
        return self._known

    def _is_there(self) -> bool:
        return self._info is not None and not self._dead and self._process.poll() is None

    def stream(self, request: Request, stop: StopSignal | None = None) -> Stream:
        """Answer one request token by token; a stream that is dropped stops the model."""
        stream = Stream(iter(()))
        # Weakly: a generator that held its own stream would live on, and hold up others, after its reader has dropped both.
        stream.tokens = self._tokens(request, stop or StopSignal(), weakref.ref(stream))
        return stream

    def generate(
        self,
        requests: Sequence[Request],
        batch_size: int = 16,
        stop: StopSignal | None = None,
        finished: Finished | None = None,
    ) -> list[Answer]:
        """Answer many requests, `batch_size` at a time."""
        answers: dict[int, Answer] = {}
        line_out = {"op": "generate", "requests": [request_to_json(request) for request in requests], "batch_size": batch_size}
        for line in self._lines_of(line_out, stop or StopSignal()):
            if line["event"] == "finished":
                answers[line["index"]] = answer_from_json(line["answer"])
                if finished:
                    finished(line["index"], answers[line["index"]])
        cancelled = Answer("", (), (), 0, "cancelled", 0.0)
        return [answers.get(index, cancelled) for index in range(len(requests))]

    def log_probs(self, conversations: Sequence[tuple[Sequence[Message], str]]) -> list[tuple[float, ...]]:
        """How likely the model finds given answers, token by token."""
        scored = self._told({"op": "log_probs", "conversations": [[list(messages), answer] for messages, answer in conversations]}, "scored")
        return [tuple(row) for row in scored]

    def count_tokens(self, messages: Sequence[Message]) -> int | None:
        """How many tokens the prompt of these messages has; waits until the model is loaded, and for a stream under way."""
        told = self._told({"op": "count", "messages": list(messages)}, "tokens")
        return None if told is None else int(told)

    def peak_memory_mib(self) -> float | None:
        """The largest resident memory of the model process."""
        told = self._told({"op": "peak"}, "mib")
        return None if told is None else float(told)

    def peak_device_memory_mib(self) -> float | None:
        """The largest memory of a graphics card that the model process held; None if it uses none."""
        told = self._told({"op": "peak"}, "device_mib")
        return None if told is None else float(told)

    def _told(self, order: Line, key: str) -> Any:
        """What the one event that answers an order holds."""
        (line,) = self._lines_of(order, StopSignal())
        return line[key]

    def close(self) -> None:
        """End the process; safe to call twice, and while it generates."""
        self._closed = True
        self._kill()

    def _kill(self) -> None:
        self._dead = True
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def _start(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        self._dead = False
        self._unfinished = None
        self._arrived: queue.Queue[Line | None] = queue.Queue()
        self._info: EngineInfo | None = None
        threading.Thread(target=_pump, args=(self._process, self._arrived), daemon=True).start()
        self._send({"op": "open", "spec": self._spec.to_json()})

    def _load(self, stop: StopSignal) -> bool:
        """Wait until the model is loaded, by a new process if the last one died; False if a stop came first."""
        if self._closed:
            raise EngineError("the engine was closed")
        died_idle = self._info is not None and self._process.poll() is not None
        if self._dead or died_idle:
            self._kill()
            self._start()
            if self._closed:
                # In this very moment, when there was no new process yet to be ended.
                self._kill()
        try:
            while self._info is None and not stop.is_set():
                line = self._next(POLL_S)
                if line is not None and line["event"] == "loading":
                    hint(line["what"])
                elif line is not None:
                    self._info = self._known = EngineInfo(**line["info"])
        except (EngineError, UserError):
            # It may still be on its way out: the next request must not mistake it for one that works.
            self._kill()
            raise
        return self._info is not None

    def _send(self, line: Line) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(encode(line))
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise EngineError(self._obituary()) from None

    def _tokens(self, request: Request, stop: StopSignal, stream_or_gone: weakref.ref[Stream]) -> Iterator[Token]:
        spoken: list[Token] = []
        answer: Answer | None = None
        for line in self._lines_of({"op": "stream", "request": request_to_json(request)}, stop):
            if line["event"] == "token":
                spoken.append(Token(line["id"], line["text"], line["time_s"]))
                yield spoken[-1]
            elif line["event"] == "done":
                answer = answer_from_json(line["answer"])
        if (stream := stream_or_gone()) is not None:
            stream.answer = answer or _kept(spoken)

    def _lines_of(self, order: Line, stop: StopSignal) -> Iterator[Line]:
        """Give an order when it is its turn, and pass its events on until its end."""
        holder = self._turns.take(lambda: self._closed or stop.is_set())
        if self._closed:
            raise EngineError("the engine was closed")
        try:
            if holder is not None and self._load(stop):
                if self._unfinished is not None:
                    # Its stream was dropped, perhaps not collected yet: what goes on unheard would be waited for.
                    self._send({"op": "stop", "job": self._unfinished})
                self._jobs += 1
                job = self._unfinished = self._jobs
                self._send({**order, "job": job})
                yield from self._until_end(job, stop)
        finally:
            self._turns.give_back(holder)

    def _until_end(self, job: int, stop: StopSignal) -> Iterator[Line]:
        """The events of a job; what belongs to an earlier, abandoned one is passed over."""
        told_at: float | None = None
        try:
            # Another number: a later caller in the same thread took this one for abandoned.
            while self._jobs == job:
                if stop.is_set() and told_at is None:
                    told_at = time.monotonic()
                    self._send({"op": "stop", "job": job})
                line = self._next(POLL_S)
                if line is not None and line.get("job") == job:
                    is_last = line["event"] in LAST
                    if is_last:
                        self._unfinished = None
                    yield line
                    if is_last:
                        return
                if told_at is not None and time.monotonic() - told_at > OBEY_STOP_S:
                    self._kill()
                    return
        finally:
            if self._unfinished == job and not self._dead:
                # The caller walked away from its stream: what goes on unheard only costs time.
                with suppress(EngineError):
                    self._send({"op": "stop", "job": job})
                self._unfinished = None

    def _next(self, timeout_s: float | None) -> Line | None:
        """The next event; None if there was none in time."""
        try:
            line = self._arrived.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if line is None:
            raise EngineError(self._obituary())
        if line["event"] == "error" and line["job"] in (None, self._jobs):
            if line["todo"]:
                raise (QuestionError if line["of_question"] else UserError)(line["what"], line["todo"])
            raise EngineError(f"{line['what']}; its log is {self._log}")
        return line

    def _obituary(self) -> str:
        if self._closed:
            return "the engine was closed"
        try:
            code = self._process.wait(DIE_S)
        except subprocess.TimeoutExpired:
            self._kill()
            return f"the model process stopped speaking and was ended; its log is {self._log}"
        self._kill()
        cause = "it was killed, most often for want of memory" if code == -9 else f"exit code {code}"
        return f"the model process ended ({cause}); its log is {self._log}"


def _pump(process: subprocess.Popen[bytes], arrived: queue.Queue[Line | None]) -> None:
    """Move events from the pipe to the queue, until the pipe ends."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            arrived.put(decode(line))
    except ValueError:
        pass  # Closed while it was being read.
    arrived.put(None)


def _kept(spoken: Sequence[Token]) -> Answer:
    """What was heard of an answer whose process had to be killed."""
    return Answer(
        text="".join(token.text for token in spoken),
        token_ids=tuple(token.id for token in spoken if token.id is not None),
        token_times_s=tuple(token.time_s for token in spoken),
        prompt_tokens=0,
        finish_reason="cancelled",
        seconds=spoken[-1].time_s if spoken else 0.0,
    )
