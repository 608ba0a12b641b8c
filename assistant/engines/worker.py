"""The model process: `python -m assistant.engines.worker`, spoken to by `assistant.engines.child` alone."""

from __future__ import annotations

import os
import queue
import sys
import threading
import traceback
from typing import BinaryIO

from assistant.core.errors import QuestionError, UserError
from assistant.core.machine import peak_memory_mib
from assistant.core.offline import stay_offline
from assistant.engines.protocol import ScoringEngine, StopSignal
from assistant.engines.spec import EngineSpec
from assistant.engines.wire import Line, answer_to_json, decode, encode, request_from_json


class Worker:
    """One model, and the jobs it is given one after another."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._jobs: queue.Queue[Line | None] = queue.Queue()
        self._stops: dict[int, StopSignal] = {}
        self._lock = threading.Lock()

    def run(self) -> None:
        """Serve until the parent closes the pipe."""
        spec = EngineSpec(**decode(self._incoming.readline())["spec"])
        threading.Thread(target=self._listen, daemon=True).start()
        engine = self._open(spec)
        if engine is None:
            return
        while (line := self._jobs.get()) is not None:
            try:
                self._work(engine, line)
            except Exception as error:
                self._tell_error(error, line["job"])

    def _open(self, spec: EngineSpec) -> ScoringEngine | None:
        from assistant.engines.loading import load_engine

        try:
            engine = load_engine(spec, lambda what: self._tell({"event": "loading", "what": what}))
        except Exception as error:
            self._tell_error(error, None)
            return None
        self._tell({"event": "ready", "info": vars(engine.info)})
        return engine

    def _work(self, engine: ScoringEngine, line: Line) -> None:
        job = line["job"]
        if line["op"] == "peak":
            self._tell({"event": "peak", "job": job, "mib": peak_memory_mib(), "device_mib": engine.peak_device_memory_mib()})
            return
        if line["op"] == "count":
            self._tell({"event": "count", "job": job, "tokens": engine.count_tokens(line["messages"])})
            return
        if line["op"] == "log_probs":
            self._tell({"event": "log_probs", "job": job, "scored": engine.log_probs(line["conversations"])})
            return
        stop = self._stop_of(job)
        if line["op"] == "stream":
            stream = engine.stream(request_from_json(line["request"]), stop)
            for token in stream:
                self._tell({"event": "token", "job": job, **vars(token)})
            assert stream.answer is not None
            self._tell({"event": "done", "job": job, "answer": answer_to_json(stream.answer)})
        else:
            requests = [request_from_json(value) for value in line["requests"]]
            engine.generate(
                requests,
                line["batch_size"],
                stop,
                lambda index, answer: self._tell({"event": "finished", "job": job, "index": index, "answer": answer_to_json(answer)}),
            )
            self._tell({"event": "done", "job": job})
        self._stops.pop(job, None)

    def _listen(self) -> None:
        """Sort what arrives: a stop takes effect at once, a job waits its turn."""
        for raw in self._incoming:
            line = decode(raw)
            if line["op"] == "stop":
                self._stop_of(line["job"]).set()
            else:
                self._jobs.put(line)
        # The parent is gone or has closed the pipe: nobody waits for the rest.
        os._exit(0)

    def _stop_of(self, job: int) -> StopSignal:
        with self._lock:
            return self._stops.setdefault(job, StopSignal())

    def _tell(self, line: Line) -> None:
        self._outgoing.write(encode(line))
        self._outgoing.flush()

    def _tell_error(self, error: Exception, job: int | None) -> None:
        traceback.print_exc()
        what, todo = (error.what, error.todo) if isinstance(error, UserError) else (f"{type(error).__name__}: {error}", "")
        self._tell({"event": "error", "job": job, "what": what, "todo": todo, "of_question": isinstance(error, QuestionError)})


def main() -> None:
    """Keep stdout for the protocol alone: what libraries print goes to the log."""
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    stay_offline()
    try:
        Worker(sys.stdin.buffer, outgoing).run()
    except BrokenPipeError:
        os._exit(0)
    # Only a model that could not be loaded leads here. The listening thread holds stdin, and Python
    # aborts (SIGABRT, a core dump) when it winds up around it.
    os._exit(1)


if __name__ == "__main__":
    main()
