"""The terminal app: a chat with one assistant after another.

Imports nothing heavy: the model is another process's matter, and the screen is drawn before it is asked for.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from assistant.chat.conversation import Conversation
from assistant.core.errors import UserError
from assistant.core.preferences import keep_preferences
from assistant.core.progress import say
from assistant.tui.commands import USUAL_KEYS
from assistant.tui.desk import Desk
from assistant.tui.ending import EndingApp
from assistant.tui.keys import understand_alt_enter
from assistant.tui.palettes import register_palettes
from assistant.tui.screens.chat import ChatScreen


class ChatApp(EndingApp):
    """A chat.

    Args:
        desk: What it works with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "help", "Help", show=False)]
    CSS_PATH = "chat.tcss"
    TITLE = "assistant"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        understand_alt_enter()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]
        register_palettes(self, os.environ.get("TEXTUAL_THEME", desk.theme))
        self._home = desk.home
        if desk.keys:
            self.set_keymap(dict(desk.keys))
        self._chat = ChatScreen(desk)

    @property
    def chat(self) -> ChatScreen:
        """The chat's screen, also while another one lies over it."""
        return self._chat

    def get_default_screen(self) -> Screen[None]:
        """The chat."""
        return self._chat

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette (Ctrl+P) offers over the chat; other screens bring their own."""
        if screen is not self._chat:
            return
        for command in self._chat.commands:
            yield SystemCommand(command.title, command.about, partial(self._chat.do, command.name))

    async def action_help(self) -> None:
        """The help, from whatever screen."""
        await self._chat.do("help")

    def on_mount(self) -> None:
        """From here on, colours that are chosen are remembered."""
        self.theme_changed_signal.subscribe(self, lambda theme: self._remember(theme.name))

    def _remember(self, theme: str) -> None:
        try:
            keep_preferences(self._home, USUAL_KEYS, theme=theme)
        except UserError as error:
            self._chat.say(f"{error.what}. {error.todo}")

    def on_unmount(self) -> None:
        """Keep everything, and give the model's memory back."""
        self.close()

    def close(self) -> None:
        """Keep everything and close the engine, whatever it is doing; safe to call twice."""
        self._chat.leave()
        self._chat.desk.store.database.close()


def rescued(conversation: Conversation) -> Path:
    """Write a conversation to a place of its own, from where `assistant chats import` takes it."""
    from assistant.chat.exchange.exporting import export

    file = Path(tempfile.mkdtemp(prefix="assistant-")) / "unsaved.jsonl"
    export(conversation, file)
    return file


def run_chat(app: ChatApp) -> None:
    """Run the app in this terminal until the user leaves it.

    Raises:
        UserError: This is no terminal.
        Exception: The app failed; the terminal is as it was before.
        SystemExit: It was ended from outside; everything is kept.
    """
    # The screen is drawn on stderr.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UserError("the chat needs a terminal", 'In a pipe, ask for one answer: assistant ask NAME "a question".')
    try:
        app.run()
    finally:
        app.close()
    if unsaved := app.chat.talk.unsaved:
        say(f"not all of this conversation could be kept; it is in {rescued(unsaved)}")
    app.hand_on()
