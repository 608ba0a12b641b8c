"""How an answer ended, where that was not by itself; in which words it is said is the matter of whoever says it."""

from __future__ import annotations

from typing import Literal

from assistant.chat.turn import Turn

Ending = Literal["", "broke off", "left", "stopped", "cut", "empty"]
"""Nothing: by itself. broke off: the engine failed; left: the program ended before it did; cut: at its limit of tokens."""


def ending_of(turn: Turn) -> Ending:
    """How an answer ended that is not being said any more."""
    if turn.state == "failed":
        return "broke off"
    if turn.state == "unfinished":
        return "left"
    if turn.state == "stopped":
        return "stopped"
    if turn.was_cut:
        return "cut"
    return "" if turn.text.strip() else "empty"


def limit_of(turn: Turn) -> str:
    """The limit that an answer was cut at, in words."""
    tokens = turn.figures.completion_tokens if turn.figures else None
    return "its limit of tokens" if tokens is None else f"{tokens} tokens, its limit"
