"""The part of a recipe that says what the chat does beside answering."""

from __future__ import annotations

from typing import Literal

from assistant.core.recipe_section import Fraction, Section


class Chat(Section):
    """What the chat looks for in answers, and tells beneath them. It changes no answer and holds none back."""

    warn: tuple[Literal["personal_data", "toxicity"], ...] = ()
    """personal_data: an e-mail address, a telephone, card or account number or the like that did not stand in the question; toxicity:
    by the classifier that the machine has, which is loaded after the first answer. What is asked for and cannot be had is told."""
    toxicity_above: Fraction = 0.5
    """The probability above which the classifier's finding is told."""

    @property
    def looked_for(self) -> tuple[str, ...]:
        """Each check once, with its bound where it has one: `toxicity>0.5`."""
        bounds = {"toxicity": f">{self.toxicity_above:g}"}
        return tuple(dict.fromkeys(name + bounds.get(name, "") for name in self.warn))
