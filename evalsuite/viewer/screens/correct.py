"""Where the answer that an item should have had is corrected."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Paste
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from assistant.api import plain
from evalsuite.viewer.screens.looks import dialog


class ReferenceArea(TextArea):
    """A text; what is pasted cannot steer the terminal."""

    async def _on_paste(self, event: Paste) -> None:
        await super()._on_paste(Paste(plain(event.text)))
        event.stop()
        event.prevent_default()


class CorrectReferenceScreen(ModalScreen[str | None]):
    """Ends with the corrected text, empty to take the correction back; None if it was left alone.

    Args:
        question: What was asked.
        text: The answer to begin with.
    """

    DEFAULT_CSS = dialog("CorrectReferenceScreen")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Leave", priority=True),
    ]

    def __init__(self, question: str, text: str) -> None:
        super().__init__()
        self._question = plain(question)
        self._before = plain(text)
        self._warned = False

    def compose(self) -> ComposeResult:
        """The question, the answer, and the keys."""
        with Vertical(classes="browse-dialog") as dialog:
            dialog.border_title = "The answer that is right"
            yield Static(self._question, classes="browse-question", markup=False)
            yield ReferenceArea(self._before, highlight_cursor_line=False)
            yield Static("Ctrl+S saves, Esc leaves; an empty text takes the correction back", classes="browse-hint", markup=False)

    def on_mount(self) -> None:
        """Begin at the end of the text."""
        area = self.query_one(ReferenceArea)
        area.move_cursor(area.document.end)
        self.set_focus(area)

    def action_save(self) -> None:
        """Hand the text over."""
        self.dismiss(self.query_one(ReferenceArea).text.strip())

    def action_leave(self) -> None:
        """Leave; what was written is lost only at the second time."""
        if self.query_one(ReferenceArea).text == self._before or self._warned:
            self.dismiss(None)
            return
        self._warned = True
        self.query_one(".browse-hint", Static).update("Not saved. Ctrl+S saves, Esc again leaves without it")
