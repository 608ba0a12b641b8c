"""One conversation: what was said, how each answer ended, and what of it the next request holds.

Knows no screen, no engine and no disk; every change gives a new conversation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from assistant.core.messages import Message
from assistant.engines.protocol import Answer, Request, Sampling

TurnState = Literal["complete", "stopped", "failed"]
"""complete: said to its end, or to the token limit; stopped: the user stopped it; failed: the engine did."""


@dataclass(frozen=True)
class Turn:
    """What one side said.

    Attributes:
        role: Who said it.
        text: As far as it was said.
        state: How it ended.
        answer: Its figures; None for the user's turns and for answers that failed.
        error: Why it failed, in plain words.
    """

    role: Literal["user", "assistant"]
    text: str
    state: TurnState = "complete"
    answer: Answer | None = None
    error: str = ""

    @property
    def was_cut(self) -> bool:
        """Whether the answer ran into its token limit."""
        return self.answer is not None and self.answer.finish_reason == "length"


@dataclass(frozen=True)
class Conversation:
    """Turns in the order in which they were said.

    Attributes:
        turns: The user's and the assistant's, by turns; the last may still wait for its answer.
    """

    turns: tuple[Turn, ...] = ()

    def asked(self, text: str) -> Conversation:
        """The conversation with one more question."""
        return self._with(Turn("user", text))

    def answered(self, answer: Answer) -> Conversation:
        """The conversation with the answer to its last question, whole or stopped."""
        state: TurnState = "stopped" if answer.finish_reason == "cancelled" else "complete"
        return self._with(Turn("assistant", answer.text, state, answer))

    def failed(self, text: str, error: str) -> Conversation:
        """The conversation with an answer that broke off.

        Args:
            text: What was said until then.
            error: Why, in plain words.
        """
        return self._with(Turn("assistant", text, "failed", error=error))

    def request(self, sampling: Sampling) -> Request:
        """What an engine is asked after the last question.

        A stopped answer is in it as far as it was said. An answer that failed, or said nothing, is left
        out with its question: chat templates want the two sides by turns, and half an exchange misleads.
        """
        return Request(messages=tuple(self._messages()), sampling=sampling)

    def _with(self, turn: Turn) -> Conversation:
        return replace(self, turns=(*self.turns, turn))

    def _messages(self) -> list[Message]:
        messages: list[Message] = []
        for turn, reply in zip_longest(self.turns, self.turns[1:]):
            counted = turn if turn.role == "assistant" else reply
            if counted is None or _is_worth_keeping(counted):
                messages.append(Message(role=turn.role, content=turn.text))
        return messages


def _is_worth_keeping(answer: Turn) -> bool:
    return answer.state != "failed" and bool(answer.text.strip())
