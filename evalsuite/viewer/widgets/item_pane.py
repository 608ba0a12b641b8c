"""The chosen item, from its question to its tags: text that is shown and never interpreted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.api import plain
from evalsuite.viewer.wording import Part, Piece

STYLES = {
    "mine": "bold $text-success",
    "theirs": "bold $text-error",
    "better": "$text-success",
    "worse": "$text-error",
    "quiet": "$foreground 60%",
    "warning": "$text-warning",
}


class ItemPane(VerticalScroll, can_focus=True):
    """One item, scrolled by itself."""

    DEFAULT_CSS = """
    ItemPane {
        padding: 0 1;
        border-top: solid $primary 50%;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        background: $background;
    }

    ItemPane:focus {
        border-top: solid $primary;
    }

    ItemPane Static {
        height: auto;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("home", "scroll_home", "Top", show=False), Binding("end", "scroll_end", "Bottom", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._text = Static("", markup=False)

    def compose(self) -> ComposeResult:
        """The text."""
        yield self._text

    def show(self, parts: Sequence[Part], from_top: bool = True) -> None:
        """Show an item.

        Args:
            parts: What it consists of.
            from_top: Whether to begin at its top; else what is read stays where it is.
        """
        self._text.update(written(parts))
        if from_top:
            self.scroll_home(animate=False)

    @property
    def text(self) -> str:
        """What stands there."""
        content = self._text.content
        return content.plain if isinstance(content, Content) else str(content)


def written(parts: Sequence[Part]) -> Content:
    """The parts one below the other."""
    lines: list[Content] = []
    for part in parts:
        lines += [Content.styled(plain(part.heading), "bold $text-accent"), Content("").join([_styled(piece) for piece in part.pieces]), Content("")]
    return Content("\n").join(lines[:-1])


def _styled(piece: Piece) -> Content:
    text = plain(piece.text)
    return Content.styled(text, STYLES[piece.kind]) if piece.kind in STYLES else Content(text)
