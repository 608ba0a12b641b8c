"""An answer as a server's events tell it: text, times, how it ended, and what the server counted."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from assistant.core.errors import EngineError
from assistant.engines.protocol import Answer, FinishReason

ENDINGS: dict[str, FinishReason] = {"stop": "stop", "length": "length"}
"""The server's words for how an answer ended; any other is no answer."""

LONGEST_TOKEN = 256
"""Characters: no vocabulary has longer tokens, so that more text than this for each is more than was asked for."""

EVENTS_PER_TOKEN = 32
"""Some servers send text letter by letter; more events than this for each token, and `SPARE_EVENTS`, mean that the limit is not obeyed."""

SPARE_EVENTS = 64


class Hearing:
    """One answer while it is heard.

    Attributes:
        pieces: The text so far, without white space before it unless it is the rest of an answer.
        times_s: Seconds from the request to each piece of text.
        events: How many events came, with or without text.
        ending: Why it ended; None before it has.
    """

    def __init__(self, began: float, max_new_tokens: int, goes_on: bool = False) -> None:
        self._began = began
        self._limit = max_new_tokens
        self._goes_on = goes_on
        self._ended_s = 0.0
        self._characters = 0
        self._prompt_tokens: int | None = None
        self._completion_tokens: int | None = None
        self.pieces: list[str] = []
        self.times_s: list[float] = []
        self.events = 0
        self.ending: FinishReason | None = None

    def hear(self, event: object) -> str | None:
        """Take in one event.

        Returns:
            The text it brings; None if it brings none.

        Raises:
            ValueError: It is not an event of the protocol.
            EngineError: The server ended the answer for a reason of its own, or does not obey the limit.
        """
        if not isinstance(event, Mapping):
            raise ValueError("an event that is no JSON object")
        self.events += 1
        self._count(event.get("usage"))
        choices = event.get("choices")
        if not (isinstance(choices, list) and choices):
            return None
        text, reason = _said(choices[0])
        if text:
            self.times_s.append(time.perf_counter() - self._began)
            text = _whole(text if self._goes_on or any(self.pieces) else text.lstrip())
            self.pieces.append(text)
            self._characters += len(text)
        if self.events > EVENTS_PER_TOKEN * self._limit + SPARE_EVENTS or self._characters > LONGEST_TOKEN * self._limit:
            raise EngineError(
                f"the server went on beyond the {self._limit} tokens it was asked for and was cut off; engine.remote.limit_key names its limit"
            )
        if reason is not None:
            self._end(reason)
        return text or None

    def _end(self, reason: str) -> None:
        if reason not in ENDINGS:
            raise EngineError(f"the server ended the answer for a reason of its own: {_whole(reason)[:40]!r}")
        self.ending = ENDINGS[reason]
        self._ended_s = time.perf_counter() - self._began

    def answer(self) -> Answer:
        """The whole answer, once `ending` says that it is whole."""
        assert self.ending is not None
        return Answer(
            text="".join(self.pieces).rstrip(),
            token_ids=None,
            token_times_s=tuple(self.times_s),
            prompt_tokens=self._prompt_tokens,
            finish_reason=self.ending,
            seconds=self._ended_s,
            completion_tokens=self._completion_tokens,
        )

    def _count(self, usage: object) -> None:
        if isinstance(usage, Mapping):
            self._prompt_tokens = _number(usage.get("prompt_tokens"))
            self._completion_tokens = _number(usage.get("completion_tokens"))


def _said(choice: object) -> tuple[str, str | None]:
    """Text and finish reason of a choice, of either endpoint."""
    if not isinstance(choice, Mapping):
        raise ValueError("a choice that is no JSON object")
    delta = choice.get("delta", {})
    text = choice.get("text") if "text" in choice else delta.get("content") if isinstance(delta, Mapping) else None
    reason = choice.get("finish_reason")
    if not isinstance(text, str | None) or not isinstance(reason, str | None):
        raise ValueError("a choice whose text is no text")
    return text or "", reason or None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _whole(text: str) -> str:
    """The text without halves of characters, which JSON can hold and UTF-8 cannot."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
