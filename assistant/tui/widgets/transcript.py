"""The conversation as it scrolls by.

Shows the last turns and fetches earlier ones when asked. Follows what is being said until the reader
scrolls away, and then never moves the view. While it has the focus, one message is chosen. Knows turns, not who makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Click
from textual.message import Message as Event
from textual.widgets import Static

from assistant.tui.widgets.message import Entry, Message, Question, Reply

WINDOW = 20
"""Turns on the screen; more make scrolling and resizing slow."""


class Transcript(VerticalScroll):
    """Turns, oldest first.

    Args:
        welcome: What stands there before anything was said.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", "Message before", show=False),
        Binding("down", "choose(1)", "Next message", show=False),
        Binding("home", "choose(-100000)", "First message", show=False),
        Binding("end", "choose(100000)", "Last message", show=False),
    ]

    class Moved(Event):
        """The reader came to the end, left it, or new text came below."""

    class Chosen(Event):
        """Another message was chosen, or none is any more."""

    def __init__(self, welcome: Static) -> None:
        super().__init__(can_focus=True)
        self._welcome = welcome
        self._earlier = Static("", classes="earlier", markup=False)
        self._boundary = Static("", classes="boundary", markup=False)
        self._hidden: list[Entry] = []
        self._left_out = 0
        self.chosen: Message | None = None
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

    async def show(self, entries: Sequence[Entry], left_out: int = 0, follow: bool = False) -> None:
        """Show a path: what stands there already stays, what is on another branch goes.

        Args:
            entries: The whole path.
            left_out: How many of its first turns the assistant no longer reads.
            follow: Go to the end.
        """
        messages = self.messages
        names = [entry.turn.id for entry in entries]
        first = names.index(messages[0].turn.id) if messages and messages[0].turn.id in names else max(0, len(entries) - WINDOW)
        stay = 0
        for message, entry in zip(messages, entries[first:], strict=False):
            if message.turn.id != entry.turn.id:
                break
            if message.entry != entry:
                await message.show(entry)
            stay += 1
        gone = messages[stay:]
        self._hidden = list(entries[:first])
        if self.chosen in gone:
            self.chosen = None
        await self.remove_children(gone)
        await self.mount_all([_message_of(entry) for entry in entries[first + stay :]])
        if follow or self.is_at_end:
            await self._trim()
        self._left_out = left_out
        await self._show_boundary()
        self._update_earlier()
        if follow:
            self.follow()
        if self.has_focus and self.chosen is None and (messages := self.messages):
            self._choose(messages[-1])

    def reply_of(self, name: str) -> Reply | None:
        """The answer of that name, if it is on the screen."""
        found = (message for message in reversed(self.messages) if message.turn.id == name)
        message = next(found, None)
        return message if isinstance(message, Reply) else None

    async def show_earlier(self) -> None:
        """Add earlier turns at the top; what is being read stays where it is."""
        entries, self._hidden = self._hidden[-WINDOW:], self._hidden[:-WINDOW]
        if not entries:
            return
        before = self.virtual_size.height
        place = self.scroll_offset.y
        self.release_anchor()
        await self.mount_all([_message_of(entry) for entry in entries], after=self._welcome)
        await self._show_boundary()
        self._update_earlier()
        self.call_after_refresh(lambda: self.scroll_to(y=place + self.virtual_size.height - before, animate=False))

    async def bring(self, name: str) -> None:
        """Bring a turn into view and choose it, wherever in the conversation it is."""
        while name not in (message.turn.id for message in self.messages) and self._hidden:
            await self.show_earlier()
        message = next((message for message in self.messages if message.turn.id == name), None)
        if message:
            # Else the view would go back to the end.
            self.release_anchor()
            self.focus()
            self._choose(message)
            self.call_after_refresh(lambda: self._choose(message))

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

    # One message is chosen while the focus is here.

    def on_focus(self) -> None:
        """Choose the last message, unless one is chosen."""
        if self.chosen is None and (messages := self.messages):
            self._choose(messages[-1])

    def on_blur(self) -> None:
        """Choose none."""
        self._choose(None)

    async def action_choose(self, step: int) -> None:
        """Choose another message; before the first one on the screen, fetch earlier turns."""
        messages = self.messages
        place = messages.index(self.chosen) if self.chosen in messages else len(messages)
        if place + step < 0 and self._hidden:
            await self.show_earlier()
            place += len(self.messages) - len(messages)
            messages = self.messages
        if messages:
            self.release_anchor()
            self._choose(messages[min(max(place + step, 0), len(messages) - 1)])

    def _choose(self, message: Message | None) -> None:
        if self.chosen:
            self.chosen.remove_class("-chosen")
        self.chosen = message
        if message:
            message.add_class("-chosen")
            self.scroll_to_widget(message, animate=False, top=message.outer_size.height > self.size.height)
        self.post_message(self.Chosen())

    @on(Click, ".earlier")
    async def _clicked_earlier(self) -> None:
        await self.show_earlier()

    async def _trim(self) -> None:
        """Take the oldest turns off the screen; only done when the view goes to the end anyway."""
        surplus = [message for message in self.messages[:-WINDOW] if message is not self.chosen]
        self._hidden.extend(message.entry for message in surplus)
        if surplus:
            await self.remove_children(surplus)

    async def _show_boundary(self) -> None:
        """Say above the first turn that is still read that those above are not."""
        place = self._left_out - len(self._hidden)
        messages = self.messages
        await self._boundary.remove()
        if self._left_out and 0 <= place < len(messages):
            self._boundary = Static("", classes="boundary", markup=False)
            self._boundary.update(f"↑ {self._left_out} turns above no longer fit: the assistant does not read them (/context)")
            await self.mount(self._boundary, before=messages[place])

    def _update_earlier(self) -> None:
        count = len(self._hidden)
        self._earlier.display = count > 0
        self._earlier.update(f"… {count} earlier turn{'s' if count != 1 else ''}: PageUp shows them")
        self._welcome.display = not self.messages


def _message_of(entry: Entry) -> Message:
    return Question(entry) if entry.turn.role == "user" else Reply(entry)
