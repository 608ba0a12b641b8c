"""The conversations there are: found by their title and by all that was ever said, opened, renamed, pinned, deleted, exported.

Knows no engine. The disk is asked in threads; what was asked of it is done in that order, before the screen closes.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input, Static

from assistant.chat.store import ChatStore, Summary
from assistant.core.errors import UserError
from assistant.core.plain import one_line
from assistant.tui.screens.chat_rows import Found, Row, drawn, named, rows_of
from assistant.tui.screens.panel import Line, Panel, keys_line, told
from assistant.tui.widgets.row_list import RowList

Find = Callable[[str, int], Sequence[Found]]
"""The places where words stand, at most so many, best first."""

Export = Callable[[str, Path], None]
"""Writes a conversation, named by its id, to a file; a UserError where that is not possible."""

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


class ChatsScreen(Panel[Opened | None]):
    """The list of conversations.

    Args:
        store: Where they are.
        find: Finds what was said.
        export: Writes one to a file.
        current: The one that is open.
        words: What to search for at first.

    Attributes:
        deleted: The conversations that were deleted here, in that order, and not brought back; the open one may be among them.
        titles: The titles that were given here, by conversation.
    """

    DEFAULT_CSS = """
    ChatsScreen #rows { height: 1fr; layers: list above; margin-top: 1; }
    ChatsScreen RowList { layer: list; }
    ChatsScreen #asked { layer: above; display: none; background: $background; border: none; padding: 0 1 0 0; }
    ChatsScreen #asked:focus { background: $background; }
    ChatsScreen #none { layer: above; display: none; color: $text-muted; padding: 0 2; height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "to_list", show=False),
        Binding("slash", "search", show=False),
        Binding("r,f2", "rename", show=False),
        Binding("p", "pin", show=False),
        Binding("d,delete", "delete", show=False),
        Binding("u", "undo", show=False),
        Binding("e", "export", show=False),
    ]

    def __init__(self, store: ChatStore, find: Find, export: Export, current: str, words: str = "") -> None:
        super().__init__()
        self.deleted: list[str] = []
        self.titles: dict[str, str] = {}
        self._store, self._find, self._export, self._current = store, find, export, current
        self._words = words
        self._search = Line(placeholder="Search titles and everything that was said", id="search")
        self._list = RowList()
        self._asked = Line(id="asked")
        self._none = Static("", id="none", markup=False)
        self._keys = keys_line(KEYS_SEARCHING)
        self._summaries: list[Summary] | None = None
        self._searched_by: list[str] = []
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
        self._take(summaries)
        self._look()

    def _take(self, summaries: list[Summary]) -> None:
        gone = set(self.deleted)
        self._summaries = [summary for summary in summaries if summary.id not in gone]
        self._searched_by = [f"{one_line(summary.title)} {summary.assistant}".casefold() for summary in self._summaries]
        self._show()

    @on(Input.Changed, "#search")
    def _look(self) -> None:
        """Show at once what is called so, and find in a thread what was said."""
        if self._summaries is None:
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
        gone = set(self.deleted)
        rows = rows_of(self._summaries or (), self._searched_by, words, found)
        self._rows = [row for row in rows if row.conversation not in gone]
        kept = next((place for place, row in enumerate(self._rows) if before and row.key == before.key), self._list.cursor)
        self._list.show(len(self._rows), self._drawn, 0 if first else kept)
        self._none.display = not self._rows
        self._none.update(self._why_none(words))

    def _why_none(self, words: str) -> str:
        if self._summaries is None:
            return "reading …"
        if words:
            return "nothing found" if words == self._found_for else "searching …"
        return "No conversation is kept yet: what you ask will stand here."

    def _drawn(self, place: int, width: int) -> Content:
        return drawn(self._rows[place], width, time.time(), self._current, self.titles)

    @on(DescendantFocus)
    def _show_keys(self) -> None:
        self._keys.update(KEYS_LISTED if self._list.has_focus else KEYS_ASKED if self._asked.has_focus else KEYS_SEARCHING)

    def on_resize(self) -> None:
        """Keep the line that is being written in its place."""
        self.call_after_refresh(self._place_asked)

    # What the user does.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The letters are commands in the list alone; elsewhere they are written."""
        if action in ("rename", "pin", "delete", "undo", "export", "search"):
            return self._list.has_focus
        return True

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

    def action_rename(self) -> None:
        """Write another title, in the place of the old one."""
        if row := self.row:
            self.tell("the new title:")
            self._ask(self.titles.get(row.conversation, row.title), lambda title: self._rename(row, title))

    def _rename(self, row: Row, title: str) -> None:
        self._done_asking()
        if title and title != row.title:
            self.titles[row.conversation] = title
            self._change(row, title=title)
            self._do(lambda: self._store.rename(row.conversation, title))

    def action_pin(self) -> None:
        """Keep a conversation at the top, or no longer."""
        row = self.row
        if row and row.summary:
            pinned = not row.summary.pinned
            self._change(row, pinned=pinned)
            self.tell(f"{'pinned' if pinned else 'no longer pinned'}: {row.title}")
            self._do(lambda: self._store.pin(row.conversation, pinned))

    def action_delete(self) -> None:
        """Take a conversation out of the list; `u` brings it back."""
        if row := self.row:
            self.deleted.append(row.conversation)
            self._show()
            self._tell_deleted(row.title)
            self._do(lambda: self._store.delete(row.conversation))

    def action_undo(self) -> None:
        """Bring back what was deleted last."""
        if not self.deleted:
            self.tell("nothing was deleted here")
            return
        name = self.deleted.pop()
        self._show()
        self._list.cursor = next((place for place, row in enumerate(self._rows) if row.conversation == name), self._list.cursor)
        self.tell("brought back" + (f"; u brings back {len(self.deleted)} more" if self.deleted else ""))
        self._do(lambda: self._store.restore(name))

    def action_export(self) -> None:
        """Write a conversation to a file that is asked for."""
        if row := self.row:
            self.tell("to which file? .md to read, .html to print, .jsonl to keep or to train on")
            self._ask(file_name(self.titles.get(row.conversation, row.title)), lambda file: self._write(row, file))

    def _write(self, row: Row, file: str) -> None:
        def write() -> None:
            self._export(row.conversation, Path(file).expanduser())

        if file:
            self._do(write, done=lambda: self._written(file))

    def _written(self, file: str) -> None:
        self._done_asking()
        self.tell(f"written to {file}")

    def _tell_deleted(self, title: str) -> None:
        more = f" ({len(self.deleted)} in all)" if len(self.deleted) > 1 else ""
        self.tell(f"deleted “{title}”{more} — u brings it back")

    def _change(self, row: Row, title: str | None = None, pinned: bool | None = None) -> None:
        """Show a change before the disk has it."""
        changed = []
        for summary in self._summaries or ():
            if summary.id == row.conversation:
                summary = replace(summary, title=summary.title if title is None else title, pinned=summary.pinned if pinned is None else pinned)
            changed.append(summary)
        self._take(sorted(changed, key=lambda summary: (not summary.pinned, -summary.changed)))

    def _do(self, what: Callable[[], None], done: Callable[[], None] | None = None) -> None:
        self.run_worker(self._in_order(what, done))

    async def _in_order(self, what: Callable[[], None], done: Callable[[], None] | None) -> None:
        async with self._order:
            try:
                await asyncio.to_thread(what)
            except UserError as error:
                self.tell_error(error)
                return
        if done:
            done()

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


def file_name(title: str) -> str:
    """A name for the file of a conversation."""
    return (re.sub(r"\W+", "-", title.casefold()).strip("-")[:50].strip("-") or "conversation") + ".md"
