"""A conversation as one HTML page that opens offline, for people: no script, nothing from elsewhere, all text escaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.chat.conversation import Conversation
from assistant.chat.exchange.described import details, remarks, when, who
from assistant.chat.exchange.markdown import speakers
from assistant.core.page import page_templates
from assistant.core.plain import one_line, plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TEMPLATE = "page.html.j2"


def page(conversations: Sequence[Conversation], notice_of: Callable[[str], str]) -> str:
    """Conversations as one page.

    Args:
        conversations: Which.
        notice_of: What users of an assistant must know before they rely on it, by its label; empty for nothing.
    """
    shown = [
        {
            "title": one_line(conversation.title) or "Conversation",
            "about": one_line(", ".join(filter(None, (conversation.assistant, when(conversation.created))))),
            "notices": [(label, one_line(notice)) for label in speakers(conversation) if (notice := notice_of(label))],
            "turns": [
                {
                    "role": turn.role,
                    "who": one_line(who(turn)),
                    "details": [one_line(detail) for detail in details(conversation, turn)],
                    "remarks": [one_line(remark) for remark in remarks(turn)],
                    "text": plain(turn.text) if turn.role == "user" else _drawn(plain(turn.text)),
                }
                for turn in conversation.path
            ],
        }
        for conversation in conversations
    ]
    return page_templates(Path(__file__).parent).get_template(TEMPLATE).render(conversations=shown)


def _drawn(text: str) -> Any:
    """An answer's Markdown as HTML; tags in it are text, and images are their description."""
    from markupsafe import Markup

    return Markup(_parser().render(text))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    # Left as it is written: no script of a page may draw it.
    dollarmath_plugin(parser, allow_digits=False, allow_space=False, renderer=_formula)
    return parser


def _formula(content: str, options: dict[str, Any]) -> str:
    from markupsafe import escape

    sign = "$$" if options["display_mode"] else "$"
    return f"<code>{escape(sign + content + sign)}</code>"
