"""A table in a model's answer, drawn in one piece: columns as wide as there is room for, their cells wrapped.

Where the columns would become too narrow to read, each row stands by itself, a line for each of its cells.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Markdown
from textual.widgets._markdown import MarkdownBlock, MarkdownTable

NARROWEST = 8
"""Cells; a column that needs less is as narrow as it needs."""

BETWEEN = " │ "
FAINT = "$foreground 40%"


class TableBody(Widget):
    """The lines of a table, for whatever width there is."""

    DEFAULT_CSS = "TableBody { width: auto; height: auto; }"

    def __init__(self, headers: Sequence[Content], rows: Sequence[Sequence[Content]]) -> None:
        super().__init__()
        self._headers, self._rows = headers, rows
        self._lines: dict[int, list[Content]] = {}

    def show(self, headers: Sequence[Content], rows: Sequence[Sequence[Content]]) -> None:
        """Draw another table."""
        self._headers, self._rows = headers, rows
        self._lines.clear()
        self.refresh(layout=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """What it needs, or all there is."""
        return min(container.width, natural_width(self._headers, self._rows))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Its lines at this width."""
        return len(self._at(width))

    def render(self) -> Content:
        """The lines."""
        return Content("\n").join(self._at(self.content_size.width))

    async def action_link(self, href: str) -> None:
        """A link was clicked."""
        self.post_message(Markdown.LinkClicked(self.query_ancestor(Markdown), href))

    def _at(self, width: int) -> list[Content]:
        if width not in self._lines:
            self._lines = {width: table_lines(self._headers, self._rows, width)}
        return self._lines[width]


class Table(MarkdownTable):
    """A table that may still grow."""

    DEFAULT_CSS = """
    Table { width: 1fr; background: transparent; margin-bottom: 1; }
    Table:light { background: transparent; }
    """

    def compose(self):  # type: ignore[no-untyped-def]
        """The table in one piece."""
        self._headers, self._rows = self._get_headers_and_rows()
        yield TableBody(self._headers, self._rows)

    async def _update_from_block(self, block: MarkdownBlock) -> None:
        assert isinstance(block, Table)
        self._headers, self._rows = block._get_headers_and_rows()
        self.query_one(TableBody).show(self._headers, self._rows)


def natural_width(headers: Sequence[Content], rows: Sequence[Sequence[Content]]) -> int:
    """Cells that a table needs to stand without wrapping."""
    widths = _natural(headers, rows)
    return sum(widths) + len(BETWEEN) * (len(widths) - 1)


def table_lines(headers: Sequence[Content], rows: Sequence[Sequence[Content]], width: int) -> list[Content]:
    """A table as lines of at most `width` cells."""
    natural = _natural(headers, rows)
    room = width - len(BETWEEN) * (len(natural) - 1)
    if sum(min(wide, NARROWEST) for wide in natural) > room:
        return _records(headers, rows, max(width, 1))
    widths = _fitting(natural, room)
    drawn = [_row(row, widths) for row in rows]
    rule = Content.styled("─┼─".join("─" * wide for wide in widths), FAINT)
    lines = [line.stylize("bold") for line in _row(headers, widths)]
    for number, row in enumerate(drawn):
        # Between rows of several lines one would not see where the next begins.
        if number == 0 or max(len(row), len(drawn[number - 1])) > 1:
            lines.append(rule)
        lines += row
    return lines


def _natural(headers: Sequence[Content], rows: Sequence[Sequence[Content]]) -> list[int]:
    columns = max([len(headers), *map(len, rows)])
    return [max([row[column].cell_length if column < len(row) else 0 for row in (headers, *rows)] + [1]) for column in range(columns)]


def _fitting(natural: Sequence[int], room: int) -> list[int]:
    """Widths of together at most `room`: the widest columns are cut, all to the same width."""
    widths = list(natural)
    while sum(widths) > room:
        widest = max(widths)
        second = max((wide for wide in widths if wide < widest), default=0)
        many = widths.count(widest)
        cut = min(widest - second, -(-(sum(widths) - room) // many))
        widths = [wide - cut if wide == widest else wide for wide in widths]
    return widths


def _row(cells: Sequence[Content], widths: Sequence[int]) -> list[Content]:
    columns = [(cells[place] if place < len(cells) else Content("")).wrap(wide) for place, wide in enumerate(widths)]
    lines = []
    for number in range(max(map(len, columns))):
        parts = [column[number] if number < len(column) else Content("") for column in columns]
        filled = [part.pad_right(max(0, wide - part.cell_length)) for part, wide in zip(parts, widths, strict=True)]
        lines.append(Content.styled(BETWEEN, FAINT).join(filled))
    return lines


def _records(headers: Sequence[Content], rows: Sequence[Sequence[Content]], width: int) -> list[Content]:
    lines: list[Content] = []
    for row in rows or [[]]:
        for place in range(max(len(headers), len(row))):
            header = headers[place] if place < len(headers) else Content("")
            cell = row[place] if place < len(row) else Content("")
            lines += Content(": ").join([header.stylize("bold"), cell]).wrap(width)
        lines.append(Content.styled("─" * width, FAINT))
    return lines[:-1]
