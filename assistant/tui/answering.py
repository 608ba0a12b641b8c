"""One answer on its way from an engine to the screen.

A thread counts what has room, asks, and takes tokens as fast as they come; the screen takes the text that gathered, when
it has time to draw. Neither waits for the other: for the screen an answer that was stopped has ended in that moment,
however long the engine takes to obey. Knows no widget.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Literal

from assistant.chat.fitting import Fitted, fit
from assistant.chat.settings import Settings
from assistant.chat.turn import Turn
from assistant.core.plain import one_line
from assistant.core.progress import telling
from assistant.engines.protocol import Answer, Engine, Sampling, StopSignal, Token
from assistant.tui.opening import in_two_lines

Phase = Literal["waiting", "reading", "answering"]
"""waiting: for the answer before, or for a model that is loaded anew; reading: the prompt; answering: it speaks."""


class Answering:
    """An answer that grows until `ended`.

    Args:
        engine: Who is asked.
        path: The turns, first to last; the last is the question, or the answer to be continued: then it grows by the new
            part alone.
        settings: What the conversation asks for otherwise than the recipe.
        own: The recipe's sampling.
        before: The one before at the same engine: it is asked when that has really ended.
        first: Done before anything is asked, in the same thread.

    Attributes:
        phase: What is being waited for.
        told: What the engine does before it can be asked, in one line; mostly empty.
        fitted: The request with what had to be left out of it; None before that is known.
        answer: The whole answer; None until it ended, and if it failed.
        error: What went wrong and what to do; None unless it failed.
        ended: Whether nothing more will come.
    """

    def __init__(
        self,
        engine: Engine,
        path: Sequence[Turn],
        settings: Settings,
        own: Sampling,
        before: Answering | None = None,
        first: Callable[[], object] | None = None,
    ) -> None:
        self._engine = engine
        self._path = tuple(path)
        self._settings = settings
        self._own = own
        self._before = before
        self._first = first
        self._stop = StopSignal()
        self._lock = threading.Lock()
        self._heard: list[Token] = []
        self._taken = 0
        self._began = time.monotonic()
        self._asked_at: float | None = None
        self._ended_at: float | None = None
        self._drained = threading.Event()
        self._drained.set()
        self.phase: Phase = "waiting"
        self.told = ""
        self.fitted: Fitted | None = None
        self.answer: Answer | None = None
        self.error: tuple[str, str] | None = None
        self.ended = False

    def start(self) -> None:
        """Ask; returns at once."""
        self._began = time.monotonic()
        self._drained.clear()
        threading.Thread(target=self._run, name="answer", daemon=True).start()

    def stop(self) -> None:
        """End it at once, with what was heard until now; the engine is told, and is not waited for."""
        self._stop.set()
        with self._lock:
            self._end(self._cut())

    @property
    def is_drained(self) -> bool:
        """Whether the engine is done with it too, so that it can be asked something else."""
        return self._drained.is_set()

    def take(self) -> str:
        """What was said since the last time."""
        with self._lock:
            text = "".join(token.text for token in self._heard[self._taken :])
            self._taken = len(self._heard)
        return text

    @property
    def text(self) -> str:
        """All that was said so far."""
        with self._lock:
            return self._text()

    @property
    def elapsed_s(self) -> float:
        """Seconds since `start`; once it has ended, those that it took."""
        return (self._ended_at or time.monotonic()) - self._began

    @property
    def left_out(self) -> int:
        """Turns at the beginning of the path that had no room; 0 before that is known."""
        return self.fitted.left_out if self.fitted else 0

    @property
    def first_token_s(self) -> float | None:
        """Seconds from the request to the first token; None before it came."""
        return self._heard[0].time_s if self._heard else None

    @property
    def tokens_per_s(self) -> float | None:
        """Tokens a second after the first one, so far; None for fewer than two, and where pieces of text come instead."""
        with self._lock:
            if len(self._heard) < 2 or self._heard[0].id is None:
                return None
            count, spent_s = len(self._heard) - 1, self._heard[-1].time_s - self._heard[0].time_s
        return count / spent_s if spent_s > 0 else None

    def _text(self) -> str:
        return "".join(token.text for token in self._heard)

    def _cut(self) -> Answer:
        """The answer as far as it was heard."""
        by_token = all(token.id is not None for token in self._heard)
        return Answer(
            text=self._text().rstrip(),
            token_ids=tuple(token.id for token in self._heard if token.id is not None) if by_token else None,
            token_times_s=tuple(token.time_s for token in self._heard),
            prompt_tokens=self.fitted.tokens if self.fitted else None,
            finish_reason="cancelled",
            seconds=time.monotonic() - (self._asked_at or self._began),
        )

    def _end(self, answer: Answer | None = None, error: tuple[str, str] | None = None) -> None:
        """Let it be ended, once; under the lock."""
        if not self.ended:
            self.answer, self.error = answer, error
            self._ended_at = time.monotonic()
            # Last of all: who sees it may read everything else.
            self.ended = True

    def _run(self) -> None:
        answer, error = None, None
        try:
            if self._before:
                self._before._drained.wait()
                # A chain of all answers there ever were would keep them all.
                self._before = None
            if self._first:
                self._first()
            if not self._stop.is_set():
                answer = self._ask()
        except Exception as failure:
            error = in_two_lines(failure)
        finally:
            with self._lock:
                self._end(answer, error)
            self._drained.set()

    def _ask(self) -> Answer:
        """Ask, and hear it to its end; also one that was stopped, which the engine may go on with for a while."""
        with telling(self._tell):
            fitted = fit(self._path, self._settings, self._own, self._engine.count_tokens, self._engine.info.context_tokens)
        with self._lock:
            self.fitted, self.told, self.phase = fitted, "", "reading"
            self._asked_at = time.monotonic()
        stream = self._engine.stream(fitted.request, self._stop)
        for token in stream:
            with self._lock:
                if not self.ended:
                    self._heard.append(token)
                    self.phase = "answering"
        if stream.answer is None:
            raise RuntimeError("the engine ended its stream without an answer")
        return stream.answer

    def _tell(self, line: str) -> None:
        self.told = one_line(line)
