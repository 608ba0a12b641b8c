"""What of a conversation an engine is asked: the messages, and how many of the oldest have to be left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from assistant.chat.settings import Settings
from assistant.chat.turn import Turn
from assistant.core.messages import Message
from assistant.engines.protocol import Request, Sampling


def request_of(path: Sequence[Turn], settings: Settings, own: Sampling) -> Request:
    """The request for the next turn of a path.

    A stopped answer is in it as far as it was said. An answer that failed, or said nothing, is left out with its
    question: chat templates want the two sides by turns, and half an exchange misleads. Where the path ends with an
    answer, the request is for what continues it.

    Args:
        path: The turns, first to last; the last is the question, or the answer to be continued.
        settings: What the conversation asks for otherwise than the recipe.
        own: The recipe's sampling.
    """
    said = messages_of(path)
    if settings.system_prompt is not None:
        said = [Message(role="system", content=settings.system_prompt), *said]
    return Request(messages=tuple(said), sampling=settings.sampling(own))


def messages_of(path: Sequence[Turn]) -> list[Message]:
    """The turns of a path that count."""
    messages: list[Message] = []
    for turn, reply in zip_longest(path, path[1:]):
        answer = turn if turn.role == "assistant" else reply
        # A last answer is there to be continued, however it ended.
        if answer is None or answer is path[-1] or _counts(answer):
            messages.append(Message(role=turn.role, content=turn.text))
    return messages


def _counts(answer: Turn) -> bool:
    return answer.state != "failed" and bool(answer.text.strip())
