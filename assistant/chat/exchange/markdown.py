"""A conversation as Markdown, for people: the path that is being read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant.chat.conversation import Conversation
from assistant.chat.exchange.described import details, remarks, when, who
from assistant.core.plain import one_line, plain


def markdown(conversations: Sequence[Conversation], notice_of: Callable[[str], str]) -> str:
    """Conversations as one text.

    Args:
        conversations: Which.
        notice_of: What users of an assistant must know before they rely on it, by its label; empty for nothing.
    """
    return "\n\n---\n\n".join("\n\n".join(_parts(conversation, notice_of)) for conversation in conversations) + "\n"


def _parts(conversation: Conversation, notice_of: Callable[[str], str]) -> Iterator[str]:
    yield f"# {_escaped(conversation.title) or 'Conversation'}"
    yield f"_{_escaped(', '.join(filter(None, (conversation.assistant, when(conversation.created)))))}_"
    for label in speakers(conversation):
        if notice := one_line(notice_of(label)):
            yield f"> **{_escaped(label)}**: {_escaped(notice)}"
    for turn in conversation.path:
        yield f"**{_escaped(who(turn))}** ({_escaped(', '.join(details(conversation, turn)))})"
        if turn.text.strip():
            # As it was said: what people and models write is Markdown itself.
            yield plain(turn.text).strip("\n")
        for remark in remarks(turn):
            yield f"> {_escaped(remark)}"


def speakers(conversation: Conversation) -> list[str]:
    """Who answered on the path, each once."""
    return list(dict.fromkeys(turn.speaker.label for turn in conversation.path if turn.speaker))


def _escaped(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>#" else character for character in one_line(text))
