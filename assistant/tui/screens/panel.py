"""What all panels over the chat have in common: a frame, a line of keys at the bottom, Esc, and a field to search in.

Knows nothing of what they show.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Paste
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from assistant.core.errors import UserError
from assistant.core.plain import one_line, plain

Result = TypeVar("Result")


class Line(Input):
    """One line to write in; what is pasted cannot steer the terminal."""

    def __init__(self, value: str = "", placeholder: str = "", id: str | None = None) -> None:
        super().__init__(one_line(value), placeholder=placeholder, compact=True, select_on_focus=False, id=id)

    def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(one_line(event.text))


class Lines(TextArea):
    """Several lines to write in; what is pasted cannot steer the terminal."""

    def __init__(self, text: str = "", placeholder: str = "", id: str | None = None) -> None:
        super().__init__(plain(text), placeholder=Content(placeholder), compact=True, highlight_cursor_line=False, tab_behavior="focus", id=id)

    async def _on_paste(self, event: Paste) -> None:
        await super()._on_paste(Paste(plain(event.text)))
        event.stop()
        event.prevent_default()


class Panel(ModalScreen[Result]):
    """A dialog over the chat.

    The frame is the widget of the class `panel`, the line of keys that of the class `keys`, a word to the user that of the class `told`.
    """

    DEFAULT_CSS = """
    Panel { align: center middle; }
    Panel .panel {
        width: 94%;
        max-width: 104;
        height: 92%;
        background: $surface;
        color: $foreground;
        border: round $primary;
        border-title-color: $text-primary;
        border-title-style: bold;
        padding: 0 1;
    }
    Panel.-small .panel { width: 100%; height: 100%; max-width: 100%; padding: 0; }
    Panel .keys { height: auto; color: $text-muted; margin-top: 1; }
    Panel.-small .keys { margin-top: 0; }
    Panel .told { height: auto; display: none; text-style: bold; color: $text-accent; }
    Panel .told.-trouble { color: $text-error; }
    Panel Line { background: $panel; color: $foreground; padding: 0 1; }
    Panel Line:focus { background: $panel; background-tint: $foreground 0%; }
    Panel Line > .input--placeholder { color: $text-muted; }
    Panel Lines { background: $panel; color: $foreground; }
    Panel Lines .text-area--placeholder { color: $text-muted; }
    """

    # Above the keys of the field that has the focus.
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close", priority=True)]

    HORIZONTAL_BREAKPOINTS = [(0, "-small"), (72, "-large")]  # noqa: RUF012 (declared so by Textual)

    def action_leave(self) -> None:
        """Close, and change nothing."""
        self.dismiss(None)

    def tell(self, what: str, trouble: bool = False) -> None:
        """Say a word to the user above the keys; an empty one takes the last one back."""
        line = self.query_one(".told", Static)
        line.update(Content(("✗ " if trouble else "") + plain(what)))
        line.set_class(trouble, "-trouble")
        line.display = bool(what)

    def tell_error(self, error: UserError) -> None:
        """Say what is wrong, and what to do about it."""
        self.tell(f"{error.what}\n{error.todo}", trouble=True)


def told() -> Static:
    """The line for a word to the user."""
    return Static("", classes="told", markup=False)


def keys_line(text: str) -> Static:
    """The line of keys."""
    return Static(text, classes="keys", markup=False)
