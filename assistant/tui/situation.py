"""What the status line says in each situation; knows no widget but the line's own record."""

from __future__ import annotations

from assistant.chat.linear import Turn
from assistant.tui.answering import Answering
from assistant.tui.opening import Opening
from assistant.tui.widgets.status import Status

ENDINGS = {"stop": "stop", "length": "length", "cancelled": "stopped"}


def status_of(label: str, opening: Opening, answering: Answering | None, last: Turn | None, note: str = "") -> Status:
    """The status line.

    Args:
        label: What the assistant is called.
        opening: The engine, or how far it is.
        answering: The answer that is being said; None for none.
        last: The last answer that ended; None if there was none.
        note: A word to the user.
    """
    activity, trouble = _activity(opening, answering)
    status = Status(label, opening.info, activity, note, trouble)
    if answering:
        return _with(status, answering.tokens_per_s, answering.first_token_s)
    if last is None:
        return status
    if last.answer is None:
        return _with(status, None, None, ended="failed")
    prompt, said = last.answer.prompt_tokens, last.answer.completion_tokens
    # A prompt of no tokens does not exist: the engine did not live to count it.
    used = prompt + said if prompt and said is not None else None
    return _with(status, last.answer.tokens_per_s, last.answer.first_token_s, used, ENDINGS[last.answer.finish_reason])


def _with(status: Status, tokens_per_s: float | None, first_token_s: float | None, used: int | None = None, ended: str = "") -> Status:
    return Status(status.label, status.info, status.activity, status.note, status.trouble, tokens_per_s, first_token_s, used, ended)


def _activity(opening: Opening, answering: Answering | None) -> tuple[str, bool]:
    """What is going on, and whether it is something that went wrong."""
    if opening.error:
        return "the model could not be loaded", True
    if opening.info is None:
        return f"loading the model {opening.elapsed_s:.1f} s", False
    if answering is None:
        return "", False
    if answering.is_stopping:
        return "stopping …", False
    if answering.first_token_s is None:
        return f"waiting for the first word {answering.elapsed_s:.1f} s", False
    return "answering", False
