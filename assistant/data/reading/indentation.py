"""The indentation that the layout of a file gave to its texts, taken away from prose."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from assistant.data.cleaning.shield import CODE_LINE, LIST_ITEM, is_prose

KEPT = "\0"
"""Stands at the beginning of each line whose indentation is its own, until `shown`; no text of XML or HTML has it."""

INDENT = re.compile(r"[ \t]*")


def kept(text: str) -> str:
    """The text, its lines marked as code that keeps its indentation."""
    return KEPT + text.replace("\n", f"\n{KEPT}")


def shown(text: str) -> str:
    """The text without those marks."""
    return text.replace(KEPT, "")


def without_layout(text: str) -> str:
    """A text without the indentation that all lines below its first one have, which is that of the elements around it.

    What may be code stays as it is, and so do lines that are marked as `kept`.
    """
    first, *below = text.split("\n")
    lines = [line for line in below if _has_indent_of_layout(line)]
    if not lines or not all(line.startswith((" ", "\t")) for line in lines):
        return text
    # Layouts of several hands indent by spaces here and by tabs there.
    for sign in (" ", "\t"):
        common = _common([line for line in lines if line.startswith(sign)])
        below = [line.removeprefix(common) for line in below] if common else below
    return text if _may_hold_code(text) else "\n".join([first, *_flush_left(below)])


def _may_hold_code(text: str) -> bool:
    """Whether a paragraph looks like code, or anything in the text that hardly stands in prose; indentation tells nothing here."""
    lines = [" ".join(line.partition(KEPT)[0].split()) for line in text.split("\n")]
    paragraphs = [list(group) for is_said, group in itertools.groupby(lines, key=bool) if is_said]
    looks = (2 * sum(bool(CODE_LINE.search(line)) for line in paragraph) >= len(paragraph) for paragraph in paragraphs)
    return any(looks) or not is_prose("\n".join(lines))


def _has_indent_of_layout(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(KEPT)


def _common(lines: Sequence[str]) -> str:
    indents = [INDENT.match(line)[0] for line in lines]  # type: ignore[index]
    low, high = min(indents, default=""), max(indents, default="")
    return low[: next((at for at, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), min(len(low), len(high)))]


def _flush_left(lines: Sequence[str]) -> Iterator[str]:
    """The lines, with what elements further inside have indented set back: paragraphs that belong to no list."""
    is_listed = False
    for is_paragraph, group in itertools.groupby(lines, key=_has_indent_of_layout):
        paragraph = list(group)
        common = _common(paragraph) if is_paragraph else ""
        if common and not is_listed:
            paragraph = [line.removeprefix(common) for line in paragraph]
        if is_paragraph:
            is_listed = any(map(LIST_ITEM.match, paragraph)) or (is_listed and bool(common))
        yield from paragraph
