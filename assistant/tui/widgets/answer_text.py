"""An assistant's Markdown, drawn as it grows.

The text is data: HTML is shown as it was written, a link is never opened by itself, and no language of a
block of code is guessed.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from textual.content import Content
from textual.widgets import Markdown
from textual.widgets.markdown import MarkdownBlock, MarkdownFence, MarkdownStream

from assistant.core.plain import plain


class Fence(MarkdownFence):
    """A block of code."""

    @classmethod
    def highlight(cls, code: str, language: str, ansi: bool = False, dark: bool = False) -> Content:
        """Colour it; without a language it stays plain, for guessing one loads every lexer there is and stops the screen for a second."""
        return super().highlight(code, language or "text", ansi=ansi, dark=dark)


class AnswerText(Markdown):
    """Markdown that is written piece by piece, then settled."""

    def __init__(self, text: str = "") -> None:
        # As HTML, an answer like "<think>..." or "a < b" would lose what stands between the brackets.
        super().__init__(plain(text), parser_factory=lambda: MarkdownIt("gfm-like", {"html": False}), open_links=False)
        self._stream: MarkdownStream | None = None

    async def write(self, piece: str) -> None:
        """Add a piece; returns before it is drawn."""
        if self._stream is None:
            self._stream = self.get_stream(self)
        await self._stream.write(plain(piece))

    async def settle(self, text: str) -> None:
        """Draw the whole text once more.

        A piece can change the meaning of what stands before it (a heading's underline, a link's target),
        which drawing in pieces does not take back.
        """
        stream, self._stream = self._stream, None
        if stream:
            await stream.stop()
        await self.update(plain(text))

    def get_block_class(self, block_name: str) -> type[MarkdownBlock]:
        """What draws a block of Markdown."""
        return Fence if block_name in {"fence", "code_block"} else super().get_block_class(block_name)

    def goto_anchor(self, anchor: str) -> bool:
        """Go nowhere: an answer has no place of its own to jump to."""
        return False
