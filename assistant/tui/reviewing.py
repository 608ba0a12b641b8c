"""A queue reviewed by itself, without a chat around it: the app of `assistant data review`."""

from __future__ import annotations

import os
import sys
from typing import ClassVar

from textual.binding import Binding, BindingType

from assistant.chat.review import ReviewQueue
from assistant.core.errors import UserError
from assistant.tui.ending import EndingApp
from assistant.tui.palettes import register_palettes
from assistant.tui.screens.review import ReviewScreen


class ReviewApp(EndingApp):
    """One queue; it ends with the screen.

    Args:
        queue: What is decided about.
        theme: The colours that were chosen before; empty for the usual ones.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "Quit", show=False)]
    TITLE = "review"

    def __init__(self, queue: ReviewQueue, theme: str = "") -> None:
        super().__init__()
        register_palettes(self, os.environ.get("TEXTUAL_THEME", theme))
        self.review = ReviewScreen(queue)

    def on_mount(self) -> None:
        """Show the queue."""
        self.push_screen(self.review, lambda _: self.exit())


def run_review(queue: ReviewQueue, theme: str = "") -> None:
    """Review in this terminal until the user leaves.

    Raises:
        UserError: This is no terminal.
        Exception: The app failed; the terminal is as it was before.
        SystemExit: It was ended from outside; all that was decided is kept.
    """
    # The screen is drawn on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UserError("the review needs a terminal", "In a pipe, have the findings printed: assistant data check RECIPE.")
    app = ReviewApp(queue, theme)
    app.run()
    app.hand_on()
