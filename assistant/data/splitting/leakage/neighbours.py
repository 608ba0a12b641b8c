"""Which of a few texts are nearly the same as one of very many that pass by: every pair, and no other.

The usual way is MinHash with banding (Broder 1997), which finds a pair with some probability. Here one
side is a test set: it is small, it is known beforehand and it fits into memory, so that nothing need be
left to chance. If the Jaccard similarity of two sets is at least t, they share at least t of the larger one.
So when all elements are put into one order, the rarest first, the two sets share at least one among the first
n - ceil(t n) + 1 of each (prefix filtering: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007). Only
the sets that do are compared, and the comparison is the true similarity: recall and precision are 1.

Knows no example: its elements are whatever can be hashed and sorted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

Element = TypeVar("Element", bound=Hashable)

SIMILAR = 0.8
"""From this Jaccard similarity on, two texts are near-duplicates (as in Lee et al. 2022)."""


class _Comparable(Protocol):
    def __lt__(self, other: object, /) -> bool: ...


class Neighbours(Generic[Element]):
    """Sets that look out for sets like themselves.

    Args:
        sets: They; an empty one is like nothing.
        similar: The least Jaccard similarity, above 0.
    """

    def __init__(self, sets: Sequence[frozenset[Element]], similar: float = SIMILAR) -> None:
        self._sets = sets
        self._similar = similar
        counted = Counter(element for each in sets for element in each)
        # By element among equally rare ones: both sides must have one order.
        ordered: list[Element] = sorted(counted, key=lambda element: (counted[element], element))
        self._rank = {element: rank for rank, element in enumerate(ordered)}
        self._places: dict[int, list[int]] = {}
        for place, each in enumerate(sets):
            for rank in sorted(map(self._rank.__getitem__, each))[: self._prefix(len(each))]:
                self._places.setdefault(rank, []).append(place)

    def like(self, other: frozenset[Element]) -> Iterator[tuple[int, float]]:
        """The places of the sets that are similar enough to another one, each with the similarity."""
        size = len(other)
        known = sorted(self._rank[element] for element in other if element in self._rank)
        # What none of the sets holds is the rarest of all and comes first in the order.
        probed = self._prefix(size) - (size - len(known))
        if probed <= 0:
            return
        for place in {place for rank in known[:probed] for place in self._places.get(rank, ())}:
            mine = self._sets[place]
            shared = len(mine & other)
            similarity = shared / (len(mine) + size - shared)
            if similarity >= self._similar:
                yield place, similarity

    def _prefix(self, size: int) -> int:
        """How many of a set's rarest elements are sure to meet any set similar enough."""
        # Rounding must never make it shorter.
        return size - math.ceil(self._similar * size - 1e-9) + 1 if size else 0
