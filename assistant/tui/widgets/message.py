"""A turn on the screen: the user's in plain text, the assistant's in Markdown with a note of how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from assistant.chat.endings import Ending, ending_of, limit_of
from assistant.chat.turn import Turn
from assistant.core.plain import one_line, plain

SHOWN_LINES = 60
SHOWN_CHARACTERS = 6_000
"""A question of more is shown in part: it may hold a whole file. What is asked and copied is all of it."""


@dataclass(frozen=True)
class Entry:
    """A turn, and what the screen says of it beside its text.

    Attributes:
        turn: The turn.
        place: Which of how many variants it is, counted from 1.
        verdict: What the user said of it, in a few words; empty for nothing.
        is_being_said: Whether it grows.
    """

    turn: Turn
    place: tuple[int, int] = (1, 1)
    verdict: str = ""
    is_being_said: bool = False

    @property
    def variant(self) -> str:
        """Which variant it is, where there are several."""
        return f"  \u2039{self.place[0]}/{self.place[1]}\u203a" if self.place[1] > 1 else ""


class Message(Vertical):
    """Who speaks, and below it what is said."""

    def __init__(self, speaker: str, entry: Entry, classes: str) -> None:
        super().__init__(classes=classes)
        self._speaker = speaker
        self._heading = Static(self._headline(entry), classes="speaker", markup=False)
        self.entry = entry

    def compose(self) -> ComposeResult:
        """The speaker's name; the rest is added by the kind of message."""
        yield self._heading

    @property
    def turn(self) -> Turn:
        """What was said."""
        return self.entry.turn

    async def show(self, entry: Entry) -> None:
        """Show the turn as it is now."""
        self.entry = entry
        self._heading.update(self._headline(entry))

    def _headline(self, entry: Entry) -> Content:
        return Content.assemble(one_line(self._speaker), (entry.variant, "not bold $text-muted"))


class Question(Message):
    """A turn of the user."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("You", entry, "question")

    def compose(self) -> ComposeResult:
        """Name and text."""
        yield from super().compose()
        yield Static(plain(in_part(self.turn.text)), classes="said", markup=False)


class Reply(Message):
    """A turn of the assistant."""

    def __init__(self, entry: Entry) -> None:
        speaker = entry.turn.speaker
        super().__init__(speaker.label if speaker else "assistant", entry, "reply")
        # Markdown takes a tenth of a second to import, and the first paint shows none.
        from assistant.tui.widgets.answer_text import AnswerText

        self._settled = entry.turn.text
        self._body = AnswerText(entry.turn.text)
        self._note = Static("", classes="note", markup=False)

    def compose(self) -> ComposeResult:
        """Name, text and note."""
        yield from super().compose()
        yield self._body
        yield self._note

    def on_mount(self) -> None:
        """Say at once how a turn ended that was said before."""
        self._show_note(self.entry)

    async def write(self, piece: str) -> None:
        """Add what was just said."""
        self._settled = None  # type: ignore[assignment]
        self._note.display = False
        await self._body.write(piece)

    async def show(self, entry: Entry) -> None:
        """Show the turn as it is now; one that is still being said keeps what stands there."""
        await super().show(entry)
        if not entry.is_being_said and entry.turn.text != self._settled:
            self._settled = entry.turn.text
            await self._body.settle(entry.turn.text)
        self._show_note(entry)

    @property
    def source(self) -> str:
        """The Markdown that stands on the screen."""
        return self._body.source

    @property
    def note(self) -> str:
        """What is said about how it ended."""
        return str(self._note.content) if self._note.display else ""

    def _show_note(self, entry: Entry) -> None:
        note = note_on(entry)
        self._note.set_class(entry.turn.state == "failed" and not entry.is_being_said, "-error")
        self._note.update(plain(note))
        self._note.display = bool(note)


def in_part(text: str) -> str:
    """A text as far as a screen has room for it, and how much more there is."""
    lines = text[:SHOWN_CHARACTERS].splitlines()[:SHOWN_LINES]
    shown = "\n".join(lines)
    if len(shown) >= len(text.rstrip("\n")):
        return text
    return f"{shown}\n… {len(text) - len(shown):,} more characters, which the assistant reads as well"


def note_on(entry: Entry) -> str:
    """How an answer ended, where that was not by itself, and what is to be known of it."""
    lines = [_ending(entry), *(f"⚠ {warning}" for warning in entry.turn.warnings), entry.verdict]
    return "\n".join(line for line in lines if line)


def _ending(entry: Entry) -> str:
    turn = entry.turn
    if entry.is_being_said:
        return "" if turn.text else "…"
    said: dict[Ending, str] = {
        "broke off": f"✗ this answer broke off: {turn.error}",
        "left": "✗ this answer broke off: the app ended before it did",
        "stopped": "■ stopped",
        "cut": f"✂ cut at {limit_of(turn)}",
        "empty": "the answer is empty",
        "": "",
    }
    return said[ending_of(turn)] + (" · Ctrl+O goes on" if turn.may_go_on else "")
