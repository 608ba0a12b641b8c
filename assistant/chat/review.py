"""Something to decide about, one item after another: what a review screen asks for, and feedback as such a queue.

Knows no screen. Other packages bring queues of their own: whatever has these methods can be reviewed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assistant.chat.feedback import FeedbackBook
from assistant.chat.feedback_filter import Filter
from assistant.chat.feedback_wording import parts_of, verdict_of
from assistant.chat.outcomes import Outcome, outcomes
from assistant.chat.rated import Entry, Judgement, State
from assistant.core.home import Home


@dataclass(frozen=True)
class ReviewItem:
    """One thing to decide about.

    Attributes:
        id: Its name in the queue.
        title: What the list calls it.
        state: What was decided.
        parts: What there is to read, each with its heading; text as it came, of which nothing is markup.
        correction: The text that a correction begins with; None where nothing can be corrected.
        wording: The question that another wording begins with; None where it cannot be changed.
        place: Where its texts come from, such as `faq.csv:7`; empty where that is not known.
    """

    id: str
    title: str
    state: State
    parts: tuple[tuple[str, str], ...]
    correction: str | None = None
    wording: str | None = None
    place: str = ""


class ReviewQueue(Protocol):
    """Items to decide about. Methods are called in threads, one at a time, and may raise a UserError."""

    @property
    def title(self) -> str:
        """What is reviewed."""
        ...

    def items(self) -> Sequence[ReviewItem]:
        """All of them, in the order in which they are to be read."""
        ...

    def item(self, name: str) -> ReviewItem:
        """One as it is now."""
        ...

    def accept(self, name: str) -> None:
        """Let it be used."""
        ...

    def reject(self, name: str) -> None:
        """Keep it from being used."""
        ...

    def correct(self, name: str, text: str) -> None:
        """Put a text in the place of the wrong one; empty takes that back."""
        ...

    def undo(self) -> str | None:
        """Take back what was done last here.

        Returns:
            The item that is as before; None if there is nothing to take back.
        """
        ...


@runtime_checkable
class RewordableQueue(ReviewQueue, Protocol):
    """A queue whose items have a question that can be changed, too."""

    def reword(self, name: str, text: str) -> None:
        """Put another question in the place of an item's own; empty takes that back."""
        ...


class FeedbackQueue:
    """What was said of answers, as a queue, the newest first.

    Args:
        book: Where it is.
        home: The workspace, to tell which versions learned from it; None to leave that out.
        wanted: Which of it.
    """

    title = "feedback"

    def __init__(self, book: FeedbackBook, home: Home | None = None, wanted: Filter | None = None) -> None:
        self._book = book
        self._home = home
        self._wanted = wanted or Filter()
        self._became: dict[str, Outcome] = {}
        self._before: list[Judgement] = []

    def items(self) -> list[ReviewItem]:
        """All of it that is wanted."""
        if self._home:
            self._became = outcomes(self._book.database, self._home)
        return [self._item(judgement) for judgement in self._book.listed(self._wanted)]

    def item(self, name: str) -> ReviewItem:
        """One as it is now."""
        return self._item(self._book.find(name))

    def accept(self, name: str) -> None:
        """Let it be exported."""
        before = self._book.find(name)
        self._book.accept([name])
        self._before.append(before)

    def reject(self, name: str) -> None:
        """Keep it from being exported."""
        before = self._book.find(name)
        self._book.reject([name])
        self._before.append(before)

    def correct(self, name: str, text: str) -> None:
        """Say what would have been right."""
        before = self._book.find(name)
        self._book.correct(name, text)
        self._before.append(before)

    def undo(self) -> str | None:
        """Have what was decided last as it was before."""
        if not self._before:
            return None
        before = self._before[-1]
        self._book.put_back(before)
        self._before.pop()
        return before.id

    def _item(self, judgement: Judgement) -> ReviewItem:
        begin = None
        if isinstance(judgement, Entry):
            begin = judgement.said.text if judgement.correction is None else judgement.correction
        title = f"{verdict_of(judgement)}: {judgement.asked.question}"
        return ReviewItem(judgement.id, title, judgement.state, tuple(parts_of(judgement, self._became.get(judgement.id, Outcome()))), begin)
