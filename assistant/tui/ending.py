"""How every app with a screen ends: by its own way also when it is told from outside, and not over a text that is being written."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from textual.app import App

from assistant.core.termination import Termination
from assistant.tui.screens.after_keys import after_keys


@runtime_checkable
class Asking(Protocol):
    """A screen with something that would be lost with it."""

    def may_leave(self) -> bool:
        """Whether it may go: nothing would be lost, or the user was told so and wants it. Tells the user if not."""
        ...


class EndingApp(App[None]):
    """An app that gives the terminal back whatever ends it, and hands on what that was."""

    def __init__(self) -> None:
        super().__init__()
        self._termination = Termination()

    def on_load(self) -> None:
        """Hear SIGTERM, which would otherwise leave the terminal with the mouse on and without its own screen."""
        self._termination.hear(self.exit)

    async def action_quit(self) -> None:
        """Leave, unless a text would be lost that the user was not yet asked about."""
        screen = self.screen
        if isinstance(screen, Asking):
            asked = screen
            after_keys(screen, lambda: self.exit() if asked.may_leave() else None)
        else:
            self.exit()

    def hand_on(self) -> None:
        """Raise what ended the app, if it was not the user; to be called when it is over.

        Raises:
            Exception: The app failed.
            SystemExit: It was ended from outside.
        """
        if self._exception:
            raise self._exception
        self._termination.hand_on()

    def _fatal_error(self) -> None:
        """End without Textual's own traceback: whoever runs the app gets the error itself, and says where its log is."""
        self._close_messages_no_wait()
