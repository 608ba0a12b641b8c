"""A turn on the screen: the user's in plain text, the assistant's in Markdown with a note of how it ended."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from assistant.chat.linear import Turn
from assistant.core.plain import plain


class Message(Vertical):
    """Who speaks, and below it what is said."""

    def __init__(self, speaker: str, turn: Turn | None, classes: str) -> None:
        super().__init__(classes=classes)
        self._speaker = speaker
        self.turn = turn

    def compose(self) -> ComposeResult:
        """The speaker's name; the rest is added by the kind of message."""
        yield Static(self._speaker, classes="speaker", markup=False)


class Question(Message):
    """A turn of the user."""

    def __init__(self, turn: Turn) -> None:
        super().__init__("You", turn, "question")
        self._text = turn.text

    def compose(self) -> ComposeResult:
        """Name and text."""
        yield from super().compose()
        yield Static(plain(self._text), classes="said", markup=False)


class Reply(Message):
    """A turn of the assistant; without a turn, one that is still to be said."""

    def __init__(self, label: str, turn: Turn | None = None) -> None:
        super().__init__(label, turn, "reply")
        # Markdown takes a tenth of a second to import, and the first paint shows none.
        from assistant.tui.widgets.answer_text import AnswerText

        self._body = AnswerText(turn.text if turn else "")
        self._note = Static("", classes="note -error" if turn and turn.state == "failed" else "note", markup=False)

    def compose(self) -> ComposeResult:
        """Name, text and note."""
        yield from super().compose()
        yield self._body
        yield self._note

    def on_mount(self) -> None:
        """Say at once how a turn ended that was said before."""
        self._show_note(note_on(self.turn) if self.turn else "…")

    async def write(self, piece: str) -> None:
        """Add what was just said."""
        self._show_note("")
        await self._body.write(piece)

    async def end(self, turn: Turn) -> None:
        """Draw the finished turn."""
        self.turn = turn
        await self._body.settle(turn.text)
        self._note.set_class(turn.state == "failed", "-error")
        self._show_note(note_on(turn))

    @property
    def source(self) -> str:
        """The Markdown that stands on the screen."""
        return self._body.source

    @property
    def note(self) -> str:
        """What is said about how it ended."""
        return str(self._note.content)

    def _show_note(self, note: str) -> None:
        self._note.update(plain(note))
        self._note.display = bool(note)


def note_on(turn: Turn) -> str:
    """How an answer ended, where that was not by itself."""
    if turn.state == "failed":
        return f"✗ this answer broke off: {turn.error}"
    if turn.state == "stopped":
        return "■ stopped"
    if turn.was_cut:
        assert turn.answer is not None
        tokens = turn.answer.completion_tokens
        return "✂ cut at the limit of tokens" if tokens is None else f"✂ cut at the limit of {tokens} tokens"
    return "" if turn.text.strip() else "the answer is empty"
