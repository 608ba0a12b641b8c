"""What one side said once, who said it, and how it went. Knows nothing of what stands before or after it."""

from __future__ import annotations

import math
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.engines.protocol import Answer, FinishReason, Sampling

TurnState = Literal["complete", "stopped", "failed", "unfinished"]
"""complete: said to its end, or to the token limit; stopped: the user stopped it; failed: the engine did; unfinished: it is
being said, or whoever heard it was gone before its end."""


def new_id() -> str:
    """A name for a turn or a conversation; names sort in the order in which they were given."""
    return f"{time.time_ns():016x}{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Speaker:
    """Who gave an answer, and under which conditions: what it takes to have it given again.

    Attributes:
        label: `health@1`, or the base's name.
        fingerprint: Of weights, adapter, template and system prompt.
        engine: What wrote it: `openvino`, `transformers`, `remote`, `scripted`.
        precision: Of the weights.
        sampling: How tokens were chosen.
        system_prompt: One that was written in the settings; None for the version's own.
    """

    label: str
    fingerprint: str = ""
    engine: str = ""
    precision: str = ""
    sampling: Sampling = Sampling()
    system_prompt: str | None = None


@dataclass(frozen=True)
class Figures:
    """What was measured of an answer; None where it was not.

    Attributes:
        finish_reason: Why it ended.
        seconds: From the request to the end; of its parts together where it was continued.
        prompt_tokens: Of the rendered prompt of its last part.
        completion_tokens: Generated.
        first_token_s: Seconds to the first token.
        tokens_per_s: Tokens a second after the first one, of the last part.
        left_out: Turns of the conversation that the prompt had no room for.
    """

    finish_reason: FinishReason
    seconds: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    first_token_s: float | None = None
    tokens_per_s: float | None = None
    left_out: int = 0

    @classmethod
    def of(cls, answer: Answer, left_out: int = 0) -> Figures:
        """The figures of an answer."""
        return cls(
            finish_reason=answer.finish_reason,
            seconds=answer.seconds,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            first_token_s=answer.first_token_s,
            tokens_per_s=answer.tokens_per_s,
            left_out=left_out,
        )

    def then(self, more: Figures) -> Figures:
        """The figures of this part and the one that continued it."""
        counts = (self.completion_tokens, more.completion_tokens)
        said = None if None in counts else sum(count for count in counts if count is not None)
        return replace(more, seconds=self.seconds + more.seconds, completion_tokens=said, first_token_s=self.first_token_s)


@dataclass(frozen=True)
class Turn:
    """What one side said.

    Attributes:
        id: Its name.
        parent: The turn it answers or follows; None for a first question.
        role: Who said it.
        text: As far as it was said.
        state: How it ended.
        created: When, in seconds since 1970.
        error: Why it failed, in plain words.
        speaker: Who gave the answer; None for the user's turns.
        figures: What was measured of it; None for the user's turns and for answers that failed.
        warnings: What was found in an answer that the recipe warns of, in plain words.
    """

    id: str
    parent: str | None
    role: Literal["user", "assistant"]
    text: str
    state: TurnState = "complete"
    created: float = field(default_factory=time.time)
    error: str = ""
    speaker: Speaker | None = None
    figures: Figures | None = None
    warnings: tuple[str, ...] = ()

    @property
    def was_cut(self) -> bool:
        """Whether the answer ran into its token limit."""
        return self.state == "complete" and self.figures is not None and self.figures.finish_reason == "length"

    @property
    def may_go_on(self) -> bool:
        """Whether it is an answer that did not come to its own end, so that it can be continued."""
        return self.role == "assistant" and bool(self.text.strip()) and (self.was_cut or self.state in ("stopped", "failed", "unfinished"))

    def is_behind(self, other: Turn) -> bool:
        """Whether this is an older state of the same turn than `other`: one that says less, or knows less of how it went.

        The longer text is the later one, for an answer only ever grows: white space around it does not count, since an answer loses
        that when it ends. Of the same text, what has ended is later than what is being said; then a continued answer has taken
        longer, an error comes after what it broke off, and warnings are found at the very end.
        """
        return self._progress < other._progress

    @property
    def _progress(self) -> tuple[float, ...]:
        seconds = self.figures.seconds if self.figures and math.isfinite(self.figures.seconds) else 0.0
        return len(self.text.strip()), self.state != "unfinished", len(self.text), seconds, bool(self.error), len(self.warnings)
