"""What the table of items shows of each, its marks, its score, how that moved and the question, and what stands above them."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from assistant.api import one_line
from evalsuite.viewer.items import Collection
from evalsuite.viewer.shelf import Shelf
from evalsuite.viewer.widgets.item_table import Column
from evalsuite.viewer.wording import marks_of, moved, score

LONGEST_CELL = 400
"""Characters of a question that a row of the table is made from."""


def rows_of(shelf: Shelf) -> tuple[list[Column], Callable[[int], list[str]]]:
    """The columns of a shelf's table, and what gives the cells of a row by its place."""
    collection = shelf.collection
    metric = shelf.order.metric or collection.ranked_by
    columns = [Column("RTXE", 4, component="item-table--mark")]
    if metric:
        columns.append(Column(one_line(metric)[:12], min(max(7, len(one_line(metric))), 12), from_right=True))
        if collection.other:
            columns.append(Column("change", 7, from_right=True, component="item-table--quiet"))
    columns.append(Column("question"))

    def row(place: int) -> list[str]:
        item = shelf.items[place]
        cells = [marks_of(shelf.journal.of(item.id))]
        if metric:
            cells.append(score(item.scores.get(metric), metric, collection))
            if collection.other:
                cells.append(moved(item.gap(metric), metric, collection))
        return [*cells, one_line((item.asked.question or item.id)[:LONGEST_CELL])]

    return columns, row


def heading_of(collection: Collection) -> Content:
    """Which evaluation, against which, and what a reader must know of both."""
    title = [Content.styled(one_line(collection.run), "bold")]
    if collection.other:
        title.append(Content.styled(one_line(f"against {collection.other}"), "$foreground 60%"))
    title += [Content.styled(one_line(note), "$text-warning") for note in collection.notes]
    return Content("  ").join(title)
