"""A queue reviewed by itself, without a chat around it: the app of `assistant data review`."""

from __future__ import annotations

import os
import sys
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from assistant.chat.review import ReviewQueue
from assistant.core.errors import UserError
from assistant.tui.palettes import register_palettes
from assistant.tui.screens.review import ReviewScreen


class ReviewApp(App[None]):
    """One queue; it ends with the screen.

    Args:
        queue: What is decided about.
        theme: The colours that were chosen before; empty for the usual ones.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "Quit", show=False, priority=True)]
    TITLE = "review"

    def __init__(self, queue: ReviewQueue, theme: str = "") -> None:
        super().__init__()
        register_palettes(self, os.environ.get("TEXTUAL_THEME", theme))
        self.review = ReviewScreen(queue)

    def on_mount(self) -> None:
        """Show the queue."""
        self.push_screen(self.review, lambda _: self.exit())

    def failure(self) -> Exception | None:
        """What ended the app against its will; None if nothing did."""
        return self._exception

    def _fatal_error(self) -> None:
        """End without Textual's own traceback: whoever runs the app gets the error itself."""
        self._close_messages_no_wait()


def run_review(queue: ReviewQueue, theme: str = "") -> None:
    """Review in this terminal until the user leaves.

    Raises:
        UserError: This is no terminal.
        Exception: The app failed; the terminal is as it was before.
    """
    # The screen is drawn on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UserError("the review needs a terminal", "In a pipe, have the findings printed: assistant data check RECIPE.")
    app = ReviewApp(queue, theme)
    app.run()
    if error := app.failure():
        raise error
