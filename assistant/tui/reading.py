"""What the assistant reads of a conversation: the turns that are read, and those that are not. Knows no engine and no screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.chat.prompt import messages_of
from assistant.chat.turn import Turn

Reading = Literal["read", "left out", "not counted"]
"""read: it is in the prompt; left out: there was no room for it; not counted: the answer broke off, and is left out with its question."""

SAID = {
    "read": "read",
    "left out": "forgotten: no room for it",
    "not counted": "passed over: the answer broke off",
}


@dataclass(frozen=True)
class Part:
    """A turn as far as the assistant reads it.

    Attributes:
        turn: The turn.
        reading: Whether it does.
        tokens: How many it takes of the prompt, as far as known.
        is_exact: Whether the tokens were counted, and not concluded from how much longer the next prompt was.
    """

    turn: Turn
    reading: Reading
    tokens: int | None
    is_exact: bool = True


def parts_of(path: Sequence[Turn], left_out: int) -> list[Part]:
    """What becomes of each turn.

    Args:
        path: The turns, first to last.
        left_out: How many of its first turns the prompt has no room for.
    """
    # Each turn's name in the place of its text shows which of them the prompt is made of: the rule itself stands in one place.
    named = [replace(turn, text=turn.id if turn.text.strip() else turn.text) for turn in path]
    counting = {message["content"] for message in messages_of(named)}
    # An empty last answer is about to be said: it is neither read nor passed over.
    forgotten = counting & {turn.id for turn in path[:left_out]}
    read = counting - forgotten
    parts = []
    for place, turn in enumerate(path):
        if turn.role == "assistant" and turn is path[-1] and not turn.text.strip():
            continue
        reading: Reading = "left out" if turn.id in forgotten else "read" if turn.id in read else "not counted"
        tokens, is_exact = _tokens_of(path, place)
        parts.append(Part(turn, reading, tokens, is_exact))
    return parts


def _tokens_of(path: Sequence[Turn], place: int) -> tuple[int | None, bool]:
    """The tokens of an answer as they were counted; of a question what the prompt grew by, its frame included."""
    turn = path[place]
    if turn.role == "assistant":
        return (turn.figures.completion_tokens if turn.figures else None), True
    if place < 1 or place + 1 >= len(path):
        return None, False
    before, after = path[place - 1], path[place + 1]
    if before.figures is None or after.figures is None or before.speaker is None or after.speaker is None:
        return None, False
    counts = before.figures.prompt_tokens, before.figures.completion_tokens, after.figures.prompt_tokens
    # Only where both prompts were made alike is one the other and this question.
    alike = (
        not before.figures.left_out
        and not after.figures.left_out
        and before.state == after.state == "complete"
        and before.speaker.fingerprint == after.speaker.fingerprint
        and before.speaker.system_prompt == after.speaker.system_prompt
    )
    if not alike or counts[0] is None or counts[1] is None or counts[2] is None:
        return None, False
    grown = counts[2] - counts[0] - counts[1]
    return (grown, False) if grown > 0 else (None, False)


def used(tokens: int | None, room: int | None) -> str:
    """How much of the room is used, in words; what is not known is said to be so."""
    if tokens is None:
        return f"how long the prompt is was not counted; the assistant reads {room:,} tokens" if room else "how long the prompt is was not counted"
    if not room:
        return f"{tokens:,} tokens; how many the assistant reads is not known"
    return f"{tokens:,} of {room:,} tokens ({100 * tokens / room:.0f} %)"


def beginning(text: str, most: int = 160) -> str:
    """How a text begins."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
