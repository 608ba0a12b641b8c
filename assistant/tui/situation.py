"""What the status line says in each situation; knows no widget but the line's own record."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.turn import Figures, Turn
from assistant.tui.answering import Answering
from assistant.tui.opening import Opening
from assistant.tui.talk import Talk
from assistant.tui.widgets.status import Status

ENDINGS = {"stop": "ended", "length": "cut", "cancelled": "stopped"}


def status_of(talk: Talk, note: str = "") -> Status:
    """The status line of a conversation.

    Args:
        talk: The conversation, and whoever answers in it.
        note: A word to the user.
    """
    activity, is_trouble = _activity(talk)
    status = Status(talk.partner.label, talk.opening.info, activity, note, is_trouble)
    if talk.answering:
        return _while_answering(status, talk.answering)
    return _after(status, talk.conversation.last_answer)


def _while_answering(status: Status, answering: Answering) -> Status:
    return replace(status, tokens_per_s=answering.tokens_per_s, first_token_s=answering.first_token_s)


def _after(status: Status, last: Turn | None) -> Status:
    if last is None:
        return status
    if last.figures is None:
        return replace(status, ended="failed") if last.state == "failed" else status
    figures = last.figures
    return replace(
        status,
        tokens_per_s=figures.tokens_per_s,
        first_token_s=figures.first_token_s,
        used_tokens=_used(figures),
        ended="failed" if last.state == "failed" else ENDINGS[figures.finish_reason],
        left_out=figures.left_out,
    )


def _used(figures: Figures) -> int | None:
    """Prompt and answer together. A prompt of no tokens does not exist: the engine did not live to count it."""
    if not figures.prompt_tokens or figures.completion_tokens is None:
        return None
    return figures.prompt_tokens + figures.completion_tokens


def _activity(talk: Talk) -> tuple[str, bool]:
    """What is going on, and whether it is something that went wrong."""
    opening = talk.opening
    if talk.trouble:
        return f"what is said cannot be kept: {talk.trouble[0]}", True
    if opening.error:
        return "the model could not be loaded", True
    if opening.info is None:
        return _loading(opening), False
    return _doing(talk.answering) if talk.answering else "", False


def _loading(opening: Opening) -> str:
    return f"{opening.told or 'loading the model'} {opening.elapsed_s:.1f} s"


def _doing(answering: Answering) -> str:
    if answering.phase == "waiting":
        return f"{answering.told or 'waiting for the model'} {answering.elapsed_s:.1f} s"
    return "answering" if answering.phase == "answering" else f"reading the conversation {answering.elapsed_s:.1f} s"
