"""An earlier question that is being changed, and what was being written before it was taken up."""

from __future__ import annotations

from assistant.chat.turn import Turn
from assistant.tui.widgets.composer import Composer
from assistant.tui.widgets.pasted import Draft


class Editing:
    """A question in the composer that is to be asked in a branch of its own.

    Args:
        composer: Where the user writes.

    Attributes:
        question: As it was asked; None while nothing is being changed.
    """

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._put_aside = Draft()
        self.question: Turn | None = None

    def begin(self, question: Turn) -> None:
        """Take a question up; what stands in the composer is put aside."""
        if self.question is None:
            self._put_aside = self._composer.draft
        self.question = question
        self._composer.put(question.text)
        self._composer.focus()

    def leave(self) -> Turn | None:
        """Take up again what was put aside.

        Returns:
            The question that was being changed; None if there was none.
        """
        question, self.question = self.question, None
        if question:
            self._composer.take_up(self._put_aside)
        return question
