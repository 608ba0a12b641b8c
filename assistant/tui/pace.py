"""How often a growing answer is drawn.

Drawing takes up the last block of Markdown again each time. A paragraph is short; a block of code can be
hundreds of lines, coloured anew each time, and is drawn less often once it is long.
"""

from __future__ import annotations

import time

DRAW_EVERY_S = 0.04
"""25 times a second: smooth to the eye, and within what Textual's Markdown keeps up with."""

DRAW_CODE_EVERY_S = 0.25
"""In a long block of code."""

LONG_CODE_LINES = 25

LONG_BLOCK_CHARACTERS = 4_000
"""A list, table or paragraph beyond this is drawn as seldom as code."""


REST = 2.0
"""After a drawing the event loop has so many times as long for everything else: keys, scrolling, the status line."""


class Pace:
    """When a growing answer is to be drawn next: often enough for the eye, and seldom enough for the hand."""

    def __init__(self) -> None:
        self._began = self._ended = 0.0
        self._is_drawing = False

    def is_due(self, text: str) -> bool:
        """Whether an answer of that text may be drawn now."""
        rest_s = max(draw_every_s(text), REST * (self._ended - self._began))
        return not self._is_drawing and time.monotonic() - self._ended >= rest_s

    def begin(self) -> None:
        """Drawing begins."""
        self._is_drawing, self._began = True, time.monotonic()

    def end(self) -> None:
        """It stands on the screen."""
        self._is_drawing, self._ended = False, time.monotonic()


def draw_every_s(text: str) -> float:
    """Seconds between two drawings of an answer that ends like `text`."""
    is_long = len(text) - text.rfind("\n\n") > LONG_BLOCK_CHARACTERS or open_code_lines(text) > LONG_CODE_LINES
    return DRAW_CODE_EVERY_S if is_long else DRAW_EVERY_S


def open_code_lines(text: str) -> int:
    """Lines since the start of a fenced block that is still open; 0 outside of one."""
    fence = ""
    lines = 0
    for line in text.split("\n"):
        marks = line.lstrip(" ")
        lines += 1
        if fence:
            if marks.startswith(fence) and not marks.strip(fence[0] + " "):
                fence, lines = "", 0
        elif marks.startswith(("```", "~~~")):
            fence = marks[: len(marks) - len(marks.lstrip(marks[0]))]
            lines = 0
    return lines if fence else 0
