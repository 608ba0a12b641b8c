"""The conversations there are: found, opened, renamed, pinned, deleted, exported. Knows no engine."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from assistant.chat.store import ChatStore
from assistant.core.errors import UserError
from assistant.tui.screens.chat_finding import Find, FindingScreen, Opened
from assistant.tui.screens.chat_rows import Row

__all__ = ["ChatsScreen", "Export", "Find", "Opened", "file_name"]

Export = Callable[[str, Path], None]
"""Writes a conversation, named by its id, to a file; a UserError where that is not possible."""


class ChatsScreen(FindingScreen):
    """The list of conversations.

    Args:
        store: Where they are.
        find: Finds what was said.
        export: Writes one to a file.
        current: The one that is open.
        words: What to search for at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,f2", "rename", show=False),
        Binding("p", "pin", show=False),
        Binding("d,delete", "delete", show=False),
        Binding("u", "undo", show=False),
        Binding("e", "export", show=False),
    ]

    def __init__(self, store: ChatStore, find: Find, export: Export, current: str, words: str = "") -> None:
        super().__init__(store, find, current, words)
        self._export = export

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The letters are commands in the list alone; elsewhere they are written."""
        if action in ("rename", "pin", "delete", "undo", "export", "search"):
            return self._list.has_focus
        return True

    def action_rename(self) -> None:
        """Write another title, in the place of the old one."""
        if row := self.row:
            self.tell("the new title:")
            self._ask(self._chats.title_of(row), lambda title: self._rename(row, title))

    def _rename(self, row: Row, title: str) -> None:
        self._done_asking()
        if title and title != self._chats.title_of(row):
            self._chats.rename(row.conversation, title)
            self._show()
            self._do(lambda: self._store.rename(row.conversation, title))

    def action_pin(self) -> None:
        """Keep a conversation at the top, or no longer."""
        row = self.row
        if row and row.summary:
            pinned = not row.summary.pinned
            self._chats.pin(row.conversation, pinned)
            self._show()
            self.tell(f"{'pinned' if pinned else 'no longer pinned'}: {row.title}")
            self._do(lambda: self._store.pin(row.conversation, pinned))

    def action_delete(self) -> None:
        """Take a conversation out of the list; `u` brings it back."""
        if row := self.row:
            self._chats.deleted.append(row.conversation)
            self._show()
            self._tell_deleted(row.title)
            self._do(lambda: self._store.delete(row.conversation))

    def action_undo(self) -> None:
        """Bring back what was deleted last."""
        if not self.deleted:
            self.tell("nothing was deleted here")
            return
        name = self._chats.deleted.pop()
        self._show()
        self._list.cursor = next((place for place, row in enumerate(self._rows) if row.conversation == name), self._list.cursor)
        self.tell("brought back" + (f"; u brings back {len(self.deleted)} more" if self.deleted else ""))
        self._do(lambda: self._store.restore(name))

    def action_export(self) -> None:
        """Write a conversation to a file that is asked for."""
        if row := self.row:
            self.tell("to which file? .md to read, .html to print, .jsonl to keep or to train on")
            self._ask(file_name(self._chats.title_of(row)), lambda file: self._write(row, file))

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


def file_name(title: str) -> str:
    """A name for the file of a conversation."""
    return (re.sub(r"\W+", "-", title.casefold()).strip("-")[:50].strip("-") or "conversation") + ".md"
