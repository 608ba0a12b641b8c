"""One conversation as a tree: every question and answer that there ever was, and the path that is being read.

Nothing is ever taken out: another answer to the same question is a sibling, an edited question a branch. Knows no
screen, no engine and no disk; every change gives a new conversation.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from assistant.chat.settings import Settings
from assistant.chat.turn import Figures, Speaker, Turn, new_id
from assistant.engines.protocol import Answer


@dataclass(frozen=True)
class Conversation:
    """Turns, each after its parent.

    Attributes:
        id: Its name.
        turns: Every turn by its name, in the order in which they began.
        leaf: The turn at which the path that is being read ends; None where nothing was said.
        title: What the list calls it.
        assistant: Who answered last, or is to answer: `health@1`.
        settings: What it asks for otherwise than the recipe does.
        pinned: Whether the list keeps it at its top.
        created: When, in seconds since 1970.
        changed: Likewise.
    """

    id: str = field(default_factory=new_id)
    turns: Mapping[str, Turn] = field(default_factory=dict)
    leaf: str | None = None
    title: str = ""
    assistant: str = ""
    settings: Settings = Settings()
    pinned: bool = False
    created: float = field(default_factory=time.time)
    changed: float = field(default_factory=time.time)

    @cached_property
    def path(self) -> tuple[Turn, ...]:
        """The turns that are being read, first to last."""
        return self.path_to(self.leaf)

    def path_to(self, name: str | None) -> tuple[Turn, ...]:
        """The turns from the first to the one of that name."""
        found: list[Turn] = []
        while name is not None:
            found.append(self.turns[name])
            name = found[-1].parent
        return tuple(reversed(found))

    @property
    def last_answer(self) -> Turn | None:
        """The last answer of the path; None if there is none."""
        return next((turn for turn in reversed(self.path) if turn.role == "assistant"), None)

    def variants(self, turn: Turn) -> tuple[Turn, ...]:
        """What was said at the same place, the turn itself among them, oldest first."""
        return self._children.get(turn.parent, ())

    def question_of(self, answer: Turn) -> Turn | None:
        """What an answer answers; None for one that a conversation begins with."""
        return self.turns.get(answer.parent) if answer.parent else None

    def answers_to(self, question: Turn) -> tuple[Turn, ...]:
        """Every answer to a question, oldest first."""
        return self._children.get(question.id, ())

    @cached_property
    def _children(self) -> dict[str | None, tuple[Turn, ...]]:
        children: dict[str | None, list[Turn]] = {}
        for turn in self.turns.values():
            children.setdefault(turn.parent, []).append(turn)
        return {parent: tuple(turns) for parent, turns in children.items()}

    def asked(self, text: str, after: str | None = None) -> Conversation:
        """With one more question.

        Args:
            text: The question.
            after: The answer that it follows; None for the end of the path. See `asked_instead` for a first question again.
        """
        return self._with(Turn(new_id(), self.leaf if after is None else after, "user", text))

    def asked_instead(self, question: Turn, text: str) -> Conversation:
        """With a question in the place of another, which stays as a branch of its own.

        Raises:
            ValueError: The other is none of this conversation's.
        """
        if question.id not in self.turns:
            raise ValueError(f"the question {question.id} is not in the conversation {self.id}")
        return self._with(Turn(new_id(), question.parent, "user", text))

    def begun(self, speaker: Speaker, question: Turn | None = None) -> Conversation:
        """With an answer that is about to be said.

        Args:
            speaker: Who says it.
            question: What it answers; None for the end of the path.
        """
        return self._with(Turn(new_id(), question.id if question else self.leaf, "assistant", "", "unfinished", speaker=speaker))

    def going_on(self, answer: Turn) -> Conversation:
        """With an answer that is about to be continued; one that was talked on after is continued beside it, so that nothing after it is lost."""
        if self._children.get(answer.id):
            return self._with(replace(answer, id=new_id(), state="unfinished", error="", warnings=()))
        return replace(self.put(replace(answer, state="unfinished", error="")), leaf=answer.id)

    def grown(self, name: str, text: str) -> Conversation:
        """With an answer as far as it was said by now; one that ended meanwhile is left alone."""
        turn = self.turns[name]
        return self.put(replace(turn, text=text)) if turn.state == "unfinished" else self

    def answered(self, name: str, answer: Answer, before: Turn | None = None, left_out: int = 0, speaker: Speaker | None = None) -> Conversation:
        """With the end of an answer, whole or stopped.

        Args:
            name: The turn.
            answer: What was said.
            before: The turn as it was where `answer` continued it.
            left_out: Turns that the prompt had no room for.
            speaker: Who said it, where more is known of it by now.
        """
        figures = Figures.of(answer, left_out)
        if before and before.figures:
            figures = before.figures.then(figures)
        turn = self.turns[name]
        return self.put(
            replace(
                turn,
                text=(before.text if before else "") + answer.text,
                state="stopped" if answer.finish_reason == "cancelled" else "complete",
                figures=figures,
                speaker=speaker or turn.speaker,
            )
        )

    def failed(self, name: str, text: str, error: str) -> Conversation:
        """With an answer that broke off.

        Args:
            name: The turn.
            text: What was said until then, what it continued included.
            error: Why, in plain words.
        """
        return self.put(replace(self.turns[name], text=text, state="failed", error=error))

    def showing(self, turn: Turn) -> Conversation:
        """Reading a turn, and from there on what was said last after it."""
        name = turn.id
        while after := self._children.get(name):
            name = after[-1].id
        return replace(self, leaf=name)

    def put(self, turn: Turn) -> Conversation:
        """With a turn as it is now."""
        return replace(self, turns={**self.turns, turn.id: turn}, changed=time.time())

    def named(self, **changes: Any) -> Conversation:
        """With another title, assistant, settings or pin."""
        return replace(self, **changes, changed=time.time())

    def _with(self, turn: Turn) -> Conversation:
        return replace(self.put(turn), leaf=turn.id)
