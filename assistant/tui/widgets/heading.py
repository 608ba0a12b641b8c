"""Who answers, and what must be known before one relies on it: at the top, and where nothing was said yet."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Heading(Static):
    """Name and notice, always in view."""

    def __init__(self, label: str, notice: str) -> None:
        parts = [Content.styled(label, "bold"), Content.styled(notice, "$text-warning")]
        super().__init__(Content("  ").join(parts), id="header", markup=False)


class Welcome(Static):
    """Name, description and notice, and how to begin."""

    def __init__(self, label: str, notice: str, description: str) -> None:
        lines = [Content.styled(label, "bold $text-primary"), Content(description), Content.styled(notice, "$text-warning")]
        hint = Content.styled("Write a question below and press Enter.", "$foreground 60%")
        text = Content("\n").join([*(line for line in lines if line.plain), Content(""), hint])
        super().__init__(text, classes="welcome", markup=False)
