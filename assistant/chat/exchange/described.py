"""What stands beside a turn where people read it: who said it, when, and how it went. Knows no form of writing."""

from __future__ import annotations

from datetime import datetime

from assistant.chat.conversation import Conversation
from assistant.chat.turn import Turn

STATES = {"stopped": "stopped", "failed": "failed", "unfinished": "broke off"}


def when(seconds: float) -> str:
    """A time as the clock on the wall showed it here; in words where no clock can show it, for a file may hold any number."""
    try:
        return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return "at unknown time"


def who(turn: Turn) -> str:
    """Who said it."""
    return "You" if turn.role == "user" else turn.speaker.label if turn.speaker else "Assistant"


def details(conversation: Conversation, turn: Turn) -> list[str]:
    """What is known of a turn, in a few words each."""
    found = [when(turn.created)]
    if turn.speaker:
        found += [" ".join(filter(None, (turn.speaker.engine, turn.speaker.precision)))]
    if turn.figures:
        found += [f"{turn.figures.seconds:.1f} s"]
        found += [f"{turn.figures.completion_tokens} tokens"] if turn.figures.completion_tokens is not None else []
        found += [f"{turn.figures.left_out} earlier turns left out"] if turn.figures.left_out else []
    variants = conversation.variants(turn)
    if len(variants) > 1:
        found += [f"{'answer' if turn.role == 'assistant' else 'wording'} {variants.index(turn) + 1} of {len(variants)}"]
    found += ["cut at the token limit"] if turn.was_cut else [STATES[turn.state]] if turn.state in STATES else []
    return [detail for detail in found if detail]


def remarks(turn: Turn) -> list[str]:
    """What readers are to be told of a turn besides its text."""
    failed = [f"It failed: {turn.error}"] if turn.error else []
    return [*(f"Warning: {warning}" for warning in turn.warnings), *failed]
