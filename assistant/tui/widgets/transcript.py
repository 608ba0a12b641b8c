"""The conversation as it scrolls by.

Shows the last turns and fetches earlier ones when asked. Follows what is being said until the reader
scrolls away, and then never moves the view. Knows turns, not who makes them.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Click
from textual.message import Message as Event
from textual.widgets import Static

from assistant.chat.linear import Turn
from assistant.tui.widgets.message import Message, Question, Reply

WINDOW = 50
"""Turns on the screen; more make scrolling and resizing slow."""


class Transcript(VerticalScroll):
    """Turns, oldest first.

    Args:
        label: What the assistant is called.
        welcome: What stands there before anything was said.
    """

    class Moved(Event):
        """The reader came to the end, left it, or new text came below."""

    def __init__(self, label: str, welcome: Static) -> None:
        super().__init__(can_focus=False)
        self._label = label
        self._welcome = welcome
        self._earlier = Static("", classes="earlier", markup=False)
        self._hidden: list[Turn] = []
        self.has_unseen = False

    def compose(self) -> ComposeResult:
        """The bar of earlier turns, and the welcome."""
        yield self._earlier
        yield self._welcome

    def on_mount(self) -> None:
        """Stay at the end as text comes."""
        self._update_earlier()
        self.anchor()

    @property
    def messages(self) -> list[Message]:
        """The turns on the screen, oldest first."""
        return list(self.query_children(Message).results())

    @property
    def hidden_turns(self) -> int:
        """How many earlier turns are not on the screen."""
        return len(self._hidden)

    @property
    def is_at_end(self) -> bool:
        """Whether the last line is in view. While all of it fits, the text stands at the bottom, at a place below 0."""
        return self.max_scroll_y == 0 or self.scroll_offset.y >= self.max_scroll_y

    async def show(self, turns: Sequence[Turn]) -> None:
        """Show another conversation."""
        self._hidden = list(turns[:-WINDOW])
        await self.query_children(Message).remove()
        await self.mount_all([self._message_of(turn) for turn in turns[-WINDOW:]])
        self._update_earlier()
        self.follow()

    async def ask(self, turn: Turn) -> Reply:
        """Add a question and the reply that is still to be said, and go to the end."""
        reply = Reply(self._label)
        await self.mount_all([self._message_of(turn), reply])
        await self._trim()
        self.follow()
        return reply

    async def show_earlier(self) -> None:
        """Add earlier turns at the top; what is being read stays where it is."""
        turns, self._hidden = self._hidden[-WINDOW:], self._hidden[:-WINDOW]
        if not turns:
            return
        before = self.virtual_size.height
        place = self.scroll_offset.y
        self.release_anchor()
        await self.mount_all([self._message_of(turn) for turn in turns], after=self._welcome)
        self._update_earlier()
        self.call_after_refresh(lambda: self.scroll_to(y=place + self.virtual_size.height - before, animate=False))

    def follow(self) -> None:
        """Go to the end, and stay there as text comes."""
        self.anchor()
        self.has_unseen = False
        self.post_message(self.Moved())

    def text_came(self) -> None:
        """New text was added at the end."""
        unseen = not self.is_at_end
        if unseen != self.has_unseen:
            self.has_unseen = unseen
            self.post_message(self.Moved())

    async def page_up(self) -> None:
        """One page towards the start; at the start, fetch earlier turns."""
        if self.scroll_offset.y <= 0 and self._hidden:
            await self.show_earlier()
        else:
            self.scroll_page_up(animate=False)

    def release_anchor(self) -> None:
        """Stop following, unless everything is in view: then there is nowhere the reader could have gone."""
        if self.max_scroll_y > 0:
            super().release_anchor()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Notice that the reader came to the end."""
        super().watch_scroll_y(old_value, new_value)
        if self.has_unseen and self.is_at_end:
            self.has_unseen = False
            self.post_message(self.Moved())

    @on(Click, ".earlier")
    async def _clicked_earlier(self) -> None:
        await self.show_earlier()

    async def _trim(self) -> None:
        """Take the oldest turns off the screen; only done when the view goes to the end anyway."""
        surplus = self.messages[:-WINDOW]
        self._hidden.extend(message.turn for message in surplus if message.turn)
        if surplus:
            await self.remove_children(surplus)
        self._update_earlier()

    def _update_earlier(self) -> None:
        count = len(self._hidden)
        self._earlier.display = count > 0
        self._earlier.update(f"… {count} earlier turn{'s' if count != 1 else ''}: PageUp shows them")
        self._welcome.display = not self.messages

    def _message_of(self, turn: Turn) -> Message:
        return Question(turn) if turn.role == "user" else Reply(self._label, turn)
