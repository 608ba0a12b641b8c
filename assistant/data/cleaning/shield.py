"""What no rule may touch: code, addresses of the web, e-mail addresses.

All searches are linear: a repeated part never begins inside of what an earlier try has already read.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import lru_cache

Span = tuple[int, int]

FENCE = re.compile(r"^ {0,3}(```+|~~~+)(?P<info>[^\n`]*)$", re.MULTILINE)
INLINE_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)[^`\n]+\1(?!`)")
INDENTED = re.compile(r"^(?: {4}|\t).*$", re.MULTILINE)
LIST_ITEM = re.compile(r"[ \t]*(?:[-*+•·▪◦]|\d{1,3}[.)]|[a-z][.)])[ \t]+")
ADDRESS = re.compile(r"(?:\b[a-zA-Z][a-zA-Z0-9+.-]{1,12}://|\bwww\.|\bmailto:)[^\s<>\"`]+")
EMAIL = re.compile(r"(?<![\w.+@-])[\w.+-]+@[\w-]+\.[\w.-]+")

CODE_LINE = re.compile(r"[{}=\\$|<>_]|;$|\w\(|^[ \t]*(?:#|//|sudo |def |class |import |from \w+ import |return |git |pip |npm |apt |cd )|--\w")
CODE_SIGN = re.compile(r"[{}\\]|\w_\w|(?<!\w)_\w|\w\(\)|\w\[\w{0,20}\] ?=|\w\(\w{1,30}=|\s=\s|==|::|->|=>|\$[ ]?[A-Za-z_]|;[ ]?\n|<\w{1,30}>|--\w")
"""What hardly stands in prose."""
SIGNS = ("{", "}", "\\", "_", "()", "=", "::", "->", "$", ";", "<", "--")
"""One of them is in each code sign."""


@lru_cache(maxsize=16)
def code_in(text: str) -> tuple[Span, ...]:
    """Where there is code: fenced, indented, between backticks; in order, without overlaps."""
    spans: list[Span] = []
    if "```" in text or "~~~" in text:
        spans += _fenced(text)
    if "`" in text:
        spans += [found.span() for found in INLINE_CODE.finditer(text)]
    if "    " in text or "\t" in text:
        spans += _indented(text)
    return _joined(spans)


@lru_cache(maxsize=16)
def shielded_in(text: str) -> tuple[Span, ...]:
    """Where there is code or an address; in order, without overlaps."""
    spans = list(code_in(text))
    if "://" in text or "www." in text or "mailto:" in text:
        spans += [found.span() for found in ADDRESS.finditer(text)]
    if "@" in text:
        spans += [found.span() for found in EMAIL.finditer(text)]
    return _joined(spans)


def touches(spans: tuple[Span, ...], start: int, end: int) -> bool:
    """Whether a part of the text overlaps one of the spans."""
    return bool(spans) and bool(overlapping(spans, start, end))


def overlapping(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """Those of the spans, which are in order, that overlap a part of the text."""
    first = bisect_right(spans, start, key=lambda span: span[1])
    return spans[first : bisect_left(spans, end, key=lambda span: span[0])]


def replaced(
    pattern: re.Pattern[str],
    by: str | Callable[[re.Match[str]], str],
    text: str,
    shield: Callable[[str], tuple[Span, ...]] = shielded_in,
) -> str:
    """Replace all that a pattern matches outside of what is shielded.

    Args:
        pattern: What is looked for.
        by: What stands there afterwards; taken as it is where it is a text.
        text: Where.
        shield: Gives what stays.
    """
    if not pattern.search(text):
        return text
    spans = shield(text)

    def one(found: re.Match[str]) -> str:
        if touches(spans, found.start(), found.end()):
            return found[0]
        return by if isinstance(by, str) else by(found)

    return pattern.sub(one, text)


@lru_cache(maxsize=16)
def is_prose(text: str) -> bool:
    """Whether nothing outside of code and addresses looks like code; what is doubtful in other texts is left alone there."""
    if not any(sign in text for sign in SIGNS):
        return True
    return not any(not touches(shielded_in(text), *found.span()) for found in CODE_SIGN.finditer(text))


def _fenced(text: str) -> list[Span]:
    spans: list[Span] = []
    opened: re.Match[str] | None = None
    for fence in FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif fence[1].startswith(opened[1]) and not fence["info"].strip():
            spans.append((opened.start(), fence.end()))
            opened = None
    if opened:
        spans.append((opened.start(), len(text)))
    return spans


def _indented(text: str) -> list[Span]:
    """Blocks of indented lines that look like code; an indented list or paragraph is none."""
    spans: list[Span] = []
    block: list[re.Match[str]] = []
    for line in INDENTED.finditer(text):
        if block and text[block[-1].end() : line.start()].strip():
            spans += _block_of(block)
            block = []
        block.append(line)
    return spans + _block_of(block)


def _block_of(lines: list[re.Match[str]]) -> list[Span]:
    said = [line[0] for line in lines if line[0].strip()]
    if not said or any(LIST_ITEM.match(line) for line in said[:1]):
        return []
    if 2 * sum(bool(CODE_LINE.search(line)) for line in said) < len(said):
        return []
    return [(lines[0].start(), lines[-1].end())]


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
