"""A list of one-line rows with a cursor: a window over any number of them, of which only those in view are ever drawn.

Knows rows as places from 0 on; what stands in them is drawn by whoever shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

CURSOR = "▸ "
"""Stands before the chosen row, so that it is seen without colours."""

Draw = Callable[[int, int], Content]
"""Draws the row at a place into so many cells."""


class RowList(ScrollView, can_focus=True):
    """Rows, one of which is chosen."""

    DEFAULT_CSS = """
    RowList {
        height: 1fr;
        background: $surface;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
    }
    RowList > .row-list--row { background: $surface; color: $foreground; }
    RowList > .row-list--cursor { background: $panel; color: $foreground; text-style: bold; }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--row", "row-list--cursor"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "go(0)", "First", show=False),
        Binding("end", "go(-1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """Another row is chosen, or another one is in its place."""

    class Chosen(Message):
        """Enter was pressed on the chosen row, or it was clicked."""

    class AtTop(Message):
        """The cursor was to go up from the first row."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._draw: Draw = lambda place, width: Content("")

    def show(self, count: int, draw: Draw, cursor: int = 0) -> None:
        """Show other rows.

        Args:
            count: How many.
            draw: Draws one; asked for those in view alone.
            cursor: The row that is chosen.
        """
        self.count, self._draw = count, draw
        self._fit()
        with self.prevent(self.Moved):
            self.cursor = max(0, min(cursor, count - 1))
        self._keep_in_view()
        self.refresh()
        self.post_message(self.Moved())

    def action_move(self, by: int) -> None:
        """Choose a row further up or down."""
        if self.cursor + by < 0 and by == -1:
            self.post_message(self.AtTop())
        self.cursor = max(0, min(self.cursor + by, self.count - 1))

    def action_page(self, by: int) -> None:
        """Choose a row a page further up or down."""
        self.cursor = max(0, min(self.cursor + by * max(1, self.size.height - 1), self.count - 1))

    def action_go(self, place: int) -> None:
        """Choose the first row, or with -1 the last."""
        self.cursor = max(0, self.count - 1) if place < 0 else 0

    def action_choose(self) -> None:
        """Take the chosen row."""
        if self.count:
            self.post_message(self.Chosen())

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw both rows anew, and keep the cursor in view."""
        if old != new:
            self._keep_in_view()
            self.refresh()
            self.post_message(self.Moved())

    def on_resize(self, event: Resize) -> None:
        """Fit the rows into the new size."""
        self._fit()
        self._keep_in_view()

    def on_click(self, event: Click) -> None:
        """Choose the row that was clicked; a click on the chosen row takes it."""
        where = event.get_content_offset(self)
        if where is None or (place := where.y + self.scroll_offset.y) >= self.count:
            return
        if place == self.cursor:
            self.action_choose()
        self.cursor = place

    def line_of(self, place: int) -> int:
        """The line of the widget, from 0, that a row is on."""
        return place - self.scroll_offset.y

    def render_line(self, y: int) -> Strip:
        """A row in view."""
        width, place = self.scrollable_content_region.width, y + self.scroll_offset.y
        is_chosen = place == self.cursor and place < self.count
        style = self.get_visual_style("row-list--cursor" if is_chosen else "row-list--row")
        if place >= self.count:
            return Strip.blank(width, style.rich_style)
        before = CURSOR if is_chosen else " " * len(CURSOR)
        # One cell stays free before the scroll bar.
        room = max(1, width - len(CURSOR) - 1)
        row = Content(before) + self._draw(place, room).truncate(room, ellipsis=True)
        strips = Visual.to_strips(self, row, width, 1, style)
        return strips[0].adjust_cell_length(width, style.rich_style) if strips else Strip.blank(width, style.rich_style)

    def _fit(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self.count)

    def _keep_in_view(self) -> None:
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)
