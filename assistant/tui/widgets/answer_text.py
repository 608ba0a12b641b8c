"""An assistant's Markdown, drawn as it grows.

The text is data: HTML is shown as it was written, a link is never opened by itself, and no language of a
block of code is guessed. What stands on the screen already is left alone: a block is drawn when what it
says has changed, also when the whole text is drawn once more at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token
from textual.await_complete import AwaitComplete
from textual.widgets import Markdown
from textual.widgets._markdown import MarkdownBlock, MarkdownFence, MarkdownParagraph, MarkdownStream, MarkdownTable

from assistant.core.plain import plain
from assistant.tui.markdown_source import Signature, parser, pieces_of, signature
from assistant.tui.widgets.code_blocks import Fence, coloured
from assistant.tui.widgets.tables import Table
from assistant.tui.widgets.text_lists import TextList, is_text_list

BATCH = 60
"""Blocks that are put on the screen at once; between batches, keys are read."""


@dataclass(frozen=True)
class Piece:
    """One block at the outermost level.

    Attributes:
        tokens: From where it opens to where it closes.
        seen: What there is to see of it.
        line: Where it begins, counted from the start of what was parsed.
    """

    tokens: list[Token]
    seen: Signature
    line: int


class AnswerText(Markdown):
    """Markdown that is written piece by piece, then settled."""

    BLOCKS = {  # noqa: RUF012
        **Markdown.BLOCKS,
        "fence": Fence,
        "code_block": Fence,
        "table_open": Table,
    }

    def __init__(self, text: str = "") -> None:
        super().__init__(plain(text), parser_factory=parser, open_links=False)
        self._stream: MarkdownStream | None = None
        self._drawn: list[tuple[Signature, MarkdownBlock]] = []
        self._last_begins = 0

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

    def update(self, markdown: str) -> AwaitComplete:
        """Draw a text in place of what stands there."""
        self._markdown = markdown

        async def draw() -> None:
            async with self.lock:
                await self._draw(0, 0)

        return AwaitComplete(draw())

    def append(self, markdown: str) -> AwaitComplete:
        """Draw a text that goes on: nothing before the last block is looked at."""
        self._markdown += markdown

        async def draw() -> None:
            async with self.lock:
                await self._draw(max(len(self._drawn) - 1, 0), self._last_begins)

        return AwaitComplete(draw())

    def goto_anchor(self, anchor: str) -> bool:
        """Go nowhere: an answer has no place of its own to jump to."""
        return False

    async def _draw(self, first: int, begins: int) -> None:
        """Parse the text from a place on, and let the blocks from `first` on say that."""
        text = self._markdown[begins:]
        pieces = await asyncio.to_thread(_parsed, text)
        if pieces:
            self._last_begins = begins + sum(len(line) + 1 for line in text.split("\n")[: pieces[-1].line])
        elif first or begins:
            return
        stale = self._drawn[first + len(pieces) :]
        with self.app.batch_update():
            for place, piece in enumerate(pieces[: len(self._drawn) - first], first):
                seen, block = self._drawn[place]
                if seen != piece.seen:
                    self._drawn[place] = (piece.seen, await self._changed(block, piece))
            if stale:
                del self._drawn[first + len(pieces) :]
                await self.remove_children([block for _, block in stale])
        for start in range(len(self._drawn) - first, len(pieces), BATCH):
            batch = [(piece.seen, self._built(piece.tokens)) for piece in pieces[start : start + BATCH]]
            self._drawn += batch
            await self.mount_all([block for _, block in batch])
            await asyncio.sleep(0)

    async def _changed(self, block: MarkdownBlock, piece: Piece) -> MarkdownBlock:
        """A block that says something else now: the same one where it can, else another in its place."""
        if isinstance(block, TextList) and is_text_list(piece.tokens):
            block.become(piece.tokens)
            return block
        new = self._built(piece.tokens)
        if type(new) is type(block) and isinstance(new, MarkdownParagraph | MarkdownFence | MarkdownTable):
            await block._update_from_block(new)
            return block
        await self.mount(new, after=block)
        await block.remove()
        return new

    def _built(self, tokens: Sequence[Token]) -> MarkdownBlock:
        return TextList(self, tokens) if is_text_list(tokens) else next(iter(self._parse_markdown(tokens)))


def _parsed(text: str) -> list[Piece]:
    """The blocks of a text, and the colours of its code; for a thread."""
    tokens = parser().parse(text)
    for token in tokens:
        if token.type in ("fence", "code_block"):
            coloured(token.content.rstrip(), token.info)
    return [Piece(piece, signature(piece), (piece[0].map or [0])[0]) for piece in pieces_of(tokens)]
