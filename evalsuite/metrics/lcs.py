"""Longest common subsequences, a whole row of the table at a time.

rouge-score fills the table cell by cell in Python, which for long answers takes longer than all other
metrics together. A row is kept here as the bits of one integer (Hyyrö 2004, "Bit-parallel LCS-length
computation revisited"); what comes out is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def lcs_length(first: Sequence[str], second: Sequence[str]) -> int:
    """How many tokens both hold in the same order, gaps allowed."""
    row = (1 << len(first)) - 1
    places = _places(first)
    for token in second:
        row = _next(row, places.get(token, 0))
    return _length(row, len(first))


def lcs_places(first: Sequence[str], second: Sequence[str]) -> list[int]:
    """Where in `second` one of the longest common subsequences stands, from the end: the one that rouge-score reads out of its table."""
    rows = [(1 << len(first)) - 1]
    at = _places(first)
    for token in second:
        rows.append(_next(rows[-1], at.get(token, 0)))
    places: list[int] = []
    j, i = len(first), len(second)
    while i and j:
        if first[j - 1] == second[i - 1]:
            places.append(i - 1)
            i, j = i - 1, j - 1
        elif _length(rows[i], j - 1) > _length(rows[i - 1], j):
            j -= 1
        else:
            i -= 1
    return places


def summary_hits(references: Sequence[Sequence[str]], answers: Sequence[Sequence[str]]) -> int:
    """How many tokens of the reference's lines are found in the answer's lines (Lin 2004, section 3.2).

    A token of a reference line is found if it stands in the common subsequence with any line of the answer;
    each token counts no more often than either side holds it, as rouge-score has it.
    """
    left = Counter(token for line in answers for token in line) & Counter(token for line in references for token in line)
    hits = 0
    for reference in references:
        for place in sorted({place for answer in answers for place in lcs_places(answer, reference)}):
            if left[reference[place]] > 0:
                left[reference[place]] -= 1
                hits += 1
    return hits


def _places(tokens: Sequence[str]) -> dict[str, int]:
    """Where each token stands, as the bits of a number."""
    places: dict[str, int] = {}
    for at, token in enumerate(tokens):
        places[token] = places.get(token, 0) | 1 << at
    return places


def _next(row: int, places: int) -> int:
    """The row of the table after one more token of `second`, which stands at these places of `first`.

    A 0 bit marks a place where the subsequence grows by one. What lies above the length of `first` means nothing.
    """
    matches = row & places
    return (row + matches) | (row - matches)


def _length(row: int, tokens: int) -> int:
    """The length of the subsequence within the first tokens of `first`."""
    return tokens - (row & ((1 << tokens) - 1)).bit_count()
