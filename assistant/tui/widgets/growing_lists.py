"""Lists in a model's answer that grow item by item: those that stand there are not drawn again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markdown_it.token import Token
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets._markdown import MarkdownBlock, MarkdownBullet, MarkdownBulletList, MarkdownOrderedList, MarkdownParagraph

from assistant.tui.markdown_source import pieces_of

Signature = tuple[object, ...]
Build = Callable[[Sequence[Token]], MarkdownBlock]


def signature(tokens: Sequence[Token]) -> Signature:
    """All of tokens that can be seen: those of the same signature are drawn the same."""
    return tuple(
        (token.type, token.tag, token.content, token.info, token.level, *token.attrs.items(), signature(token.children or ())) for token in tokens
    )


class GrowingList(MarkdownBlock):
    """What both kinds of lists have in common: items, one a row."""

    _items: tuple[Signature, ...] = ()

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
        rows = _rows(build([tokens[0], *(token for item in items[same:] for token in item), tokens[-1]])) if items[same:] else []
        kept, stale = list(self.children[:same]), list(self.children[same:])
        width = max((len(_bullet(row).symbol) for row in [*kept[:1], *rows]), default=0)
        if kept and len(_bullet(kept[0]).symbol) < width:
            return False
        for row in rows:
            _bullet(row).symbol = _bullet(row).symbol.rjust(width)
        if rows and stale and await _grown(stale[0], rows[0]):
            rows, stale = rows[1:], stale[1:]
        if stale:
            await self.remove_children(stale)
        if rows:
            await self.mount_all(rows)
        return True


class BulletList(GrowingList, MarkdownBulletList):
    """A list with bullets."""


class OrderedList(GrowingList, MarkdownOrderedList):
    """A list with numbers."""


def _rows(block: MarkdownBlock) -> list[Widget]:
    return [row for row in block.compose() if isinstance(row, Horizontal)]


def _bullet(row: Widget) -> MarkdownBullet:
    bullet = row.children[0]
    assert isinstance(bullet, MarkdownBullet)
    return bullet


async def _grown(old: Widget, new: Widget) -> bool:
    """Let a row of nothing but paragraphs say what another does; False where it cannot."""
    before, after = old.children[1].children, new.children[1].children
    paragraphs = [block for block in (*before, *after) if isinstance(block, MarkdownParagraph)]
    if len(before) != len(after) or len(paragraphs) != 2 * len(before) or _bullet(old).symbol != _bullet(new).symbol:
        return False
    for place in range(len(before)):
        await paragraphs[place]._update_from_block(paragraphs[len(before) + place])
    return True
