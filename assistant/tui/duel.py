"""Two assistants asked the same, one after the other, until the user says which answered better. Knows no widget."""

from __future__ import annotations

from typing import Literal

from assistant.chat.feedback import FeedbackBook
from assistant.chat.partner import Partner
from assistant.chat.turn import Turn
from assistant.tui.answering import Answering
from assistant.tui.opening import Opening
from assistant.tui.talk import Talk, close_aside

Seat = Literal["left", "right"]
Choice = Literal["left", "right", "tie", "neither"]


class Duel:
    """The conversation's own assistant against another one.

    Args:
        talk: The conversation, with whoever answers in it.
        other: The one beside.
        book: Where votes go.
        swapped: Whether the conversation's own sits on the right.

    Attributes:
        swapped: As above; drawn anew for each question.
        has_voted: Whether the last question was voted on.
    """

    def __init__(self, talk: Talk, other: Partner, book: FeedbackBook, swapped: bool) -> None:
        self._talk = talk
        self._book = book
        self._partners = (talk.partner, other)
        self._openings = (talk.opening, Opening(other.open))
        self._order: list[int] = []
        self._saying: str | None = None
        self._turns: dict[int, str] = {}
        self._question: Turn | None = None
        self.swapped = swapped
        self.has_voted = False

    def start(self) -> None:
        """Load the other; returns at once."""
        self._openings[1].start()

    # What goes on.

    @property
    def is_loading(self) -> bool:
        """Whether one of the two is not loaded yet."""
        return any(opening.info is None for opening in self._openings)

    @property
    def loading_s(self) -> float:
        """Seconds since loading began."""
        return max(opening.elapsed_s for opening in self._openings if opening.info is None)

    @property
    def told(self) -> str:
        """What is being done while loading."""
        return next((opening.told for opening in self._openings if opening.info is None), "")

    @property
    def error(self) -> tuple[str, str] | None:
        """Why one of the two cannot be loaded; None if both can."""
        return next((opening.error for opening in self._openings if opening.error), None)

    @property
    def is_answering(self) -> bool:
        """Whether one of the two is to answer."""
        return bool(self._order)

    @property
    def is_open(self) -> bool:
        """Whether a question is being answered or waits for the vote."""
        return self.is_answering or self.awaits_vote

    @property
    def awaits_vote(self) -> bool:
        """Whether both have answered and nothing was decided."""
        return len(self._turns) == 2 and not self.has_voted

    @property
    def seat(self) -> Seat | None:
        """Where the answer goes that is being said; None if none is."""
        return self._seat_of(self._order[0]) if self._order and self._talk.answering else None

    @property
    def answering(self) -> Answering | None:
        """The answer that is being said."""
        return self._talk.answering

    # What the user does.

    def ask(self, text: str, first: int) -> None:
        """Ask both.

        Args:
            text: The question.
            first: Which of the two begins: 0 the conversation's own, 1 the other.
        """
        self.has_voted = False
        self._talk.take_back()
        self._turns = {}
        self._order = [first, 1 - first]
        self._question = self._talk.put_question(text)
        # Whoever was seen to answer while the other is still being loaded would be known by it.
        if not self.is_loading:
            self._answer()

    def stop(self) -> None:
        """Stop the answer that is being said; what was said is kept, and can be voted on once both have ended."""
        if self._talk.is_answering:
            self._talk.stop()
        else:
            self._order = []

    def keep_vote(self, choice: Choice) -> None:
        """Keep which is better; on the disk, so it belongs in a thread.

        Raises:
            UserError: It cannot be kept; nothing is decided.
        """
        self._book.vote(self._talk.conversation, self.turn_at("left"), self.turn_at("right"), choice, self._partners[0].notice)

    def decide(self, choice: Choice) -> None:
        """Go on with the answer that is better, once that is kept."""
        self._talk.show(self.turn_at("right" if choice == "right" else "left"))
        self.has_voted = True

    def leave(self) -> None:
        """End without a vote, if there was none: the answer of the conversation's own assistant is read on."""
        if self.awaits_vote and 0 in self._turns:
            self._talk.show(self._talk.conversation.turns[self._turns[0]])
        self._talk.take_back()

    def close(self) -> None:
        """Give the other's memory back."""
        self._talk.take_back()
        close_aside(self._openings[1])

    def poll(self) -> list[tuple[Seat, Turn]]:
        """See how far the answers are; those that have ended since the last time."""
        if not self._order:
            return []
        if self._saying is None:
            if self.error:
                self._order = []
            elif not self.is_loading:
                self._answer()
            return []
        self._talk.poll()
        if self._talk.saying == self._saying:
            return []
        which, name = self._order.pop(0), self._saying
        self._turns[which], self._saying = name, None
        if self._order:
            self._answer()
        return [(self._seat_of(which), self._talk.conversation.turns[name])]

    def partner_of(self, seat: Seat) -> Partner:
        """Who sits there; not to be told before the vote."""
        return self._partners[self._which(seat)]

    # Who sits where.

    def turn_at(self, seat: str) -> Turn:
        """The answer of a side."""
        return self._talk.conversation.turns[self._turns[self._which(seat)]]

    def label_at(self, seat: str) -> str:
        """Who sits there; not to be told before the vote."""
        return self._partners[self._which(seat)].label

    def _which(self, seat: str) -> int:
        return int((seat == "right") != self.swapped)

    def _seat_of(self, which: int) -> Seat:
        return "right" if (which == 1) != self.swapped else "left"

    def _answer(self) -> None:
        which = self._order[0]
        assert self._question
        self._talk.lend(self._openings[which], self._partners[which])
        self._talk.answer(self._question)
        self._saying = self._talk.saying
