"""The length of the longest common subsequence, a whole row of the table at a time.

rouge-score fills the table cell by cell in Python, which for long answers takes longer than all other
metrics together. A row is kept here as the bits of one integer (Hyyrö 2004, "Bit-parallel LCS-length
computation revisited"); the length is the same.
"""

from __future__ import annotations

from collections.abc import Sequence


def lcs_length(first: Sequence[str], second: Sequence[str]) -> int:
    """How many tokens both hold in the same order, gaps allowed."""
    places: dict[str, int] = {}
    for at, token in enumerate(first):
        places[token] = places.get(token, 0) | 1 << at
    full = (1 << len(first)) - 1
    # A 0 bit marks a place of `first` where the subsequence has grown by one.
    row = full
    for token in second:
        matches = row & places.get(token, 0)
        row = (row + matches) | (row - matches)
    return len(first) - (row & full).bit_count()
