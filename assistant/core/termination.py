"""SIGTERM, heard by an app that fills the terminal: it ends by its own way, which gives the terminal back. Knows no app."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

from assistant.core.program import EXIT_TERMINATED


class Termination:
    """Whether somebody outside ended an app."""

    def __init__(self) -> None:
        self._has_come = False

    def hear(self, end: Callable[[], object]) -> None:
        """Listen from here on, in the event loop that runs; only the main thread can.

        Args:
            end: Ends the app.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        # Only an app needs it, and --help waits for the import of this.
        import asyncio

        loop = asyncio.get_running_loop()

        def come() -> None:
            self._has_come = True
            # A second one ends the process at once, should anything hold the app up.
            loop.remove_signal_handler(signal.SIGTERM)
            end()

        loop.add_signal_handler(signal.SIGTERM, come)

    def hand_on(self) -> None:
        """End the process as it was told, if it was; to be called when the app is over.

        Raises:
            SystemExit: It was told.
        """
        if self._has_come:
            raise SystemExit(EXIT_TERMINATED)
