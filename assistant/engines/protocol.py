"""What every engine does: text from messages, with token ids, token times, a finish reason and a way to stop.

Knows no model, no library and no process; those are the engines' own matter.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from assistant.core.messages import Message, goes_on

FinishReason = Literal["stop", "length", "cancelled"]
"""stop: the model ended its answer; length: it was cut at `max_new_tokens`; cancelled: someone stopped it."""


@dataclass(frozen=True)
class Sampling:
    """How tokens are chosen.

    Attributes:
        max_new_tokens: An answer is cut off here.
        temperature: 0 takes the likeliest token.
        top_p: Sampling is among the likeliest tokens that together have this probability.
        repetition_penalty: Above 1, tokens already in the text become less likely.
        seed: Seed of the sampling, used for each request anew.
    """

    max_new_tokens: int = 160
    temperature: float = 0.0
    top_p: float = 1.0
    repetition_penalty: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class Request:
    """One answer that is wanted.

    Attributes:
        messages: The conversation so far, ending with the user's turn. The engine's template puts
            the assistant's system prompt before it unless it opens with one of its own. Where it ends
            with the assistant's turn, what is wanted is how that text goes on: the answer is the new part
            alone, with the white space that it begins with.
        sampling: How tokens are chosen.
    """

    messages: tuple[Message, ...]
    sampling: Sampling = Sampling()

    @property
    def goes_on(self) -> bool:
        """Whether an answer is to be continued that was begun before."""
        return goes_on(self.messages)


@dataclass(frozen=True)
class Token:
    """One generated token, as it arrives; a piece of text where an engine is told no tokens.

    Attributes:
        id: Its number in the vocabulary; None for a piece of text, which may hold several tokens.
        text: What it adds to the answer; empty while a character is still incomplete.
        time_s: Seconds since the request.
    """

    id: int | None
    text: str
    time_s: float


@dataclass(frozen=True)
class Answer:
    """A finished answer.

    Attributes:
        text: The answer, without special tokens.
        token_ids: Generated tokens, `(tokens,)`; the end token is among them if there was one. None where
            the engine is told text and no tokens.
        token_times_s: Seconds from the request to each of them, `(tokens,)`; without `token_ids`, to each
            piece of text, `(pieces,)`.
        prompt_tokens: Tokens of the rendered prompt; None if nobody counted them.
        finish_reason: Why it ended.
        seconds: From the request to the end.
        completion_tokens: How many tokens were generated: as many as `token_ids`, else what the server
            counted; None if nobody did.
    """

    text: str
    token_ids: tuple[int, ...] | None
    token_times_s: tuple[float, ...]
    prompt_tokens: int | None
    finish_reason: FinishReason
    seconds: float
    completion_tokens: int | None = None

    def __post_init__(self) -> None:
        if self.token_ids is not None:
            object.__setattr__(self, "completion_tokens", len(self.token_ids))

    @property
    def is_timed_by_token(self) -> bool:
        """Whether each time is that of one token: a piece of text may hold several, and the end token has no text."""
        return self.completion_tokens is not None and self.completion_tokens - len(self.token_times_s) in (0, 1)

    @property
    def first_token_s(self) -> float | None:
        """Seconds to the first generated token; None if there was none."""
        return self.token_times_s[0] if self.token_times_s else None

    @property
    def tokens_per_s(self) -> float | None:
        """Generated tokens a second after the first one; None for fewer than two, and where pieces of text hold several."""
        if not self.is_timed_by_token or len(self.token_times_s) < 2 or self.token_times_s[-1] <= self.token_times_s[0]:
            return None
        return (len(self.token_times_s) - 1) / (self.token_times_s[-1] - self.token_times_s[0])


@dataclass(frozen=True)
class EngineInfo:
    """What produced a text, for status lines and scorecards.

    Attributes:
        engine: `transformers`, `scripted`, `remote`, ...
        model: The version (`health@1`) or base it speaks for.
        precision: Of the weights: `bfloat16`, `float32`, ...; `as served` where only a server knows.
        device: `cpu`, `cuda:0`, ...; for a server, its model and where it is.
        context_tokens: The longest prompt and answer together; None if it has no such bound.
    """

    engine: str
    model: str
    precision: str
    device: str
    context_tokens: int | None = None


class StopSignal:
    """Asks a generation to end soon; what was generated until then is kept."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask for the end."""
        self._event.set()

    def is_set(self) -> bool:
        """Whether someone asked."""
        return self._event.is_set()


Finished = Callable[[int, Answer], None]
"""Told the index of a request and its answer, in the order in which they finish."""


@dataclass
class Stream:
    """An answer as it grows: iterate over its tokens, then read `answer`.

    Attributes:
        tokens: The tokens, in order.
        answer: The whole answer; None until the iteration has ended.
    """

    tokens: Iterator[Token]
    answer: Answer | None = field(default=None)

    @classmethod
    def of(cls, speak: Callable[[Stream], Iterator[Token]]) -> Stream:
        """The stream of a generator that is given the stream itself, to put the answer into at its end."""
        stream = cls(iter(()))
        stream.tokens = speak(stream)
        return stream

    def __iter__(self) -> Iterator[Token]:
        return self.tokens


class Engine(Protocol):
    """A model that is loaded and answers."""

    @property
    def info(self) -> EngineInfo:
        """What it is."""
        ...

    def stream(self, request: Request, stop: StopSignal | None = None) -> Stream:
        """Answer one request token by token.

        Raises:
            EngineError: The model failed; raised while iterating, as the next.
            UserError: What was asked cannot be answered: a conversation without room for an answer, a
                server that is not there.
        """
        ...

    def generate(
        self,
        requests: Sequence[Request],
        batch_size: int = 16,
        stop: StopSignal | None = None,
        finished: Finished | None = None,
    ) -> list[Answer]:
        """Answer many requests, `batch_size` at a time.

        Returns:
            The answers in the order of `requests`; cancelled ones may be empty.

        Raises:
            EngineError: The model failed.
        """
        ...

    def count_tokens(self, messages: Sequence[Message]) -> int | None:
        """How many tokens the prompt of these messages has; None where nobody can count them, as for a server.

        Raises:
            EngineError: The model's process failed.
            TemplateError: The template cannot render the conversation.
        """
        ...

    def peak_memory_mib(self) -> float | None:
        """The largest resident memory of the process that holds the model; None if unknown."""
        ...

    def peak_device_memory_mib(self) -> float | None:
        """The largest memory of a graphics card that the model's process held for tensors; None if it uses none, or unknown."""
        ...

    def close(self) -> None:
        """Free the model; the engine cannot be used afterwards."""
        ...


class ScoringEngine(Engine, Protocol):
    """An engine that also tells how likely it finds an answer it is given; a server seldom does."""

    def log_probs(self, conversations: Sequence[tuple[Sequence[Message], str]]) -> list[tuple[float, ...]]:
        """How likely given answers are.

        Args:
            conversations: The messages before an answer, and the answer.

        Returns:
            For each the natural logarithms of the probabilities of its tokens, `(tokens,)`, the end token among them.

        Raises:
            EngineError: The model failed.
        """
        ...
