"""Text whose further lines begin where its first one does. Knows no widget."""

from __future__ import annotations

from textual.content import Content


def hanging(text: Content, indent: int, width: int) -> Content:
    """The text, wrapped, each of its lines after so many free cells.

    Args:
        text: What is to be shown.
        indent: Free cells before each line.
        width: Cells of a whole line.
    """
    lines = text.wrap(max(1, width - indent)) or [Content("")]
    return Content("\n").join([Content(" " * indent) + line for line in lines])
