"""Where a text is put right: an area with what stands there, to be saved or left. Knows nothing of what it is about."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.core.plain import one_line
from assistant.tui.screens.after_keys import after_keys
from assistant.tui.widgets.plain_area import PlainArea

KEYS = "Ctrl+S save (empty: no correction)   Esc leave"
NOT_SAVED = "Not saved. Ctrl+S save   Esc again leaves"


class CorrectionScreen(ModalScreen[str | None]):
    """Ends with the text, empty to take a correction back; None if it was left alone.

    Args:
        title: What is corrected.
        text: What stands there at first.
    """

    DEFAULT_CSS = """
    CorrectionScreen {
        align: center middle;
    }
    CorrectionScreen > Vertical {
        width: 90%;
        max-width: 100;
        height: auto;
        max-height: 90%;
        border: round $primary;
        border-title-color: $text-primary;
        background: $surface;
        padding: 0 1;
    }
    CorrectionScreen PlainArea {
        min-height: 5;
        max-height: 1fr;
    }
    CorrectionScreen .keys {
        height: 1;
        color: $text-muted;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Leave", priority=True),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = one_line(title)
        self._area = PlainArea(text)
        self._before = self._area.text
        self._warned = False

    def compose(self) -> ComposeResult:
        """The text and the keys."""
        with Vertical() as dialog:
            dialog.border_title = self._title
            yield self._area
            yield Static(KEYS, classes="keys", markup=False)

    def on_mount(self) -> None:
        """Begin at the end of the text."""
        self._area.move_cursor(self._area.document.end)
        self.set_focus(self._area)

    def action_save(self) -> None:
        """Hand the text over, to its last key."""
        after_keys(self, lambda: self.dismiss(self._area.text.strip()))

    def action_leave(self) -> None:
        """Leave; what was written is lost only at the second time."""
        after_keys(self, self._leave)

    def _leave(self) -> None:
        if self._warned or self._area.text == self._before:
            self.dismiss(None)
            return
        self._warned = True
        self.query_one(".keys", Static).update(NOT_SAVED)
