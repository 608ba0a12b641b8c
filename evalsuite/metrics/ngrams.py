"""Counting the n-grams that answers share with their references, many answers at a time.

sacreBLEU counts them in Python dictionaries, which for long answers takes longer than all else together.
Here every n-gram is a number, and one sort of all of them brings equal ones together. The counts are the
same ones; a test holds them against sacreBLEU's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

BITS = 63
"""Of a positive 64-bit integer."""


def matches(answers: Sequence[Integers], references: Sequence[Sequence[Integers]], orders: int) -> Integers:
    """Matched n-grams of each answer: `(answers, orders)`.

    An n-gram matches as often as the answer holds it, but no more often than the one reference that holds
    it most.

    Args:
        answers: Each a sequence of tokens, as numbers from 0.
        references: Of each answer, one or more, in the same numbers.
        orders: N-grams of 1 to this many tokens.
    """
    import numpy as np

    sides = [(answer, *given) for answer, given in zip(answers, references, strict=True)]
    lengths = np.fromiter((len(side) for row in sides for side in row), dtype=np.int64)
    tokens = np.concatenate([side for row in sides for side in row])
    most = max((len(row) for row in sides), default=1)
    # The number of each text: which answer it belongs to and, in the low digits, whether it is that answer (0) or a reference.
    texts = np.fromiter((at * most + side for at, row in enumerate(sides) for side in range(len(row))), dtype=np.int64)
    text_bits = int(len(sides) * most).bit_length()
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(tokens))
    owner = np.repeat(texts, lengths)
    found = np.zeros((len(sides), orders), dtype=np.int64)
    for order, grams in enumerate(_numbered(tokens, orders, text_bits), start=1):
        whole = left[: len(grams)] >= order
        found[:, order - 1] = _shared(grams[whole], owner[: len(grams)][whole], most, len(sides))
    return found


def _numbered(tokens: Integers, orders: int, text_bits: int) -> Iterator[Integers]:
    """The number of the n-gram that begins at each place, for each order; equal n-grams have equal numbers."""
    import numpy as np

    token_bits = int(tokens.max(initial=0)).bit_length()
    grams, gram_bits = tokens, token_bits
    for order in range(1, orders + 1):
        if order > 1:
            if gram_bits + token_bits + text_bits > BITS:
                grams = np.unique(grams, return_inverse=True)[1]
                gram_bits = int(grams.max(initial=0)).bit_length()
            grams = (grams[:-1] << token_bits) | tokens[order - 1 :]
            gram_bits += token_bits
        yield grams


def _shared(grams: Integers, owner: Integers, most: int, answers: int) -> Integers:
    """How many n-grams of one order each answer shares with its references: `(answers,)`."""
    import numpy as np

    if not len(grams):
        return np.zeros(answers, dtype=np.int64)
    at, side = np.divmod(owner, most)
    # Sorted by n-gram within an answer, then by text: runs of equal keys are the counts of one n-gram in one text.
    span = int(grams.max()) + 1
    keys, counts = _runs((at * span + grams) * most + side)
    of_pair, text = np.divmod(keys, most)
    starts = np.flatnonzero(np.concatenate([[True], of_pair[1:] != of_pair[:-1]]))
    said = np.add.reduceat(np.where(text == 0, counts, 0), starts)
    wanted = np.maximum.reduceat(np.where(text > 0, counts, 0), starts)
    shared = np.minimum(said, wanted)
    return np.bincount(of_pair[starts] // span, weights=shared, minlength=answers).astype(np.int64)


def _runs(values: Integers) -> tuple[Integers, Integers]:
    """Each value once, sorted, and how often it occurs."""
    import numpy as np

    values.sort()
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return values[starts], np.diff(starts, append=len(values))
