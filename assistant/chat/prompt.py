"""What of a conversation an engine is asked: the messages of the turns that count. What of them has room is the matter of `fitting`."""

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
    """The turns of a path that count, a question that is still unanswered and an answer that is to be continued among them."""
    if path and path[-1].role == "assistant" and not path[-1].text.strip():
        # Nothing was said yet that could be continued.
        path = path[:-1]
    counting = [turn for turn, reply in zip_longest(path, path[1:]) if _counts(turn, reply, path[-1])]
    return [Message(role=turn.role, content=turn.text) for turn in counting]


def _counts(turn: Turn, reply: Turn | None, last: Turn) -> bool:
    """Whether a turn counts that is followed by another, in a path that ends with `last`."""
    if turn is last:
        return True
    answer = turn if turn.role == "assistant" else reply
    # A last answer is there to be continued, however it ended; a question may have been left without any.
    return answer is not None and answer.role == "assistant" and (answer is last or _is_exchange(answer))


def _is_exchange(answer: Turn) -> bool:
    return answer.state != "failed" and bool(answer.text.strip())
