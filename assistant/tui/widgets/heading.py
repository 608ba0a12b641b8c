"""Who answers, and what must be known before one relies on it: at the top, and where nothing was said yet."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from assistant.chat.partner import Partner
from assistant.core.plain import one_line


class Heading(Static):
    """Name, notice and the conversation's title, always in view."""

    def __init__(self) -> None:
        super().__init__("", id="header", markup=False)

    def show(self, partner: Partner, title: str) -> None:
        """Say who answers, and in which conversation."""
        parts = [Content.styled(one_line(partner.label), "bold"), Content.styled(one_line(partner.notice), "$text-warning")]
        if title:
            parts.append(Content.styled(one_line(title), "$text-muted"))
        self.update(Content("  ").join([part for part in parts if part.plain]))


class Welcome(Static):
    """Name, description and notice, and how to begin."""

    def __init__(self) -> None:
        super().__init__("", classes="welcome", markup=False)

    def show(self, partner: Partner) -> None:
        """Say who answers."""
        lines = [
            Content.styled(one_line(partner.label), "bold $text-primary"),
            Content(one_line(partner.description)),
            Content.styled(one_line(partner.notice), "$text-warning"),
        ]
        hints = (
            "Write a question below and press Enter.",
            "/ lists what can be done · @ puts a file in · Ctrl+L earlier conversations · Ctrl+T another assistant · F1 help",
        )
        hint = Content.styled("\n".join(hints), "$text-muted")
        self.update(Content("\n").join([*(line for line in lines if line.plain), Content(""), hint]))
