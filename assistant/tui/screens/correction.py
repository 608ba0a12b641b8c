"""Where a text is put right: an area with what stands there, to be saved or left. Knows nothing of what it is about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.core.errors import UserError
from assistant.core.plain import one_line
from assistant.tui.screens.after_keys import after_keys
from assistant.tui.widgets.plain_area import PlainArea

NOT_SAVED = "Not saved. Ctrl+S save   Esc again leaves"


class CorrectionScreen(ModalScreen[None]):
    """Ends when the text is kept, or was left alone; where it cannot be kept it stays on the screen, with the reason.

    Args:
        title: What is corrected.
        text: What stands there at first.
        empty: What it means to save nothing at all.
        keep: Keeps the text; may raise a UserError.
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
    CorrectionScreen .told {
        height: auto;
        max-height: 4;
        color: $text-warning;
        display: none;
    }
    CorrectionScreen .keys {
        height: 1;
        color: $text-muted;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Leave", priority=True),
        Binding("ctrl+c", "interrupt", "Copy or leave", show=False, priority=True),
    ]

    def __init__(self, title: str, text: str, empty: str, keep: Callable[[str], Awaitable[None]]) -> None:
        super().__init__()
        self._title = one_line(title)
        self._area = PlainArea(text)
        self._keep = keep
        self._before = self._area.text
        self._asked_about: str | None = None
        self._told = Static("", classes="told", markup=False)
        self._keys = Static(f"Ctrl+S save (empty: {empty})   Esc leave", classes="keys", markup=False)

    @property
    def told(self) -> str:
        """Why the text could not be kept; empty before that."""
        return str(self._told.content)

    def compose(self) -> ComposeResult:
        """The text and the keys."""
        with Vertical() as dialog:
            dialog.border_title = self._title
            yield self._area
            yield self._told
            yield self._keys

    def on_mount(self) -> None:
        """Begin at the end of the text."""
        self._area.move_cursor(self._area.document.end)
        self.set_focus(self._area)

    def action_save(self) -> None:
        """Keep the text, to its last key."""
        after_keys(self, self._save)

    def action_leave(self) -> None:
        """Leave; what was written is lost only at the second time."""
        after_keys(self, self._leave)

    def action_interrupt(self) -> None:
        """Ctrl+C: copy what is selected, else leave as Esc does."""
        if selected := self._area.selected_text:
            self.app.copy_to_clipboard(selected)
        else:
            self.action_leave()

    def may_leave(self) -> bool:
        """Whether nothing that was written would be lost, or the user was told so; tells it if not."""
        # What is being kept is waited for.
        if self._area.read_only:
            return False
        if self._area.text in (self._before, self._asked_about):
            return True
        self._asked_about = self._area.text
        self._keys.update(NOT_SAVED)
        return False

    def _leave(self) -> None:
        if self.may_leave():
            self.dismiss()

    def _save(self) -> None:
        if not self._area.read_only:
            self._area.read_only = True
            self.run_worker(self._kept(self._area.text.strip()))

    async def _kept(self, text: str) -> None:
        try:
            await self._keep(text)
        except UserError as error:
            self._told.update(one_line(f"Not saved: {error.what}. {error.todo}"))
            self._told.display = True
            self._area.read_only = False
        else:
            self.dismiss()
