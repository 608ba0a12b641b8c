"""One scorecard to read, over the list of evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from evalsuite.viewer.screens.looks import BRIEF
from evalsuite.viewer.widgets.item_pane import ItemPane
from evalsuite.viewer.wording import Part


class BriefScreen(ModalScreen[None]):
    """Verdict, gates, doubts and figures.

    Args:
        parts: What it says.
    """

    DEFAULT_CSS = BRIEF
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,d,q,enter", "dismiss", "Close"),
        Binding("space", "read(1)", "Read on", show=False),
        Binding("b", "read(-1)", "Read back", show=False),
    ]

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__()
        self._parts = parts
        self._pane = ItemPane()

    def compose(self) -> ComposeResult:
        """The text, and the keys."""
        yield self._pane
        yield Static("Up, Down, Space, b: read    Esc closes this", id="browse-brief-keys", markup=False)

    def on_mount(self) -> None:
        """Begin at the top."""
        self._pane.show(self._parts)
        self.set_focus(self._pane)

    @property
    def text(self) -> str:
        """What stands there."""
        return self._pane.text

    def action_read(self, by: int) -> None:
        """Read on, or back."""
        scroll = self._pane.scroll_page_down if by > 0 else self._pane.scroll_page_up
        scroll(animate=False)
