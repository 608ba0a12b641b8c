"""The blocks of code in a model's text. Knows no screen."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.tui.markdown_source import MATH, parser


@dataclass(frozen=True)
class CodeBlock:
    """A block of code as it was written.

    Attributes:
        language: Its name in lower case; empty if none was given.
        code: Without the line end of its last line.
    """

    language: str
    code: str


def code_blocks(text: str) -> list[CodeBlock]:
    """The blocks of code in a Markdown text, in order; one that was never closed reaches to the end. Formulas are none."""
    tokens = [token for token in parser().parse(text) if token.type in ("fence", "code_block") and token.markup != MATH]
    return [CodeBlock(language_of(token.info), token.content.removesuffix("\n")) for token in tokens]


def language_of(info: str) -> str:
    """The language that the line over a block names: its first word."""
    return next(iter(info.lower().split()), "")
