"""Choice without chance: numbers drawn from the hash of what they are for, so that the same material gives the same questions.

Knows no question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from heapq import nsmallest
from typing import TypeVar

T = TypeVar("T")
Rank = TypeVar("Rank", int, str)


def number(*of: str, below: int) -> int:
    """A number from 0 to `below - 1` that depends on these texts alone, on every machine and in every release of Python."""
    digest = hashlib.sha256("\x1f".join(of).encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") % below


def place_of(*of: str) -> int:
    """Where something stands in an order that has nothing to do with what it says, and that stays as others come and go."""
    return number(*of, below=2**64)


def pick(choices: Sequence[T], *of: str) -> T:
    """One of the choices, by hash."""
    return choices[number(*of, below=len(choices))]


def sample(items: Sequence[T], limit: int, key: Callable[[T], str], *of: str) -> list[T]:
    """At most `limit` items, chosen by the hash of their keys and left in their order: most stay chosen as others come and go."""
    return lowest(items, limit, lambda item: place_of(*of, key(item)))


def lowest(items: Sequence[T], limit: int, rank: Callable[[T], Rank]) -> list[T]:
    """At most `limit` items, those of the lowest rank, left in their order; of equal ranks the first."""
    if len(items) <= limit:
        return list(items)
    chosen = nsmallest(limit, range(len(items)), key=lambda index: rank(items[index]))
    return [items[index] for index in sorted(chosen)]
