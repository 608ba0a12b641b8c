"""Opens an engine beside the screen, and sees to it that it is closed, whatever happens meanwhile.

Knows no widget: the screen looks at it now and then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from assistant.chat.partner import Tell
from assistant.core.errors import EngineError, UserError
from assistant.core.plain import one_line
from assistant.core.progress import telling
from assistant.engines.protocol import Engine, EngineInfo

OpenEngine = Callable[[Tell], Engine]


class Opening:
    """One engine on its way, then there.

    A thread of its own and no worker of the screen: nothing waits for it when the app ends.

    Args:
        open_engine: Opens it; told what it does, in lines for a person who waits.

    Attributes:
        told: What it does at the moment, in one line; empty before it said anything, and once it is there.
        info: What was opened; None until it is ready.
        error: What went wrong and what to do, two lines; None unless it failed.
    """

    def __init__(self, open_engine: OpenEngine) -> None:
        self._open_engine = open_engine
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._closed = False
        self._began = time.monotonic()
        self._ended: float | None = None
        self.told = ""
        self.info: EngineInfo | None = None
        self.error: tuple[str, str] | None = None

    def start(self) -> None:
        """Begin, or begin again after a failure; returns at once."""
        self.error = None
        self.told = ""
        self._began, self._ended = time.monotonic(), None
        threading.Thread(target=self._run, name="open-engine", daemon=True).start()

    @property
    def engine(self) -> Engine:
        """The engine, once `info` is there."""
        assert self._engine is not None
        return self._engine

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start; once it is there, or failed, those that it took."""
        return (self._ended or time.monotonic()) - self._began

    def close(self) -> None:
        """Close the engine, also one that arrives later; safe to call twice."""
        with self._lock:
            self._closed = True
        self._drop()

    def _drop(self) -> None:
        with self._lock:
            engine, self._engine = self._engine, None
        if engine:
            engine.close()

    def _tell(self, line: str) -> None:
        self.told = one_line(line)

    def _run(self) -> None:
        try:
            with telling(self._tell):
                engine = self._open_engine(self._tell)
                if not self._keep(engine):
                    engine.close()
                    return
                # Here a child process is waited for until its model is loaded.
                info = engine.info
            self._ended = time.monotonic()
            self.told = ""
            self.info = info
        except Exception as error:
            self._drop()
            self._ended = time.monotonic()
            self.error = in_two_lines(error)

    def _keep(self, engine: Engine) -> bool:
        with self._lock:
            if not self._closed:
                self._engine = engine
            return not self._closed


def in_two_lines(error: Exception) -> tuple[str, str]:
    """What happened, and what to do next."""
    if isinstance(error, UserError):
        return error.what, error.todo
    if isinstance(error, EngineError):
        return str(error), ""
    return f"{type(error).__name__}: {error}", "This is a bug: please report it with what you did."
