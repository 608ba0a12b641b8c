"""Lists in a model's answer that grow item by item: those that stand there are not drawn again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markdown_it.token import Token
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets._markdown import (
    MarkdownBlock,
    MarkdownBullet,
    MarkdownBulletList,
    MarkdownListItem,
    MarkdownOrderedList,
    MarkdownParagraph,
)

from assistant.tui.markdown_source import pieces_of

Signature = tuple[object, ...]
Build = Callable[[Sequence[Token]], MarkdownBlock]


def signature(tokens: Sequence[Token]) -> Signature:
    """All of tokens that can be seen: those of the same signature are drawn the same."""
    return tuple(
        (token.type, token.tag, token.content, token.info, token.level, *token.attrs.items(), signature(token.children or ())) for token in tokens
    )


class Row(Horizontal):
    """An item beside its number or bullet."""

    def __init__(self, symbol: str, blocks: Sequence[MarkdownBlock]) -> None:
        self.bullet = MarkdownBullet()
        self.bullet.symbol = symbol
        self.blocks = tuple(blocks)
        super().__init__(self.bullet, Vertical(*blocks))

    async def grow(self, new: Row) -> bool:
        """Say what another row does, where both hold nothing but paragraphs; False: they do not."""
        paragraphs = [block for block in (*self.blocks, *new.blocks) if isinstance(block, MarkdownParagraph)]
        if len(self.blocks) != len(new.blocks) or len(paragraphs) != 2 * len(self.blocks) or self.bullet.symbol != new.bullet.symbol:
            return False
        for old, block in zip(self.blocks, new.blocks, strict=True):
            await old._update_from_block(block)
        return True


class GrowingList(MarkdownBlock):
    """What both kinds of lists have in common: items, one a row."""

    _items: tuple[Signature, ...] = ()

    def compose(self) -> ComposeResult:
        """One row after the other."""
        yield from self.rows()

    def rows(self) -> list[Row]:
        """The items that were built and are not yet drawn."""
        items = [block for block in self._blocks if isinstance(block, MarkdownListItem)]
        symbols = [item.bullet for item in items]
        if isinstance(self, MarkdownOrderedList):
            first = int(symbols[0]) if symbols else 1
            numbers = [f" {number}. " for number in range(first, first + len(items))]
            symbols = [number.rjust(max(map(len, numbers))) for number in numbers]
        rows = [Row(symbol, item._blocks) for symbol, item in zip(symbols, items, strict=True)]
        self._blocks.clear()
        return rows

    def stands_for(self, tokens: Sequence[Token]) -> None:
        """Say what it was built from."""
        self._items = tuple(signature(item) for item in pieces_of(tokens[1:-1]))

    async def become(self, tokens: Sequence[Token], build: Build) -> None:
        """Draw what has changed.

        Args:
            tokens: The whole list, as it is now.
            build: Makes a list of tokens.
        """
        before = self._items
        self.stands_for(tokens)
        same = 0
        while same < min(len(before), len(self._items)) and before[same] == self._items[same]:
            same += 1
        if not await self._replace(tokens, same, build):
            await self._replace(tokens, 0, build)

    async def _replace(self, tokens: Sequence[Token], same: int, build: Build) -> bool:
        """Draw all items but the first `same` anew; False if those too must change, for the numbers have become wider."""
        items = pieces_of(tokens[1:-1])
        if items[same:] and items[0][0].info:
            items[same][0] = items[same][0].copy(info=str(int(items[0][0].info) + same))
        block = build([tokens[0], *(token for item in items[same:] for token in item), tokens[-1]])
        rows = block.rows() if isinstance(block, GrowingList) else []
        drawn = list(self.query_children(Row))
        kept, stale = drawn[:same], drawn[same:]
        width = max((len(row.bullet.symbol) for row in [*kept[:1], *rows]), default=0)
        if kept and len(kept[0].bullet.symbol) < width:
            return False
        for row in rows:
            row.bullet.symbol = row.bullet.symbol.rjust(width)
        if rows and stale and await stale[0].grow(rows[0]):
            rows, stale = rows[1:], stale[1:]
        if stale:
            await self.remove_children(stale)
        if rows:
            await self.mount_all(rows)
        return True


class BulletList(MarkdownBulletList, GrowingList):
    """A list with bullets."""

    compose = GrowingList.compose


class OrderedList(MarkdownOrderedList, GrowingList):
    """A list with numbers."""

    compose = GrowingList.compose
