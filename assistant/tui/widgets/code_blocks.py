"""Blocks of code in a model's answer: coloured and drawn.

No language is guessed, a name that nothing knows leaves the code plain, and lines that are too long are wrapped:
there is no key that would scroll them.
"""

from __future__ import annotations

from functools import lru_cache

from pygments.token import Token as Kind
from textual.app import ComposeResult
from textual.content import Content
from textual.highlight import HighlightTheme, highlight
from textual.widgets._markdown import MarkdownFence

from assistant.tui.code_in_text import language_of
from assistant.tui.markdown_source import MATH

LONGEST_COLOURED = 60_000
LONGEST_COLOURED_LINE = 3_000
"""Characters; beyond these colouring takes longer than one waits."""


class CodeColours(HighlightTheme):
    """Few colours, all of them the theme's own for text, so that they are legible in each; never colour alone for words of the language."""

    STYLES = {  # noqa: RUF012
        Kind.Comment: "italic $foreground 75%",
        Kind.Generic.Heading: "bold",
        Kind.Generic.Subheading: "bold",
        Kind.Keyword: "bold $text-primary",
        Kind.Literal.Number: "$text-accent",
        Kind.Literal.String: "$text-success",
        Kind.Name.Builtin: "$text-primary",
        Kind.Name.Class: "bold",
        Kind.Name.Decorator: "$text-accent",
        Kind.Name.Function: "bold",
        Kind.Name.Tag: "bold $text-primary",
        Kind.Operator.Word: "bold $text-primary",
    }


@lru_cache(maxsize=256)
def coloured(code: str, info: str) -> Content:
    """Code in its colours. Takes about a second for a million characters; what was asked for once is remembered.

    Args:
        code: The code.
        info: The line over the block.
    """
    language = {MATH: "tex"}.get(info, language_of(info))
    is_short = len(code) <= LONGEST_COLOURED and max(map(len, code.split("\n"))) <= LONGEST_COLOURED_LINE
    # To look an unknown name up, Pygments searches every installed package, at each change of the block.
    if not is_short or language not in _languages():
        return Content(code)
    return highlight(code, language=language, theme=CodeColours, tab_size=4)


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    from pygments.lexers import get_all_lexers

    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


class Fence(MarkdownFence):
    """A block of code."""

    DEFAULT_CSS = """
    Fence {
        overflow: hidden;
        width: 1fr;
        margin: 0 0 1 0;
        padding: 0 1;
        color: $foreground;
        background: $surface;
        border-left: outer $primary 40%;
        &:light { background: $surface; }
        &:ansi { margin: 0 0 1 0; }
    }
    """

    @classmethod
    def highlight(cls, code: str, language: str, ansi: bool = False, dark: bool = False) -> Content:
        """Colour it, in colours that follow the theme by themselves."""
        return coloured(code, language)

    def compose(self) -> ComposeResult:
        """Nothing in it: it draws its code itself."""
        self.set_content(self._highlighted_code)
        return iter(())

    def set_content(self, content: Content) -> None:
        """Draw code."""
        self._content = content
        self.update(content)

    @property
    def allow_horizontal_scroll(self) -> bool:
        """Its lines are wrapped."""
        return False
