"""How a model's Markdown is read: as GitHub does, with formulas left as they were written, and nothing hidden behind a word.

Knows no widget: it turns text into markdown-it's tokens, of those kinds only that the screen draws.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath.index import math_inline_dollar

MATH = "math"
"""What the block of code is called that stands for a formula."""

Signature = tuple[object, ...]

_CLOSING = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}
_SUM_OF_MONEY = re.compile(r"\d[\d.,]*\s+[^\W\d_]{2,}")
_dollars = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)


def parser() -> MarkdownIt:
    """A parser of model text."""
    # As HTML, an answer like "<think>..." or "a < b" would lose what stands between the brackets.
    markdown = MarkdownIt("gfm-like", {"html": False})
    markdown.inline.ruler.before("escape", "dollar_math", _dollar_math)
    markdown.inline.ruler.before("escape", "bracket_math", _bracket_math)
    # A formula may follow a line of text at once, and its lines may begin like a list's.
    markdown.block.ruler.before("fence", "block_math", _block_math, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    markdown.core.ruler.push("as_text", _as_text)
    return markdown


def pieces_of(tokens: Sequence[Token]) -> list[list[Token]]:
    """Tokens of several blocks, parted: each from where it opens to where it closes."""
    pieces: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            pieces.append([])
        pieces[-1].append(token)
        depth += token.nesting
    return pieces


def signature(tokens: Sequence[Token]) -> Signature:
    """All of tokens that can be seen: those of the same signature are drawn the same."""
    return tuple(
        (token.type, token.tag, token.content, token.info, token.level, *token.attrs.items(), signature(token.children or ())) for token in tokens
    )


# Formulas.


def _dollar_math(state: StateInline, silent: bool) -> bool:
    """`$a_1$` and `$$a_1$$`; not the dollars of "US$5" nor of "$5 and ... $"."""
    if state.src[state.pos] != "$":
        return False
    before = state.src[state.pos - 1] if state.pos else ""
    if before.isalnum() or _SUM_OF_MONEY.match(state.src, state.pos + 1):
        return False
    return _dollars(state, silent)


def _bracket_math(state: StateInline, silent: bool) -> bool:
    r"""`\(a_1\)` and `\[a_1\]`."""
    opening = state.src[state.pos : state.pos + 2]
    if opening not in ("\\(", "\\["):
        return False
    end = state.src.find(_CLOSING[opening], state.pos + 2, state.posMax)
    if end < 0 or not state.src[state.pos + 2 : end].strip():
        return False
    if not silent:
        _push_literal(state, state.src[state.pos : end + 2])
    state.pos = end + 2
    return True


def _push_literal(state: StateInline, text: str) -> None:
    token = state.push("code_inline", "code", 0)
    token.content = text
    token.markup = MATH


def _block_math(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""Lines from `$$` to `$$`, or from `\[` to `\]`, which begin and end a line; none of them is empty."""
    closing = _CLOSING.get(_line(state, start)[:2])
    if state.is_code_block(start) or closing is None or closing == "\\)":
        return False
    last = _last_line(state, start, end, closing)
    if last is None:
        return False
    if not silent:
        token = state.push("fence", "code", 0)
        token.info = token.markup = MATH
        token.content = state.getLines(start, last + 1, state.blkIndent, True)
        token.map = [start, last + 1]
        state.line = last + 1
    return True


def _last_line(state: StateBlock, start: int, end: int, closing: str) -> int | None:
    for number in range(start, end):
        line = _line(state, number)
        body = line[2:] if number == start else line
        if (number > start and state.sCount[number] < state.blkIndent) or not line:
            return None
        if closing in body:
            # What follows it on the line would be lost in the block; a full stop may stay there.
            return number if len(body.partition(closing)[2]) <= 1 else None
    return None


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


# What the screen has no widget for becomes text.


def _as_text(state: StateCore) -> None:
    item = False
    for place, token in enumerate(state.tokens):
        if token.type == "inline" and token.children is not None:
            item = place >= 2 and state.tokens[place - 2].type == "list_item_open"
            token.children = _shown(token.children)
            if item:
                _show_task(token.children)


def _shown(children: Sequence[Token]) -> list[Token]:
    """Links with their address, pictures as text, formulas as they were written."""
    shown: list[Token] = []
    addresses: list[tuple[str, int]] = []
    for child in children:
        if child.type.startswith("math_inline"):
            shown.append(Token("code_inline", "code", 0, content=f"{child.markup}{child.content}{child.markup}", markup=MATH))
        elif child.type == "image":
            shown += _picture(child)
        else:
            if child.type == "link_open":
                automatic = child.markup in ("linkify", "autolink")
                addresses.append(("" if automatic else str(child.attrs.get("href", "")), len(shown)))
            elif child.type == "link_close" and addresses:
                address, start = addresses.pop()
                said = "".join(token.content for token in shown[start:]).strip()
                if address and said != address:
                    shown.append(_text(f" ({address})"))
            shown.append(child)
    return shown


def _picture(image: Token) -> list[Token]:
    address = str(image.attrs.get("src", ""))
    return [Token("link_open", "a", 1, attrs={"href": address}), _text(f"picture: {image.content} ({address})"), Token("link_close", "a", -1)]


def _show_task(children: Sequence[Token]) -> None:
    """A box for the `[ ]` or `[x]` that a list's item begins with."""
    first = children[0] if children else None
    if first is not None and first.type == "text":
        for written, box in (("[ ] ", "☐ "), ("[x] ", "☑ "), ("[X] ", "☑ ")):
            if first.content.startswith(written):
                first.content = box + first.content[len(written) :]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
