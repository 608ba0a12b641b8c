"""What Ctrl+C does in the plain chat: it takes back the line that is being written, and stops the answer that is being heard.

Nothing else is ever broken off in its middle: where neither goes on, it is noted and looked at later.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.tui.plain.lines import Lines


class Interruption:
    """Ctrl+C, while a chat is held in a terminal.

    Plain values and no `threading.Event`: a handler of signals may take no lock that the main thread may hold.

    Attributes:
        is_set: Whether it was pressed while nothing was read.
        is_reading: Whether a line is being read, which it is to break off.
    """

    def __init__(self) -> None:
        self.is_set = False
        self.is_reading = False

    def take(self) -> bool:
        """Whether it was pressed since the last time."""
        was_set, self.is_set = self.is_set, False
        return was_set

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Within the block Ctrl+C comes here; only the main thread can hear it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, lambda *_: self._press())
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _press(self) -> None:
        if self.is_reading:
            raise KeyboardInterrupt
        self.is_set = True


class InterruptibleLines:
    """Lines that Ctrl+C breaks off.

    Args:
        lines: Where they come from.
        interruption: Who hears it.
    """

    def __init__(self, lines: Lines, interruption: Interruption) -> None:
        self._lines, self._interruption = lines, interruption

    @property
    def is_terminal(self) -> bool:
        """As the lines are."""
        return self._lines.is_terminal

    @property
    def shows_beginning(self) -> bool:
        """As the lines do."""
        return self._lines.shows_beginning

    def line(self, prompt: str, begin: str = "") -> str:
        """The next line.

        Raises:
            KeyboardInterrupt: Whoever writes took it back.
        """
        # What was pressed before has been heard, or had nothing left to stop.
        self._interruption.is_set = False
        self._interruption.is_reading = True
        try:
            return self._lines.line(prompt, begin)
        finally:
            self._interruption.is_reading = False

    def remember(self, text: str) -> None:
        """Offer a text when the user looks back."""
        self._lines.remember(text)
