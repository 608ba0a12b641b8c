"""A place to write some lines in; what is pasted there cannot steer the terminal. Knows nothing of what is written."""

from __future__ import annotations

from textual.events import Paste
from textual.widgets import TextArea

from assistant.core.plain import plain


class PlainArea(TextArea):
    """A text of several lines, in which Tab goes on to the next field.

    Args:
        text: What stands there at first.
        id: Of the widget.
    """

    DEFAULT_CSS = """
    PlainArea {
        height: auto;
        min-height: 3;
        border: none;
        border-left: outer $foreground 30%;
        padding: 0 1;
        background: $surface;
    }
    PlainArea:focus {
        border: none;
        border-left: outer $accent;
    }
    """

    def __init__(self, text: str, id: str | None = None) -> None:
        super().__init__(plain(text), id=id, highlight_cursor_line=False, tab_behavior="focus", show_line_numbers=False)

    async def _on_paste(self, event: Paste) -> None:
        await super()._on_paste(Paste(plain(event.text)))
        event.stop()
        event.prevent_default()
