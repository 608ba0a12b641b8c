"""The conversation as the assistant reads it: the prompt it begins with, the turns that are read, and those that are not. Knows no engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.chat.turn import Turn
from assistant.core.plain import one_line
from assistant.tui.hanging import hanging
from assistant.tui.reading import SAID, Part, beginning, parts_of, used
from assistant.tui.screens.panel import Panel, keys_line

KEYS = "↑↓ PageUp PageDown scroll · Esc closes"

DASH = "—"

MARKS = {"read": "●", "left out": "○", "not counted": "✗"}
"""Beside the words, so that it is seen at a glance and without colours."""


def bar(tokens: int, room: int, width: int) -> str:
    """How full the room is, drawn in so many cells."""
    full = min(width, round(width * tokens / room)) if room > 0 else width
    return "█" * full + "░" * (width - full)


class ContextScreen(Panel[None]):
    """What the assistant reads.

    Args:
        path: The turns, first to last.
        left_out: How many of its first turns the prompt has no room for.
        tokens: Of the whole prompt; None if nobody counted them.
        room: The longest prompt; None if it is not known.
        system_prompt: What it is told before the conversation.
    """

    DEFAULT_CSS = """
    ContextScreen #used { height: auto; }
    ContextScreen VerticalScroll { height: 1fr; margin-top: 1; scrollbar-size-vertical: 1; }
    ContextScreen .parts { height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,f1,enter", "leave", show=False)]

    BAR_CELLS = 30

    def __init__(self, path: Sequence[Turn], left_out: int, tokens: int | None, room: int | None, system_prompt: str) -> None:
        super().__init__()
        self._parts = parts_of(path, left_out)
        self._tokens, self._room, self._system_prompt = tokens, room, system_prompt

    def compose(self) -> ComposeResult:
        """How much is used, the prompt, the turns, and the keys."""
        with Vertical(classes="panel") as panel:
            panel.border_title = "What the assistant reads"
            yield Static(self._used(), id="used")
            with VerticalScroll():
                yield Static("", classes="parts")
            yield keys_line(KEYS)

    def on_mount(self) -> None:
        """The newest turns are those one asks about."""
        turns = self.query_one(VerticalScroll)
        turns.focus()
        turns.anchor()

    def on_resize(self) -> None:
        """The lines are broken anew."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        width = max(20, self.query_one(VerticalScroll).scrollable_content_region.width - 1)
        said = [self._shown(MARKS["read"], "told before the conversation", "", one_line(self._system_prompt) or "(nothing)", width)]
        said += [self._part(part, width) for part in self._parts]
        self.query_one(".parts", Static).update(Content("\n\n").join(said))

    def _used(self) -> Content:
        words = Content.styled(used(self._tokens, self._room), "bold")
        if self._tokens is not None and self._room:
            words = Content.styled(bar(self._tokens, self._room, self.BAR_CELLS), "$text-primary") + Content("  ") + words
        forgotten = sum(part.reading == "left out" for part in self._parts)
        if forgotten:
            words += Content.styled(
                f"\n{forgotten} older turns are not read any longer. A new conversation begins with an empty page.", "$text-warning"
            )
        return words

    def _part(self, part: Part, width: int) -> Content:
        who = "you" if part.turn.role == "user" else one_line(part.turn.speaker.label) if part.turn.speaker else "the assistant"
        tokens = f"{DASH} tokens" if part.tokens is None else f"{'' if part.is_exact else 'about '}{part.tokens:,} tokens"
        return self._shown(MARKS[part.reading], f"{who} · {SAID[part.reading]}", tokens, one_line(part.turn.text), width, part.reading != "read")

    def _shown(self, mark: str, head: str, tokens: str, text: str, width: int, is_out: bool = False) -> Content:
        """Two lines: who and whether it is read; how it begins."""
        style = "$text-muted" if is_out else "bold $text-primary"
        line = Content.styled(f"{mark} {head}", style) + Content.styled(f" · {tokens}" if tokens else "", "$text-muted")
        said = Content.styled(beginning(text), "$text-muted" if is_out else "")
        return hanging(line, 0, width) + Content("\n") + hanging(said, 2, width)
