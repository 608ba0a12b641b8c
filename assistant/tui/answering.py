"""One answer on its way from an engine to the screen.

A thread takes tokens as fast as they come; the screen takes the text that gathered, when it has time to
draw. Neither waits for the other. Knows no widget.
"""

from __future__ import annotations

import threading
import time

from assistant.engines.protocol import Answer, Engine, Request, StopSignal
from assistant.tui.opening import in_two_lines


class Answering:
    """An answer that grows until `ended`.

    Attributes:
        answer: The whole answer; None until it ended, and if it failed.
        error: What went wrong and what to do; None unless it failed.
        ended: Whether nothing more will come.
    """

    def __init__(self, engine: Engine, request: Request) -> None:
        self._engine = engine
        self._request = request
        self._stop = StopSignal()
        self._lock = threading.Lock()
        self._said: list[str] = []
        self._taken = 0
        self._times_s: list[float] = []
        self._by_token = True
        self._began = time.monotonic()
        self.answer: Answer | None = None
        self.error: tuple[str, str] | None = None
        self.ended = False

    def start(self) -> None:
        """Ask; returns at once."""
        threading.Thread(target=self._run, name="answer", daemon=True).start()

    def stop(self) -> None:
        """Ask for the end; what was said is kept."""
        self._stop.set()

    @property
    def is_stopping(self) -> bool:
        """Whether the end was asked for and has not come yet."""
        return self._stop.is_set() and not self.ended

    def take(self) -> str:
        """What was said since the last time."""
        with self._lock:
            text = "".join(self._said[self._taken :])
            self._taken = len(self._said)
        return text

    @property
    def text(self) -> str:
        """All that was said so far."""
        with self._lock:
            return "".join(self._said)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the request."""
        return time.monotonic() - self._began

    @property
    def first_token_s(self) -> float | None:
        """Seconds to the first token; None before it came."""
        return self._times_s[0] if self._times_s else None

    @property
    def tokens_per_s(self) -> float | None:
        """Tokens a second after the first one, so far; None for fewer than two, and where pieces of text come instead."""
        times = self._times_s[:] if self._by_token else []
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 and times[-1] > times[0] else None

    def _run(self) -> None:
        try:
            stream = self._engine.stream(self._request, self._stop)
            for token in stream:
                with self._lock:
                    self._said.append(token.text)
                    self._times_s.append(token.time_s)
                    self._by_token = token.id is not None
            self.answer = stream.answer
            if stream.answer is None:
                self.error = ("the engine ended its stream without an answer", "This is a bug of the engine.")
        except Exception as error:
            self.error = in_two_lines(error)
        finally:
            # Last of all: who sees it may read everything else.
            self.ended = True
