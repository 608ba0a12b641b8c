"""The conversation as the assistant reads it: the prompt it begins with, the turns that are read, and those that are not. Knows no engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.chat.prompt import messages_of
from assistant.chat.turn import Turn
from assistant.core.plain import one_line
from assistant.tui.hanging import hanging
from assistant.tui.screens.panel import Panel, keys_line

KEYS = "↑↓ PageUp PageDown scroll · Esc closes"

DASH = "—"

Reading = Literal["read", "left out", "not counted"]
"""read: it is in the prompt; left out: there was no room for it; not counted: the answer broke off, and is left out with its question."""

SAID = {
    "read": "read",
    "left out": "forgotten: no room for it",
    "not counted": "passed over: the answer broke off",
}

MARKS = {"read": "●", "left out": "○", "not counted": "✗"}
"""Beside the words, so that it is seen at a glance and without colours."""


@dataclass(frozen=True)
class Part:
    """A turn as far as the assistant reads it.

    Attributes:
        turn: The turn.
        reading: Whether it does.
        tokens: How many it takes of the prompt, as far as known.
        is_exact: Whether the tokens were counted, and not concluded from how much longer the next prompt was.
    """

    turn: Turn
    reading: Reading
    tokens: int | None
    is_exact: bool = True


def parts_of(path: Sequence[Turn], left_out: int) -> list[Part]:
    """What becomes of each turn.

    Args:
        path: The turns, first to last.
        left_out: The oldest turns that count and for which the prompt has no room.
    """
    # Each turn's name in the place of its text shows which of them the prompt is made of: the rule itself stands in one place.
    named = [replace(turn, text=turn.id if turn.text.strip() else turn.text) for turn in path]
    counting = [message["content"] for message in messages_of(named)]
    # An empty last answer is about to be said: it is neither read nor passed over.
    forgotten, read = set(counting[:left_out]), set(counting[left_out:])
    parts = []
    for place, turn in enumerate(path):
        if turn.role == "assistant" and turn is path[-1] and not turn.text.strip():
            continue
        reading: Reading = "left out" if turn.id in forgotten else "read" if turn.id in read else "not counted"
        tokens, is_exact = _tokens_of(path, place)
        parts.append(Part(turn, reading, tokens, is_exact))
    return parts


def _tokens_of(path: Sequence[Turn], place: int) -> tuple[int | None, bool]:
    """The tokens of an answer as they were counted; of a question what the prompt grew by, its frame included."""
    turn = path[place]
    if turn.role == "assistant":
        return (turn.figures.completion_tokens if turn.figures else None), True
    if place < 1 or place + 1 >= len(path):
        return None, False
    before, after = path[place - 1], path[place + 1]
    if before.figures is None or after.figures is None or before.speaker is None or after.speaker is None:
        return None, False
    counts = before.figures.prompt_tokens, before.figures.completion_tokens, after.figures.prompt_tokens
    # Only where both prompts were made alike is one the other and this question.
    alike = (
        not before.figures.left_out
        and not after.figures.left_out
        and before.state == after.state == "complete"
        and before.speaker.fingerprint == after.speaker.fingerprint
        and before.speaker.system_prompt == after.speaker.system_prompt
    )
    if not alike or counts[0] is None or counts[1] is None or counts[2] is None:
        return None, False
    grown = counts[2] - counts[0] - counts[1]
    return (grown, False) if grown > 0 else (None, False)


def bar(tokens: int, room: int, width: int) -> str:
    """How full the room is, drawn in so many cells."""
    full = min(width, round(width * tokens / room)) if room > 0 else width
    return "█" * full + "░" * (width - full)


def used(tokens: int | None, room: int | None) -> str:
    """How much of the room is used, in words; what is not known is said to be so."""
    if tokens is None:
        return f"how long the prompt is was not counted; the assistant reads {room:,} tokens" if room else "how long the prompt is was not counted"
    if not room:
        return f"{tokens:,} tokens; how many the assistant reads is not known"
    return f"{tokens:,} of {room:,} tokens ({100 * tokens / room:.0f} %)"


class ContextScreen(Panel[None]):
    """What the assistant reads.

    Args:
        path: The turns, first to last.
        left_out: The oldest turns that the prompt has no room for.
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


def beginning(text: str, most: int = 160) -> str:
    """How a text begins."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
