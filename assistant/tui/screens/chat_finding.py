"""Conversations that are looked for: by their title at once, and in a thread by all that was ever said. Changes none of them.

Knows no engine; what was asked of the disk is done in that order, before the screen closes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from assistant.chat.store import ChatStore
from assistant.core.errors import UserError
from assistant.core.plain import one_line
from assistant.tui.screens.chat_list import ChatList
from assistant.tui.screens.chat_rows import Found, Row, drawn, named
from assistant.tui.screens.panel import Line, Panel, keys_line, told
from assistant.tui.widgets.row_list import RowList

Find = Callable[[str, int], Sequence[Found]]
"""The places where words stand, at most so many, best first."""
ALL = 1_000_000
PLACES = 100
"""More places than anybody reads through; better words find fewer."""

KEYS_SEARCHING = "type to search · ↓ to the list: rename, pin, delete, export · Enter opens · Esc closes"
KEYS_LISTED = "Enter opens · r rename · p pin · d delete · u undo · e export · / search · Esc closes"
KEYS_ASKED = "Enter takes it · Esc leaves it"


@dataclass(frozen=True)
class Opened:
    """What is to be shown.

    Attributes:
        conversation: Its name.
        turn: The turn to go to; None for where it was left.
    """

    conversation: str
    turn: str | None = None


class FindingScreen(Panel[Opened | None]):
    """Ends with what is to be opened.

    Args:
        store: Where the conversations are.
        find: Finds what was said.
        current: The one that is open.
        words: What to search for at first.
    """

    DEFAULT_CSS = """
    FindingScreen #rows { height: 1fr; layers: list above; margin-top: 1; }
    FindingScreen RowList { layer: list; }
    FindingScreen #asked { layer: above; display: none; background: $background; border: none; padding: 0 1 0 0; }
    FindingScreen #asked:focus { background: $background; }
    FindingScreen #none { layer: above; display: none; color: $text-muted; padding: 0 2; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "to_list", show=False),
        Binding("slash", "search", show=False),
    ]

    def __init__(self, store: ChatStore, find: Find, current: str, words: str = "") -> None:
        super().__init__()
        self._chats = ChatList()
        self._store, self._find, self._current = store, find, current
        self._words = words
        self._search = Line(placeholder="Search titles and everything that was said", id="search")
        self._list = RowList()
        self._asked = Line(id="asked")
        self._none = Static("", id="none", markup=False)
        self._keys = keys_line(KEYS_SEARCHING)
        self._found: Sequence[Found] = ()
        self._found_for = ""
        self._is_finding = False
        self._rows: list[Row] = []
        self._then: Callable[[str], None] | None = None
        self._order = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """The field, the list, a word, and the keys."""
        with Vertical(classes="panel") as panel:
            panel.border_title = "Conversations"
            yield self._search
            with Container(id="rows"):
                yield self._list
                yield self._none
                yield self._asked
            yield told()
            yield self._keys

    def on_mount(self) -> None:
        """Draw first, then ask the disk."""
        self._search.value = one_line(self._words)
        self._search.focus()
        self._show()
        self.run_worker(self._load())

    @property
    def deleted(self) -> Sequence[str]:
        """The conversations that were deleted here, in that order, and not brought back; the open one may be among them."""
        return self._chats.deleted

    @property
    def titles(self) -> Mapping[str, str]:
        """The titles that were given here, by conversation."""
        return self._chats.titles

    @property
    def rows(self) -> Sequence[Row]:
        """What the list holds."""
        return self._rows

    @property
    def row(self) -> Row | None:
        """The chosen row; None where there is none."""
        return self._rows[self._list.cursor] if self._rows else None

    # What is shown.

    async def _load(self) -> None:
        try:
            summaries = await asyncio.to_thread(self._store.listed, ALL)
        except UserError as error:
            self.tell_error(error)
            return
        self._chats.read(summaries)
        self._show()
        self._look()

    @on(Input.Changed, "#search")
    def _look(self) -> None:
        """Show at once what is called so, and find in a thread what was said."""
        if not self._chats.is_read:
            return
        self._show(first=True)
        if not self._is_finding:
            self._is_finding = True
            self.run_worker(self._find_said())

    async def _find_said(self) -> None:
        # One search at a time, and then the newest: whoever types fast starts no queue of searches.
        try:
            while (words := self._search.value.strip()) != self._found_for:
                try:
                    found = await asyncio.to_thread(self._find, words, PLACES) if words else ()
                except UserError as error:
                    found = ()
                    self.tell_error(error)
                self._found, self._found_for = found, words
                if words == self._search.value.strip():
                    self._show()
        finally:
            self._is_finding = False

    def _show(self, first: bool = False) -> None:
        """Show the rows for the words, the cursor on the first or where it was."""
        before = self.row
        words = self._search.value.strip()
        found = self._found if words == self._found_for else ()
        self._rows = self._chats.rows(words, found)
        kept = next((place for place, row in enumerate(self._rows) if before and row.key == before.key), self._list.cursor)
        self._list.show(len(self._rows), self._drawn, 0 if first else kept)
        self._none.display = not self._rows
        self._none.update(self._why_none(words))

    def _why_none(self, words: str) -> str:
        if not self._chats.is_read:
            return "reading …"
        if words:
            return "nothing found" if words == self._found_for else "searching …"
        return "No conversation is kept yet: what you ask will stand here."

    def _drawn(self, place: int, width: int) -> Content:
        return drawn(self._rows[place], width, time.time(), self._current, self._chats.titles)

    @on(DescendantFocus)
    def _show_keys(self) -> None:
        self._keys.update(KEYS_LISTED if self._list.has_focus else KEYS_ASKED if self._asked.has_focus else KEYS_SEARCHING)

    def on_resize(self) -> None:
        """Keep the line that is being written in its place."""
        self.call_after_refresh(self._place_asked)

    # Where the user goes.

    def action_to_list(self) -> None:
        """From the field into the list."""
        if self._search.has_focus and self._rows:
            self._list.focus()
            self._list.action_move(1)

    @on(RowList.AtTop)
    def action_search(self) -> None:
        """Back to the field."""
        self._search.focus()

    @on(Input.Submitted, "#search")
    @on(RowList.Chosen)
    async def _open(self) -> None:
        if row := self.row:
            await self._close(Opened(row.conversation, row.found.turn if row.found else None))

    def action_leave(self) -> None:
        """Leave the line that is being written, else the screen."""
        if self._asked.display:
            self._done_asking()
        else:
            self.run_worker(self._close(None))

    async def _close(self, result: Opened | None) -> None:
        # What was asked of the disk is done first: the workers of a screen end with it.
        async with self._order:
            self.dismiss(result)

    # A line in the place of a row.

    def _ask(self, text: str, then: Callable[[str], None]) -> None:
        self._then = then
        self._asked.value = named(text)
        self._asked.cursor_position = len(self._asked.value)
        self._asked.display = True
        self._asked.focus()
        # Only then is it known how much room the word to the user has left to the list.
        self.call_after_refresh(self._place_asked)

    def _place_asked(self) -> None:
        self._asked.styles.offset = (2, self._list.line_of(self._list.cursor))
        self._asked.styles.width = max(10, self._list.size.width - 3)

    @on(Input.Submitted, "#asked")
    def _asked_for(self) -> None:
        if self._then:
            self._then(self._asked.value.strip())

    def _done_asking(self) -> None:
        self._then = None
        self._asked.display = False
        self._list.focus()
        self.tell("")
