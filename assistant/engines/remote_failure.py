"""What can go wrong between here and a server, in two lines, and whether to try again.

What a server says is data: it is shown on one line, shortened, without control characters and without the key.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from assistant.core.errors import AssistantError, EngineError, QuestionError, UserError
from assistant.core.recipe_engine import Remote
from assistant.engines.remote_request import host_of
from assistant.engines.screening import printable

if TYPE_CHECKING:
    from httpx2 import Headers

FIRST_PAUSE_S = 0.5
"""Before a request is made again; each further pause is twice as long."""

LONGEST_PAUSE_S = 30.0
"""No pause of this program's own is longer."""

LONGEST_WAIT_S = 120.0
"""A server that asks for more patience than this is not waited for."""

AGAIN = frozenset({408, 409, 429})
"""Refusals that may be none the next time, beside every 5xx."""

SHOWN = 300
"""Characters shown of what a server said."""

MODELS_SHOWN = 5


LENGTH_WORDS = ("context length", "context size", "context window", "maximum length", "max_model_len", "too long", "too many tokens")
"""By these a server says that it is one question's length, and not its settings, that it refuses."""


class Failed(Exception):  # noqa: N818 - not an error yet: the next attempt may succeed
    """A request that may succeed if it is made again.

    Args:
        error: What to raise once it was made often enough.
        wait_s: How long the server asked to wait; None if it did not say.
    """

    def __init__(self, error: AssistantError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s

    @property
    def is_too_long(self) -> bool:
        """Whether the server asks for more patience than there is."""
        return self.wait_s is not None and self.wait_s > LONGEST_WAIT_S

    def pause_s(self, attempt: int, chance: random.Random) -> float:
        """How long to wait before the next attempt: as the server asks, else twice as long each time; spread by a quarter."""
        own = min(FIRST_PAUSE_S * 2.0**attempt, LONGEST_PAUSE_S)
        # Never sooner than a server asks, and not all at the same moment.
        return own * chance.uniform(0.75, 1.25) if self.wait_s is None else self.wait_s + own * chance.uniform(0, 0.25)


@dataclass(frozen=True)
class Explainer:
    """Puts failures into words.

    Attributes:
        settings: Of the recipe.
        key: Never shown.
    """

    settings: Remote
    key: str | None

    @property
    def _server(self) -> str:
        return f"the server at {host_of(self.settings)}"

    def said(self, body: object) -> str:
        """What a server said, as it may be shown."""
        text = _message_in(body)
        if self.key is not None:
            text = text.replace(self.key, "***")
        line = " ".join(printable(text).split())
        return line if len(line) <= SHOWN else f"{line[:SHOWN]} ..."

    def status(self, status: int, headers: Headers, body: object) -> Failed | UserError:
        """An answer with a status that says it is none; 404 is told by `unknown`."""
        words = f"{self._server} said {status}: {self.said(body)}".rstrip(": ")
        if status in AGAIN or status >= 500:
            todo = "; lower engine.remote.concurrency, or raise engine.remote.retries" if status == 429 else ""
            wait_s = _wait_s(headers.get("retry-after"))
            patience = f"; it asks to wait {wait_s:.0f} s" if wait_s is not None and wait_s > LONGEST_WAIT_S else ""
            return Failed(EngineError(words + patience + todo), wait_s)
        if status in (401, 403):
            return self._key_refused(status)
        if 300 <= status < 400:
            place = self.said(headers.get("location") or "another place")
            return UserError(f"{self._server} sends on to {place}", "Set engine.remote.url to where the server is: no redirect is followed.")
        if status in (400, 413, 422) and any(word in words.lower() for word in LENGTH_WORDS):
            return QuestionError(words, "Ask something shorter, or lower generation.max_new_tokens.")
        return UserError(words, "Set engine.remote or generation as the server wants it, or ask something shorter if it is about length.")

    def _key_refused(self, status: int) -> UserError:
        # What the server says here may quote the key in part.
        named = self.settings.api_key_env
        if named is None:
            return UserError(
                f"{self._server} wants a key ({status})", "Set engine.remote.api_key_env to the name of the environment variable that holds it."
            )
        return UserError(
            f"{self._server} refuses the key in the environment variable {named} ({status})",
            f"Set {named} to a key that may use {self.settings.model}.",
        )

    def unknown(self, models: Sequence[str] | None) -> UserError:
        """A 404, beside the models that the server has; None where it does not tell them."""
        if models is None or self.settings.model in models:
            return UserError(
                f"{self._server} has no {self.settings.endpoint} endpoint under {self.settings.url}, or no model {self.settings.model!r}",
                "Set engine.remote.url with its version (most end in /v1), engine.remote.endpoint and engine.remote.model.",
            )
        near = get_close_matches(self.settings.model, models, n=len(models) or 1, cutoff=0.0)
        names = ", ".join(self.said(name) for name in near[:MODELS_SHOWN]) or "none"
        more = f" and {len(near) - MODELS_SHOWN} more" if len(near) > MODELS_SHOWN else ""
        return UserError(f"{self._server} has no model {self.settings.model!r}", f"Set engine.remote.model to one that it has: {names}{more}.")

    def unreachable(self, cause: object) -> Failed:
        """No connection came to be."""
        return Failed(
            UserError(
                f"{self._server} cannot be reached: {self.said(str(cause))}", "Is it running? Start it, or set engine.remote.url to where it is."
            )
        )

    def silent(self) -> Failed:
        """Nothing came for too long."""
        return Failed(
            EngineError(f"{self._server} said nothing for {self.settings.timeout_s:g} s; engine.remote.timeout_s is how long it may be silent")
        )

    def broken_off(self, events: int, said: object = "") -> Failed:
        """The answer began and did not end."""
        words = self.said(said)
        where = "in the middle of its answer" if events else "before its answer"
        return Failed(EngineError(f"{self._server} broke off {where}" + (f": {words}" if words else "")))

    def no_events(self, content_type: str) -> UserError:
        """An answer without a single event."""
        return UserError(
            f"{self._server} answered, but not as the OpenAI protocol streams ({self.said(content_type) or 'no content type'})",
            "Set engine.remote.url to where the protocol is spoken; most URLs end in /v1.",
        )

    def junk(self) -> EngineError:
        """An event that is none."""
        return EngineError(f"{self._server} sent what is not the OpenAI protocol")


def _message_in(body: object) -> str:
    """The words in an error's body; servers put them in different places."""
    if isinstance(body, Mapping):
        for place in ("message", "detail", "error"):
            if body.get(place):
                return _message_in(body[place])
        return ""
    return "" if body is None else str(body)


def _wait_s(header: str | None) -> float | None:
    """Seconds that a `Retry-After` asks for, as a number or as a date; None if it is neither."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
