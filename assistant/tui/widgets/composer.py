"""Where the user writes: grows with the text, Enter sends it, and an empty one brings back what was asked before.

Knows nothing of the conversation.
"""

from __future__ import annotations

from textual.content import Content
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import TextArea

from assistant.core.plain import plain
from assistant.tui.keys import NEW_LINE_KEYS


class Composer(TextArea):
    """The text that is to be sent."""

    class Sent(Message):
        """Enter was pressed; the text stays until `accept` is called."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, label: str) -> None:
        super().__init__(placeholder=Content(f"Ask {label} something"), compact=True, highlight_cursor_line=False)
        self._asked: list[str] = []
        self._recalled: int | None = None

    def accept(self) -> None:
        """The text was sent: remember it, and make room for the next."""
        if self.text.strip() and self._asked[-1:] != [self.text]:
            self._asked.append(self.text)
        self._recalled = None
        self.clear()

    async def _on_key(self, event: Key) -> None:
        if event.key == "enter" or event.key in NEW_LINE_KEYS:
            event.stop()
            event.prevent_default()
            if event.key == "enter":
                self.post_message(self.Sent(self.text))
            else:
                self.insert("\n")
            return
        await super()._on_key(event)

    async def _on_paste(self, event: Paste) -> None:
        # What is copied from a terminal may hold its control sequences.
        await super()._on_paste(Paste(plain(event.text)))
        event.stop()
        event.prevent_default()

    def action_cursor_up(self, select: bool = False) -> None:
        """Up: in an empty composer, what was asked before."""
        if not select and self._may_recall() and self._asked:
            index = len(self._asked) if self._recalled is None else self._recalled
            self._recall(max(index - 1, 0))
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down: towards what was asked last, then an empty composer."""
        if not select and self._recalled is not None and self._may_recall():
            self._recall(self._recalled + 1)
        else:
            super().action_cursor_down(select)

    def _may_recall(self) -> bool:
        """Whether nothing would be lost: the composer is empty, or holds a recalled text as it was."""
        recalled = self._asked[self._recalled] if self._recalled is not None else ""
        return self.text == recalled

    def _recall(self, index: int) -> None:
        self._recalled = index if index < len(self._asked) else None
        self.text = self._asked[index] if self._recalled is not None else ""
        self.move_cursor(self.document.end)
