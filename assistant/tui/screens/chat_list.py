"""The conversations as the list of them has them: what was read of the disk, and what was changed since. Knows no widget and no disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.chat.store import Summary
from assistant.core.plain import one_line
from assistant.tui.screens.chat_rows import Found, Row, rows_of


class ChatList:
    """Conversations in the order of the list.

    Attributes:
        is_read: Whether the disk has told of them yet.
        deleted: Those that were deleted and not brought back, in that order.
        titles: Titles that were given, by conversation.
    """

    def __init__(self) -> None:
        self.is_read = False
        self.deleted: list[str] = []
        self.titles: dict[str, str] = {}
        self._summaries: list[Summary] = []
        self._searched_by: list[str] = []

    def read(self, summaries: Sequence[Summary]) -> None:
        """Take what the disk told."""
        self.is_read = True
        self._summaries = sorted(summaries, key=lambda summary: (not summary.pinned, -summary.changed))
        # Once for all keys that are pressed.
        self._searched_by = [f"{one_line(summary.title)} {summary.assistant}".casefold() for summary in self._summaries]

    def rows(self, words: str, found: Sequence[Found]) -> list[Row]:
        """The rows for words, without those that were deleted.

        Args:
            words: What is looked for; nothing for all conversations.
            found: Places where it was said, best first.
        """
        gone = set(self.deleted)
        return [row for row in rows_of(self._summaries, self._searched_by, words, found) if row.conversation not in gone]

    def title_of(self, row: Row) -> str:
        """What a row's conversation is called by now."""
        return self.titles.get(row.conversation, row.title)

    def rename(self, name: str, title: str) -> None:
        """Call one otherwise."""
        self.titles[name] = title
        self._change(name, title=title)

    def pin(self, name: str, pinned: bool) -> None:
        """Keep one at the top, or no longer."""
        self._change(name, pinned=pinned)

    def _change(self, name: str, **changes: Any) -> None:
        self.read([replace(summary, **changes) if summary.id == name else summary for summary in self._summaries])
