"""Personal data in rows: told by kind and number, never as it stands there, and masked where the recipe says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from assistant.core.messages import Message
from assistant.core.recipe_data import PersonalKind
from assistant.data.checking.remark import Remark, texts_of
from assistant.data.example import Example
from assistant.data.personal.masking import mask
from assistant.data.personal.personal_data import FindNames, PersonalSpan, find_personal_data

SHORT = 1000
"""Characters of a text whose finds are remembered."""
REMEMBERED = 1000
"""Texts whose finds are remembered."""


class PersonalData:
    """Finds what reaches or identifies a person.

    Args:
        kinds: What is looked for.
        names: What marks persons; None where no model for that is here.
    """

    def __init__(self, kinds: Collection[PersonalKind], names: FindNames | None = None) -> None:
        self._kinds = kinds
        self._names = names
        # Every answer of a conversation holds what was said before it, so that the same short texts come again and again.
        self._spans_of_short = lru_cache(REMEMBERED)(self._find)

    def count(self, example: Example) -> Counter[PersonalKind]:
        """How much of which kind stands in a row."""
        return Counter(span.kind for text in texts_of(example) for span in self._spans(text))

    def look(self, example: Example) -> Remark | None:
        """The same in words."""
        found = self.count(example)
        return Remark(", ".join(f"{count} x {kind}" for kind, count in sorted(found.items()))) if found else None

    def masked(self, example: Example) -> Example:
        """The example with labels in the places of what was found."""
        said = tuple(Message(role=message["role"], content=self._mask(message["content"])) for message in example.history)
        answers = tuple(self._mask(answer) for answer in example.answers)
        return replace(example, question=self._mask(example.question), answers=answers, history=said)

    def _mask(self, text: str) -> str:
        # What stood beside a masked place can have a form of its own now.
        while spans := self._spans(text):
            text = mask(text, spans)
        return text

    def _spans(self, text: str) -> list[PersonalSpan]:
        return self._spans_of_short(text) if len(text) <= SHORT else self._find(text)

    def _find(self, text: str) -> list[PersonalSpan]:
        # A URL that names no user, an address kept for examples: they lead to nobody.
        return [span for span in find_personal_data(text, self._kinds, self._names) if span.identifies]
