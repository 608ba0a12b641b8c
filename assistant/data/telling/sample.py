"""A sample that stays the same as long as the data does: the examples whose ids have the least hashes."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.data.example import Example
from assistant.data.splitting.groups import share

LONGEST = 2_000
"""Characters kept of a text: a sample of a thousand rows must not hold a thousand megabytes."""


@dataclass(frozen=True)
class Sampled:
    """A row of a sample: its question and its first answer, cut."""

    question: str
    answer: str


class Sample:
    """Keeps at most so many of the examples it is shown.

    Args:
        most: How many.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        # The largest hash on top, so that it goes first; ids are unique, so that rows are never compared.
        self._kept: list[tuple[float, str, Sampled]] = []

    def show(self, example: Example) -> None:
        """Keep an example, if its hash is among the least."""
        place = -share(0, example.id)
        if len(self._kept) == self._most and place <= self._kept[0][0]:
            return
        row = (place, example.id, Sampled(example.question[:LONGEST], example.answers[0][:LONGEST]))
        (heapq.heappushpop if len(self._kept) == self._most else heapq.heappush)(self._kept, row)

    def rows(self) -> Sequence[Sampled]:
        """What was kept, by hash."""
        return [row for _, _, row in sorted(self._kept, key=lambda kept: (-kept[0], kept[1]))]
