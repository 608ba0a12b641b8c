"""The terminal app: a browser of one evaluation's items. Imports nothing that measures, and no model."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from textual.app import App, SystemCommand
from textual.screen import Screen

from assistant.api import Termination, UserError
from evalsuite.viewer.screens.browse import BrowseScreen
from evalsuite.viewer.shelf import Shelf


class ViewApp(App[None]):
    """The browser.

    Args:
        shelf: The items.

    Attributes:
        termination: Whether somebody outside ended it.
    """

    TITLE = "evalsuite view"

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        if "TEXTUAL_THEME" not in os.environ:
            self.theme = "nord"
        self._browser = BrowseScreen(shelf)
        self.termination = Termination()

    @property
    def browser(self) -> BrowseScreen:
        """The browser's screen, also while another one lies over it."""
        return self._browser

    def on_load(self) -> None:
        """Hear SIGTERM, which would otherwise leave the terminal with the mouse on and without its own screen."""
        self.termination.hear(self.exit)

    def get_default_screen(self) -> Screen[None]:
        """The browser."""
        return self._browser

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette (Ctrl+P) offers beside the commands that the browser brings."""
        yield SystemCommand("Theme", "Choose other colours", self.action_change_theme)
        yield SystemCommand("Quit", "Leave the browser", self.action_quit)

    def failure(self) -> Exception | None:
        """What ended the app against its will; None if nothing did."""
        return self._exception

    def _fatal_error(self) -> None:
        """End without Textual's own traceback: whoever runs the app gets the error itself, and says where its log is."""
        self._close_messages_no_wait()


def run_view(shelf: Shelf) -> None:
    """Browse in this terminal until the user leaves.

    Raises:
        UserError: This is no terminal.
        Exception: The app failed; the terminal is as it was before.
        SystemExit: It was ended from outside.
    """
    # The screen is drawn on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UserError("the browser needs a terminal", "In a pipe, have the items printed: evalsuite view RUN --plain.")
    app = ViewApp(shelf)
    app.run()
    if error := app.failure():
        raise error
    app.termination.hand_on()
