"""The table of items: a window over any number of rows, of which only those in view are ever drawn.

Textual's DataTable takes more than a second to lay out 10,000 rows, and again at every filter; this one takes as
long as the rows in view. Knows rows of text, not what an item is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

CURSOR = "▸"
"""Stands before the chosen row, so that it is seen without colours."""
GAP = 1
"""Cells between columns."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        title: Its heading.
        width: In cells; None for all that is left.
        from_right: Whether it is set to the right, as numbers are.
        component: The class of its colours.
    """

    title: str
    width: int | None = None
    from_right: bool = False
    component: str = "item-table--cell"


class ItemTable(ScrollView, can_focus=True):
    """Rows with a cursor.

    Args:
        columns: From left to right.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "item-table--cell",
        "item-table--quiet",
        "item-table--mark",
        "item-table--heading",
        "item-table--cursor",
    }

    DEFAULT_CSS = """
    ItemTable {
        background: $background;
        color: $foreground;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        overflow-x: hidden;
        overflow-y: auto;

        & > .item-table--cell {
            color: $foreground;
            background: $background;
        }

        & > .item-table--quiet {
            color: $text-muted;
            background: $background;
        }

        & > .item-table--mark {
            color: $text-warning;
            background: $background;
            text-style: bold;
        }

        & > .item-table--heading {
            color: $text-muted;
            background: $panel;
            text-style: bold;
        }

        & > .item-table--cursor {
            color: $foreground;
            background: $primary 30%;
        }

        &:focus > .item-table--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "go(0)", "First", show=False),
        Binding("end", "go(-1)", "Last", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Chosen(Message):
        """Another row is under the cursor, or another item is in its row."""

    class HeadingClicked(Message):
        """The heading was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: Sequence[Column] = ()
        self._row_of: Callable[[int], Sequence[str]] = lambda place: ()
        self._count = 0

    def show(self, columns: Sequence[Column], count: int, row_of: Callable[[int], Sequence[str]], cursor: int = 0) -> None:
        """Show other rows.

        Args:
            columns: From left to right.
            count: How many rows.
            row_of: The cells of a row; asked for those in view alone.
            cursor: The row that is chosen.
        """
        self._columns, self._count, self._row_of = columns, count, row_of
        self._fit()
        self.cursor = max(0, min(cursor, count - 1))
        self._keep_in_view()
        self.refresh()
        self.post_message(self.Chosen())

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._count

    def action_move(self, by: int) -> None:
        """Choose a row further up or down."""
        self.cursor = max(0, min(self.cursor + by, self._count - 1))

    def action_page(self, by: int) -> None:
        """Choose a row a page further up or down."""
        self.action_move(by * max(1, self.size.height - 2))

    def action_go(self, place: int) -> None:
        """Choose the first row, or with -1 the last."""
        self.cursor = max(0, self._count - 1) if place < 0 else 0

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw both rows anew, and keep the cursor in view."""
        self._keep_in_view()
        self.refresh()
        if old != new:
            self.post_message(self.Chosen())

    def on_resize(self, event: Resize) -> None:
        """Fit the rows into the new width."""
        self._fit()
        self._keep_in_view()

    def on_click(self, event: Click) -> None:
        """Choose the row that was clicked."""
        line = event.get_content_offset(self)
        if line is None:
            return
        if line.y == 0:
            self.post_message(self.HeadingClicked())
        elif (place := line.y - 1 + self.scroll_offset.y) < self._count:
            self.cursor = place

    def render_line(self, y: int) -> Strip:
        """The heading, or a row in view."""
        width = self.size.width
        if y == 0:
            heading = [" ", *(column.title for column in self._columns)]
            return self._strip(heading, self.get_component_rich_style("item-table--heading"), width)
        place = y - 1 + self.scroll_offset.y
        if place >= self._count:
            return Strip.blank(width, self.rich_style)
        is_chosen = place == self.cursor
        style = self.get_component_rich_style("item-table--cursor") if is_chosen else None
        return self._strip([CURSOR if is_chosen else " ", *self._row_of(place)], style, width)

    def _strip(self, cells: Sequence[str], style: Style | None, width: int) -> Strip:
        """One line; a style given is that of all its cells."""
        plain = style or self.rich_style
        segments = [Segment(cells[0], plain)]
        for column, size, cell in zip(self._columns, self._widths(width), cells[1:], strict=True):
            text = " " * (size - cell_len(cell)) + cell if column.from_right and cell_len(cell) < size else set_cell_size(cell, size)
            segments += [Segment(" " * GAP, plain), Segment(text, style or self.get_component_rich_style(column.component))]
        return Strip(segments).adjust_cell_length(width, plain)

    def _widths(self, width: int) -> list[int]:
        taken = 1 + sum(GAP + (column.width or 0) for column in self._columns)
        return [max(0, width - taken) if column.width is None else column.width for column in self._columns]

    def _fit(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self._count + 1)

    def _keep_in_view(self) -> None:
        # The heading always covers the first line of the view.
        self.scroll_to_region(Region(0, self.cursor, 1, 2), animate=False, force=True)
