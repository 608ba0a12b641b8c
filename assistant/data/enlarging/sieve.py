"""Which new rows are kept: those that ask the same in other words, and are fit to learn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.core.progress import telling
from assistant.core.recipe_data import Augment, Method
from assistant.data.enlarging.known import Known
from assistant.data.enlarging.made import Made
from assistant.data.enlarging.wording import denials_of, numbers_of, overlap
from assistant.data.example import Example

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Encode = Callable[[Sequence[str]], NDArray[np.float32]]

Refuses = Callable[[Example], str | None]
"""The checks of rows: why a row is unfit; None for a fit one."""


@dataclass(frozen=True)
class Draft:
    """A new row before the sieve.

    Attributes:
        example: The row, with an id of its own and its method as `made_by`.
        made_from: The id of the original, or where the passage is.
        before: The original's question, or the passage.
        has_original: Whether it is another wording of a question, rather than a new question.
        by_meaning: Whether nothing but its meaning tells that it asks what its original asks.
    """

    example: Example
    made_from: str
    before: str
    has_original: bool = True
    by_meaning: bool = False


@dataclass
class Tally:
    """What became of drafts.

    Attributes:
        kept: By method.
        refused: By method and reason.
    """

    kept: Counter[str] = field(default_factory=Counter)
    refused: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, method: str, reason: str | None) -> None:
        """Count a draft; a reason says why it was refused."""
        if reason is None:
            self.kept[method] += 1
        else:
            self.refused.setdefault(method, Counter())[reason] += 1

    def to_json(self) -> dict[str, Any]:
        """Made, kept and refused, in all and by method."""
        reasons: Counter[str] = sum(self.refused.values(), Counter())
        methods = sorted({*self.kept, *self.refused})
        return {
            "made": self.kept.total() + reasons.total(),
            "kept": self.kept.total(),
            "refused": dict(sorted(reasons.items())),
            "methods": {name: {"kept": self.kept[name], "refused": dict(sorted(self.refused.get(name, Counter()).items()))} for name in methods},
        }


class Sieve:
    """Judges drafts, and remembers what it kept, so that nothing is asked twice.

    Args:
        settings: What the recipe says.
        known: All examples of all splits.
        encode: Gives texts their embeddings, of length 1; None where no encoder is here: meaning is then not measured.
        refuses: The checks of rows.
    """

    def __init__(self, settings: Augment, known: Known, encode: Encode | None, refuses: Refuses = lambda example: None) -> None:
        self._settings = settings
        self._known = known
        self._encode = encode
        self._refuses = refuses
        self.tally = Tally()

    def judge(self, drafts: Sequence[Draft]) -> list[Made | None]:
        """The drafts that are kept, each in its place; None for a refused one."""
        reasons = [self._before_meaning(draft) for draft in drafts]
        cosines = self._cosines([draft if reason is None and draft.has_original else None for draft, reason in zip(drafts, reasons, strict=True)])
        return [self._settled(*each) for each in zip(drafts, reasons, cosines, strict=True)]

    def _settled(self, draft: Draft, reason: str | None, cosine: float | None) -> Made | None:
        if reason is None and cosine is None and draft.by_meaning:
            reason = "its meaning cannot be measured here"
        if reason is None and cosine is not None and cosine < self._settings.meaning_above:
            reason = "another meaning"
        # Once more: a draft beside it may have been the same.
        if reason is None and self._known.has(draft.example):
            reason = "asked already"
        self.tally.add(draft.example.made_by, reason)
        if reason is not None:
            return None
        self._known.add(draft.example)
        words = overlap(draft.before, draft.example.question) if draft.has_original else None
        return Made(draft.example, draft.made_from, draft.before, cosine, words)

    def _before_meaning(self, draft: Draft) -> str | None:
        """Why a draft is refused without a look at its meaning; the cheapest reason first."""
        question = draft.example.question
        if not question.strip():
            return "empty"
        if self._known.has(draft.example):
            return "asked already"
        if draft.has_original:
            if overlap(draft.before, question) > self._settings.words_below:
                return "the same words"
            if numbers_of(draft.before) != numbers_of(question):
                return "other numbers"
            if denials_of(draft.before) != denials_of(question):
                return "denies something else"
        unfit = self._refuses(draft.example)
        return f"check: {unfit}" if unfit else None

    def _cosines(self, drafts: Sequence[Draft | None]) -> list[float | None]:
        wanted = [draft for draft in drafts if draft]
        if self._encode is None or not wanted:
            return [None] * len(drafts)
        # The encoder tells how far it is, which for a few texts at a time would be all that is read.
        with telling(lambda line: None):
            vectors = self._encode([text for draft in wanted for text in (draft.before, draft.example.question)])
        found = iter(float(before @ after) for before, after in zip(vectors[::2], vectors[1::2], strict=True))
        return [next(found) if draft else None for draft in drafts]


def draft_of(original: Example, question: str, method: Method, number: int, by_meaning: bool = False) -> Draft:
    """Another wording of an example's question, with its answers.

    Args:
        original: The example.
        question: The new wording.
        method: What made it.
        number: Which of this method's it is, from 0; a part of its id.
        by_meaning: As in `Draft`.
    """
    example = replace(original, id=f"{original.id}~{method}{number + 1}", question=question.strip(), made_by=method, weight=1.0, place=None)
    return Draft(example, original.id, original.question, by_meaning=by_meaning)
