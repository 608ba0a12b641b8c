"""The keys and commands, over the chat; any of the usual keys closes it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

KEYS = (
    ("Enter", "send"),
    ("Ctrl+J", "new line (also Alt+Enter, Shift+Enter)"),
    ("Esc", "stop the answer; what was said is kept"),
    ("Ctrl+C", "stop, copy what is selected, or clear the text"),
    ("Ctrl+N", "new conversation (also /new)"),
    ("Up, Down", "in an empty line: what was asked before"),
    ("PageUp, PageDown", "read back and forth; at the top, earlier turns"),
    ("Ctrl+End", "to the end, following the answer"),
    ("Ctrl+R", "load the model again after it failed"),
    ("Ctrl+P", "all commands, themes"),
    ("F1", "this help (also /help)"),
    ("Ctrl+Q", "quit (also /quit)"),
)


class HelpScreen(ModalScreen[None]):
    """What the keys do."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,f1,q,enter,ctrl+c", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        """A table of keys."""
        width = max(len(keys) for keys, _ in KEYS)
        with VerticalScroll(id="help"):
            yield Static("\n".join(f"{keys:<{width}}  {what}" for keys, what in KEYS), markup=False)
            yield Static("Esc closes this", classes="note", markup=False)
