"""A training's losses over its steps, drawn in braille: a line for the training rows, marks for the validation.

Told apart by shape, and by colour besides. Knows points, not where they come from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby, pairwise

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from assistant.training.progressing import Point

LABEL = 7
"""Cells of the numbers on the left, with the axis."""
MARK, LOWEST = "●", "◆"
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a braille character, by row and column of its dots."""
LINE_STYLE, MARK_STYLE, QUIET = "$text-primary", "bold $text-warning", "$foreground-muted"

Dot = tuple[int, int]


class LossCurve(Widget):
    """The curve, as large as there is room for."""

    DEFAULT_CSS = """
    LossCurve { height: 1fr; min-height: 6; }
    """

    points: reactive[tuple[Point, ...]] = reactive(())
    steps: reactive[int | None] = reactive(None)

    def render(self) -> Content:
        """A legend, the plot, and the steps below it."""
        return Content("\n").join(drawn(self.points, self.steps, self.content_size.width, self.content_size.height))


def drawn(points: Sequence[Point], steps: int | None, width: int, height: int) -> list[Content]:
    """The lines of the curve.

    Args:
        points: In the order of their steps.
        steps: Of the whole training, so that the curve shows how far it is; None for as many as there are.
        width: Cells.
        height: Lines.
    """
    learned = [(point.step, point.loss) for point in points if point.loss is not None and math.isfinite(point.loss)]
    validated = [
        (point.step, point.validation_loss) for point in points if point.validation_loss is not None and math.isfinite(point.validation_loss)
    ]
    if not learned and not validated:
        return [Content.styled("no loss yet", QUIET)]
    lowest = min(validated, key=lambda one: one[1], default=None)
    legend = _legend(learned, validated, lowest, width)
    columns, rows = width - LABEL, height - 3
    if columns < 8 or rows < 2:
        return [legend]
    losses = [loss for _, loss in (*learned, *validated)]
    bottom, top = _range(losses)
    last = max(steps or 0, *(step for step, _ in (*learned, *validated)))

    def place(step: int, loss: float) -> Dot:
        """Column and row of a dot, from the left and from the top."""
        return round((2 * columns - 1) * step / max(1, last)), round((4 * rows - 1) * (top - loss) / (top - bottom))

    bits = _line([place(*one) for one in learned])
    marks = {(x // 2, y // 4): MARK for x, y in (place(*one) for one in validated)}
    if lowest:
        x, y = place(*lowest)
        marks[x // 2, y // 4] = LOWEST
    lines = [_row(row, rows, columns, bits, marks, bottom, top) for row in range(rows)]
    axis = Content.styled(" " * (LABEL - 1) + "└" + "─" * columns, QUIET)
    ends = f"{last}".rjust(max(1, columns - 1))
    below = Content.styled(" " * LABEL + "0" + (ends[: columns - 1] if columns > 12 else ""), QUIET)
    return [legend, *lines, axis, below]


def _legend(learned: Sequence[tuple[int, float]], validated: Sequence[tuple[int, float]], lowest: tuple[int, float] | None, width: int) -> Content:
    """What is what, with the newest figures; in a narrow place without the words that can be done without."""
    parts = []
    if learned:
        parts.append(Content.assemble(("⠒⠒", LINE_STYLE), f" training {learned[-1][1]:.3f}"))
    if validated and lowest:
        parts.append(Content.assemble((MARK, MARK_STYLE), f" validation {validated[-1][1]:.3f}"))
        parts.append(Content.assemble((LOWEST, MARK_STYLE), f" lowest {lowest[1]:.3f} at step {lowest[0]}"))
    while len(parts) > 1 and sum(part.cell_length for part in parts) + 3 * (len(parts) - 1) > width:
        parts.pop()
    return Content("   ").join(parts)


def _range(losses: Sequence[float]) -> tuple[float, float]:
    """The lowest and the highest loss shown, never the same."""
    low, high = min(losses), max(losses)
    margin = (high - low) * 0.04 or 0.05
    return low - margin, high + margin


def _line(places: Sequence[Dot]) -> dict[Dot, int]:
    """The bits of each braille character that the line through the places touches."""
    bits: dict[Dot, int] = {}
    for (x1, y1), (x2, y2) in pairwise((places[0], *places)) if places else ():
        reach = max(abs(x2 - x1), abs(y2 - y1), 1)
        for part in range(reach + 1):
            x, y = round(x1 + (x2 - x1) * part / reach), round(y1 + (y2 - y1) * part / reach)
            cell = (x // 2, y // 4)
            bits[cell] = bits.get(cell, 0) | DOTS[y % 4][x % 2]
    return bits


def _row(row: int, rows: int, columns: int, bits: dict[Dot, int], marks: dict[Dot, str], bottom: float, top: float) -> Content:
    """One line of the plot with its number, if it is one of those that have one."""
    numbered = {0: top, rows - 1: bottom, **({(rows - 1) // 2: top - (top - bottom) * ((rows - 1) // 2) / (rows - 1)} if rows >= 5 else {})}
    label = f"{numbered[row]:.2f}"[: LABEL - 2].rjust(LABEL - 2) + " ┤" if row in numbered else " " * (LABEL - 1) + "│"
    cells = [_cell((column, row), bits, marks) for column in range(columns)]
    runs = [("".join(text for text, _ in run), style) for style, run in groupby(cells, key=lambda cell: cell[1])]
    return Content.assemble((label, QUIET), *runs)


def _cell(cell: Dot, bits: dict[Dot, int], marks: dict[Dot, str]) -> tuple[str, str]:
    """A character of the plot and its style."""
    if cell in marks:
        return marks[cell], MARK_STYLE
    return (chr(0x2800 + bits[cell]), LINE_STYLE) if cell in bits else (" ", "")
