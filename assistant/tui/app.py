"""The terminal app: a chat with one assistant.

Imports nothing heavy: the model is another process's matter, and the screen is drawn before it is asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from textual.app import App, SystemCommand
from textual.screen import Screen

from assistant.chat.linear import Conversation
from assistant.core.errors import UserError
from assistant.engines.protocol import Sampling
from assistant.tui.keys import understand_alt_enter
from assistant.tui.opening import OpenEngine, Opening
from assistant.tui.screens.chat import ChatScreen


class ChatApp(App[None]):
    """A chat.

    Args:
        open_engine: Opens the engine; called in a thread after the first paint, may take long, may fail.
        label: What the assistant is called: `health@1`.
        notice: What users must know before they rely on it.
        description: One sentence about it.
        sampling: How its answers are written.
        conversation: What was said before.
    """

    CSS_PATH = "chat.tcss"
    TITLE = "assistant"

    def __init__(
        self,
        open_engine: OpenEngine,
        label: str,
        notice: str,
        description: str,
        sampling: Sampling,
        conversation: Conversation | None = None,
    ) -> None:
        super().__init__()
        understand_alt_enter()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]
        if "TEXTUAL_THEME" not in os.environ:
            self.theme = "nord"
        self._opening = Opening(open_engine)
        self._chat = ChatScreen(self._opening, label, notice, description, sampling, conversation or Conversation())

    @property
    def chat(self) -> ChatScreen:
        """The chat's screen, also while another one lies over it."""
        return self._chat

    def get_default_screen(self) -> Screen[None]:
        """The chat."""
        return self._chat

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette (Ctrl+P) offers."""
        chat = self._chat
        yield SystemCommand("New conversation", "Forget what was said and begin anew", chat.action_new)
        yield SystemCommand("Stop", "Stop the answer and keep what was said", chat.action_stop)
        yield SystemCommand("Earlier turns", "Show more of a long conversation", chat.transcript.show_earlier)
        yield SystemCommand("Load again", "Load the model again after it failed", chat.action_retry)
        yield SystemCommand("Theme", "Choose other colours", self.action_change_theme)
        yield SystemCommand("Help", "What the keys do", chat.action_help)
        yield SystemCommand("Quit", "Leave the chat", self.action_quit)

    def on_unmount(self) -> None:
        """Give the model's memory back."""
        self.close_engine()

    def close_engine(self) -> None:
        """Close the engine, whatever it is doing; safe to call twice."""
        self._opening.close()

    def failure(self) -> Exception | None:
        """What ended the app against its will; None if nothing did."""
        return self._exception

    def _fatal_error(self) -> None:
        """End without Textual's own traceback: whoever runs the app gets the error itself, and says where its log is."""
        self._close_messages_no_wait()


def run_chat(app: ChatApp) -> None:
    """Run the app in this terminal until the user leaves it.

    Raises:
        UserError: This is no terminal.
        Exception: The app failed; the terminal is as it was before.
    """
    # The screen is drawn on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UserError("the chat needs a terminal", 'In a pipe, ask for one answer: assistant ask NAME "a question".')
    try:
        app.run()
    finally:
        app.close_engine()
    if error := app.failure():
        raise error
