"""What somebody said of an answer, or of two: the records, the reasons there are, and a snapshot of what it was said of.

The snapshot holds all that a review and an export need, so that neither asks what became of the conversation.
Knows no disk.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from assistant.chat.conversation import Conversation
from assistant.chat.prompt import messages_of
from assistant.chat.settings import Settings
from assistant.chat.turn import Speaker, Turn, TurnState, new_id
from assistant.core.errors import UserError
from assistant.core.messages import Message
from assistant.engines.protocol import Sampling

Verdict = Literal["good", "bad"]
Choice = Literal["left", "right", "tie", "neither"]
Kind = Literal["rating", "vote"]
State = Literal["open", "accepted", "rejected"]
"""open: nobody has looked at it yet; accepted: it may be exported; rejected: it stays where it is."""

VERDICTS: tuple[Verdict, ...] = ("good", "bad")
CHOICES: tuple[Choice, ...] = ("left", "right", "tie", "neither")
KINDS: tuple[Kind, ...] = ("rating", "vote")
STATES: tuple[State, ...] = ("open", "accepted", "rejected")

REASONS: Mapping[Verdict, Mapping[str, str]] = {
    "good": {
        "correct": "What it says is right",
        "complete": "Nothing that matters is missing",
        "clear": "It is easy to understand",
        "concise": "It is no longer than it needs to be",
        "tone": "It says it in the way that is wanted here",
        "careful": "It says what it does not know, or whom to ask",
    },
    "bad": {
        "wrong": "What it says is not right",
        "invented": "It makes up facts, names or sources",
        "incomplete": "Something that matters is missing",
        "off topic": "It answers something else than was asked",
        "unclear": "It is hard to understand, or repeats itself",
        "wordy": "It is longer than it needs to be",
        "tone": "It does not say it in the way that is wanted here",
        "refused": "It does not answer although it should",
        "harmful": "It could hurt somebody, or tells what is private",
    },
}
"""Why an answer is good or bad, each with one line of explanation; no more of them than there are digits."""


@dataclass(frozen=True)
class Asked:
    """What an answer was given to.

    Attributes:
        messages: What stood before the question in what the assistant read; its own system prompt is not among them.
        question: The question.
        settings: What the conversation asked for otherwise than the recipe.
        notice: What users were told before they relied on the assistant.
    """

    messages: tuple[Message, ...]
    question: str
    settings: Settings = Settings()
    notice: str = ""


@dataclass(frozen=True)
class Said:
    """An answer as it was when it was judged.

    Attributes:
        text: What was said.
        speaker: Who said it; None if that is not known.
        state: How it ended.
        was_cut: Whether it ran into its token limit.
    """

    text: str
    speaker: Speaker | None = None
    state: TurnState = "complete"
    was_cut: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the assistant itself brought it to its end; what is learned from half an answer is to stop there."""
        return self.state == "complete" and not self.was_cut and bool(self.text.strip())

    @property
    def label(self) -> str:
        """Who said it, by name."""
        return self.speaker.label if self.speaker else ""


@dataclass(frozen=True)
class Entry:
    """What was said of one answer.

    Attributes:
        id: Its name.
        conversation: Where the answer stands.
        turn: The answer.
        verdict: Whether it is good.
        asked: What it answered.
        said: The answer.
        reasons: Why, of `REASONS`.
        comment: Why, in the user's own words.
        correction: What would have been right; None where nobody said.
        created: When, in seconds since 1970.
        changed: Likewise.
        state: What was decided about it.
        reviewed: When that was decided; None if it is open.
        note: What whoever decided wrote beside it.
    """

    kind: ClassVar[Kind] = "rating"
    id: str
    conversation: str
    turn: str
    verdict: Verdict
    asked: Asked
    said: Said
    reasons: tuple[str, ...] = ()
    comment: str = ""
    correction: str | None = None
    created: float = field(default_factory=time.time)
    changed: float = field(default_factory=time.time)
    state: State = "open"
    reviewed: float | None = None
    note: str = ""

    @property
    def wanted(self) -> str | None:
        """The answer that is right by all that was said; None where nobody knows."""
        if self.correction is not None:
            return self.correction
        return self.said.text if self.verdict == "good" else None

    @property
    def speakers(self) -> tuple[str, ...]:
        """Whose answers it is about."""
        return (self.said.label,)


