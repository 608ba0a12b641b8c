"""How much of a conversation a model can read: the oldest exchanges are left out until the rest has room.

Knows no engine: it is told how to count tokens.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.chat.prompt import request_of
from assistant.chat.settings import Settings
from assistant.chat.turn import Turn
from assistant.core.messages import Message
from assistant.engines.protocol import Request, Sampling

Count = Callable[[Sequence[Message]], int | None]
"""How many tokens the prompt of these messages has; None where nobody can count them."""

LEAST_SHARE = 4
"""Room is kept for the longest answer that is asked for, but never more than one part in so many: an answer seldom takes
all that it may, and a long limit must not cost the whole conversation."""


@dataclass(frozen=True)
class Fitted:
    """What is asked, and what had to be left out of it.

    Attributes:
        request: The request.
        left_out: Turns at the beginning of the path that are not in it for want of room.
        tokens: Of its prompt; None where nobody could count them.
    """

    request: Request
    left_out: int
    tokens: int | None


def fit(path: Sequence[Turn], settings: Settings, own_sampling: Sampling, count: Count, room: int | None) -> Fitted:
    """The request for the next turn of a path, without the oldest exchanges that have no room in it.

    A question goes with its answers, never one without the other. The last question stays whatever its length: if it
    alone has no room, the engine says so. Where nobody can count, nothing is left out.

    Args:
        path: The turns, first to last; the last is the question, or the answer to be continued.
        settings: What the conversation asks for otherwise than the recipe; its `context_tokens` bound prompt and answer.
        own_sampling: The recipe's.
        count: Counts; called once where everything has room, else a few times more.
        room: Tokens that the model reads and writes together; None if it has no such bound.
    """

    def asked(first: int) -> Request:
        return request_of(path[first:], settings, own_sampling)

    whole = asked(0)
    tokens = count(whole.messages)
    bounds = [bound for bound in (room, settings.context_tokens) if bound is not None]
    if tokens is None or not bounds:
        return Fitted(whole, 0, tokens)
    most = min(bounds) - min(whole.sampling.max_new_tokens, min(bounds) // LEAST_SHARE)
    counted = {0: tokens}

    def fits(first: int) -> bool:
        if first not in counted:
            counted[first] = count(asked(first).messages) or 0
        return counted[first] <= most

    beginnings = [0, *(number for number, turn in enumerate(path) if number and turn.role == "user")]
    # The shorter, the likelier it fits, so that the first that fits is found by halving; the last is taken in any case.
    first = beginnings[bisect_left(beginnings[:-1], True, key=fits)]
    fits(first)
    return Fitted(asked(first), first, counted[first])
