"""A list in a model's answer, with the lists in it, drawn in one piece.

A widget for each item would be thousands in a long answer, each laid out again with every word that comes.
Only for lists of text: what holds code, tables or quotes is drawn by widgets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it.token import Token
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Markdown
from textual.widgets._markdown import MarkdownBlock

from assistant.tui.markdown_source import Signature, signature

NARROWEST = 8
"""Cells that an item's text keeps, however deep it stands."""

_PLAIN = frozenset({"inline", "paragraph_open", "paragraph_close", "list_item_open", "list_item_close"})
_LISTS = frozenset({"bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"})


@dataclass(frozen=True, eq=False)
class Entry:
    """One paragraph of an item.

    Attributes:
        indent: Cells before its symbol.
        symbol: Bullet or number, or blanks as wide for a further paragraph.
        text: The paragraph.
    """

    indent: int
    symbol: str
    text: Content

    def __eq__(self, other: object) -> bool:
        # To compare contents by what they hold takes as long as wrapping them; those of one list are made once.
        return isinstance(other, Entry) and (self.indent, self.symbol) == (other.indent, other.symbol) and self.text is other.text

    def __hash__(self) -> int:
        return hash((self.indent, self.symbol, id(self.text)))


def is_text_list(tokens: Sequence[Token]) -> bool:
    """Whether tokens are one list that holds nothing but text and lists of it."""
    return tokens[0].type in _LISTS and all(token.type in _PLAIN or token.type in _LISTS for token in tokens)


class TextList(MarkdownBlock):
    """A list of text."""

    DEFAULT_CSS = "TextList { height: auto; margin: 0 0 1 0; }"

    def __init__(self, markdown: Markdown, tokens: Sequence[Token]) -> None:
        super().__init__(markdown, tokens[0])
        self._contents: dict[Signature, Content] = {}
        self._wrapped: dict[tuple[int, Entry], list[Content]] = {}
        self._entries = entries_of(tokens, self._content_of)
        self._lines: dict[int, list[Content]] = {}

    def become(self, tokens: Sequence[Token]) -> None:
        """Draw another list."""
        self._entries = entries_of(tokens, self._content_of)
        self._lines.clear()
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Its lines at this width."""
        return len(self._at(width))

    def render(self) -> Content:
        """The lines."""
        return Content("\n").join(self._at(self.content_size.width))

    def _at(self, width: int) -> list[Content]:
        if width not in self._lines:
            # A list grows at its end: what was wrapped before is taken as it was.
            self._wrapped = {(width, entry): self._wrapped.get((width, entry)) or lines_of(entry, width) for entry in self._entries}
            self._lines = {width: [line for entry in self._entries for line in self._wrapped[width, entry]]}
        return self._lines[width]

    def _content_of(self, token: Token) -> Content:
        key = signature([token])
        if key not in self._contents:
            self._contents[key] = self._token_to_content(token)
        return self._contents[key]


def lines_of(entry: Entry, width: int) -> list[Content]:
    """A paragraph beside its symbol, all its lines as far in as the first."""
    before = entry.indent + len(entry.symbol)
    lines = entry.text.wrap(max(width - before, NARROWEST)) or [Content("")]
    first = Content.assemble(" " * entry.indent, (entry.symbol, "$text-primary"))
    return [(Content(" " * before) if number else first) + line for number, line in enumerate(lines)]


def entries_of(tokens: Sequence[Token], content_of: Callable[[Token], Content]) -> list[Entry]:
    """The paragraphs of a list and of those in it, in order."""
    entries: list[Entry] = []
    symbols: list[deque[str]] = []
    bullets = 0
    indents = [0]
    symbol = ""
    for place, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            if symbol.strip():
                entries.append(Entry(indents[-1] - len(symbol), symbol, Content("")))
                symbol = " " * len(symbol)
            symbols.append(deque(_symbols(tokens[place:], bullets)))
            bullets += token.type == "bullet_list_open"
            indents.append(indents[-1])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            symbols.pop()
            bullets -= token.type == "bullet_list_close"
            indents.pop()
        elif token.type == "list_item_open":
            symbol = symbols[-1].popleft()
            indents.append(indents[-1] + len(symbol))
        elif token.type == "inline":
            entries.append(Entry(indents[-1] - len(symbol), symbol, content_of(token)))
            symbol = " " * len(symbol)
        elif token.type == "list_item_close":
            if symbol.strip():
                entries.append(Entry(indents[-1] - len(symbol), symbol, Content("")))
            indents.pop()
            symbol = " " * (indents[-1] - indents[-2]) if len(indents) > 1 else ""
    return entries


def _symbols(tokens: Sequence[Token], depth: int) -> list[str]:
    """What stands before each item of the list that tokens begin with, all as wide as the widest."""
    level = tokens[0].level
    count = 0
    for token in tokens:
        if token.level == level and token.nesting < 0:
            break
        count += token.type == "list_item_open" and token.level == level + 1
    if tokens[0].type == "bullet_list_open":
        return [Markdown.BULLETS[depth % len(Markdown.BULLETS)]] * max(count, 1)
    first = int(tokens[0].attrs.get("start", 1))
    numbers = [f"{number}. " for number in range(first, first + max(count, 1))]
    return [number.rjust(len(numbers[-1])) for number in numbers]
