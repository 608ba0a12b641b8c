"""Conversations with answers to be judged, for tests."""

from __future__ import annotations

from pathlib import Path

from assistant.chat.conversation import Conversation
from assistant.chat.database import open_database
from assistant.chat.feedback import FeedbackBook
from assistant.chat.rated import Entry, Verdict
from assistant.chat.turn import Speaker, Turn
from assistant.core.home import Home
from assistant.engines.protocol import Answer, FinishReason

HEALTH = Speaker("health@1", fingerprint="abc", engine="scripted")


def exchange(
    question: str, text: str, before: Conversation | None = None, speaker: Speaker = HEALTH, finish_reason: FinishReason = "stop", left_out: int = 0
) -> tuple[Conversation, Turn]:
    """A conversation with one more question and its answer, and the answer."""
    conversation = (before or Conversation(assistant=speaker.label)).asked(question).begun(speaker)
    name = conversation.path[-1].id
    conversation = conversation.answered(name, Answer(text, (1, 2), (0.1, 0.2), 5, finish_reason, 0.2), left_out=left_out)
    return conversation, conversation.turns[name]


def another(conversation: Conversation, text: str, speaker: Speaker = HEALTH) -> tuple[Conversation, Turn]:
    """The conversation with another answer to its last question, and that answer."""
    question = conversation.turns[conversation.path[-1].parent or ""]
    conversation = conversation.begun(speaker, question)
    name = conversation.path[-1].id
    conversation = conversation.answered(name, Answer(text, (1,), (0.1,), 5, "stop", 0.2))
    return conversation, conversation.turns[name]


def book_in(folder: Path) -> FeedbackBook:
    return FeedbackBook(open_database(Home(folder / "home")))


def rated(book: FeedbackBook, question: str, text: str, verdict: Verdict, accept: bool = True, **more: object) -> Entry:
    """An entry on an answer in a conversation of its own, accepted."""
    entry = book.rate(*exchange(question, text), verdict, **more)  # type: ignore[arg-type]
    if accept:
        book.accept([entry.id])
    found = book.find(entry.id)
    assert isinstance(found, Entry)
    return found