@dataclass(frozen=True)
class Vote:
    """Which of two answers to one question was preferred.

    Attributes:
        id: Its name.
        conversation: Where the question stands.
        question: The turn of the question.
        left_turn: The answer on the left.
        right_turn: The answer on the right.
        choice: Which one; tie: both are as good; neither: both are bad.
        asked: What they answered.
        left: The answer on the left.
        right: The answer on the right.
        created: When, in seconds since 1970.
        changed: Likewise.
        state: What was decided about it.
        reviewed: When that was decided; None if it is open.
        note: What whoever decided wrote beside it.
    """

    kind: ClassVar[Kind] = "vote"
    id: str
    conversation: str
    question: str
    left_turn: str
    right_turn: str
    choice: Choice
    asked: Asked
    left: Said
    right: Said
    created: float = field(default_factory=time.time)
    changed: float = field(default_factory=time.time)
    state: State = "open"
    reviewed: float | None = None
    note: str = ""

    @property
    def preferred(self) -> tuple[Said, Said] | None:
        """The better answer and the other; None where neither is."""
        if self.choice in ("left", "right"):
            return (self.left, self.right) if self.choice == "left" else (self.right, self.left)
        return None

    @property
    def speakers(self) -> tuple[str, ...]:
        """Whose answers it is about."""
        return (self.left.label, self.right.label)


Judgement = Entry | Vote


def row_id(judgement: Judgement) -> str:
    """What its row is called in every file it is exported to."""
    return f"feedback-{judgement.id}"


def short(name: str) -> str:
    """A name as a list shows it: its end, for all of one day begin alike."""
    return name[-8:]


def entry_of(conversation: Conversation, turn: Turn, verdict: Verdict, notice: str = "") -> Entry:
    """A new entry on an answer, with nothing said of it but the verdict.

    Raises:
        UserError: It is no answer to a question.
    """
    return Entry(new_id(), conversation.id, turn.id, verdict, _asked(conversation, turn, notice), said_of(turn))


def vote_of(conversation: Conversation, left: Turn, right: Turn, choice: Choice, notice: str = "") -> Vote:
    """A new vote on two answers to one question.

    Raises:
        UserError: They are not two answers to one question.
    """
    if left.parent != right.parent or left.id == right.id or left.parent is None:
        raise UserError("a vote is about two answers to one question", "Ask two assistants the same, and vote then.")
    asked = _asked(conversation, left, notice)
    return Vote(new_id(), conversation.id, left.parent, left.id, right.id, choice, asked, said_of(left), said_of(right))


def said_of(turn: Turn) -> Said:
    """An answer as it is now."""
    return Said(turn.text, turn.speaker, turn.state, turn.was_cut)


def _asked(conversation: Conversation, turn: Turn, notice: str) -> Asked:
    path = conversation.path_to(turn.parent)
    if turn.role != "assistant" or not path or path[-1].role != "user":
        raise UserError("only an answer to a question can be judged", "Choose an answer.")
    left_out = min(turn.figures.left_out if turn.figures else 0, len(path) - 1)
    return Asked(tuple(messages_of(path[left_out:])[:-1]), path[-1].text, conversation.settings, notice)


def to_json(part: Asked | Said) -> dict[str, Any]:
    """A part of a snapshot as JSON holds it."""
    return asdict(part)


def asked_from(value: Mapping[str, Any]) -> Asked:
    """What `to_json` made of an `Asked`."""
    messages = tuple(Message(role=message["role"], content=message["content"]) for message in value["messages"])
    return Asked(messages, value["question"], Settings(**value["settings"]), value["notice"])


def said_from(value: Mapping[str, Any]) -> Said:
    """What `to_json` made of a `Said`."""
    speaker = value["speaker"]
    return Said(
        value["text"], Speaker(**{**speaker, "sampling": Sampling(**speaker["sampling"])}) if speaker else None, value["state"], value["was_cut"]
    )
