"""Lets callers in several threads use one after another what can serve only one at a time.

Not a lock: whoever walks away in the middle, its generator not collected yet, must not hold up everybody else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

POLL_S = 0.05
"""How often somebody who waits looks at whether it still wants to."""


class Turns:
    """Whose turn it is."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._holder: object | None = None
        self._thread: threading.Thread | None = None

    def take(self, gives_up: Callable[[], bool]) -> object | None:
        """Wait until nobody else has the turn, and take it.

        It is taken at once from a caller in this same thread, and from one whose thread has ended: neither can go on with
        what it began before the new one is done.

        Args:
            gives_up: Whether there is no use in waiting any longer.

        Returns:
            What to give back; None where it gave up.
        """
        with self._changed:
            while self._is_in_use():
                if gives_up():
                    return None
                self._changed.wait(POLL_S)
            self._holder, self._thread = object(), threading.current_thread()
            return self._holder

    def give_back(self, holder: object) -> None:
        """End a turn; one that was taken away meanwhile is not touched."""
        with self._changed:
            if self._holder is holder:
                self._holder = None
                self._changed.notify_all()

    def _is_in_use(self) -> bool:
        if self._holder is None or self._thread is None:
            return False
        return self._thread is not threading.current_thread() and self._thread.is_alive()
