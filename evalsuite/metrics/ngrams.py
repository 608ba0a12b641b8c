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

BATCH = 50
"""Answers at a time: few enough that what is sorted stays in the processor's cache."""
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

    found = [_matches(answers[start : start + BATCH], references[start : start + BATCH], orders) for start in range(0, len(answers), BATCH)]
    return np.concatenate([np.zeros((0, orders), dtype=np.int64), *found])


def _matches(answers: Sequence[Integers], references: Sequence[Sequence[Integers]], orders: int) -> Integers:
    import numpy as np

    texts = [(answer, *given) for answer, given in zip(answers, references, strict=True)]
    tokens = np.concatenate([text for row in texts for text in row])
    lengths = np.asarray([len(text) for row in texts for text in row])
    side_bits = max(map(len, texts)).bit_length()
    answer_bits = len(texts).bit_length()
    # Which answer each token belongs to; and whether it stands in the answer itself (0) or in which of its references.
    at = np.repeat([number for number, row in enumerate(texts) for _ in row], lengths)
    side = np.repeat([number for row in texts for number in range(len(row))], lengths)
    # Tokens from here to the end of the text.
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(tokens))
    found = np.zeros((len(texts), orders), dtype=np.int64)
    for order, (grams, gram_bits) in enumerate(_numbered(tokens, orders, BITS - answer_bits - side_bits), start=1):
        here = slice(len(grams))
        keys = (at[here] << (gram_bits + side_bits) | grams << side_bits | side[here])[left[here] >= order]
        found[:, order - 1] = _shared(keys, gram_bits, side_bits, len(texts))
    return found


def _numbered(tokens: Integers, orders: int, most_bits: int) -> Iterator[tuple[Integers, int]]:
    """The number of the n-gram that begins at each place and how many bits it has, for each order; equal n-grams have equal numbers."""
    import numpy as np

    token_bits = int(tokens.max(initial=0)).bit_length()
    grams, gram_bits = tokens, token_bits
    for order in range(1, orders + 1):
        if order > 1:
            if gram_bits + token_bits > most_bits:
                grams = np.unique(grams, return_inverse=True)[1]
                gram_bits = int(grams.max(initial=0)).bit_length()
            grams = (grams[:-1] << token_bits) | tokens[order - 1 :]
            gram_bits += token_bits
        yield grams, gram_bits


def _shared(keys: Integers, gram_bits: int, side_bits: int, answers: int) -> Integers:
    """How many n-grams of one order each answer shares with its references: `(answers,)`.

    Args:
        keys: Of each n-gram in each text: the answer, the n-gram and the side, from the highest bits to the lowest.
        gram_bits: Bits of the n-gram.
        side_bits: Bits of the side: 0 for the answer itself, else the number of the reference.
        answers: How many answers there are.
    """
    import numpy as np

    if not len(keys):
        return np.zeros(answers, dtype=np.int64)
    keys.sort()
    # Runs of equal keys are how often one text holds one n-gram; runs of equal n-grams bring an answer's texts together.
    runs = _starts(keys)
    counts = np.diff(runs, append=len(keys))
    keys = keys[runs]
    of_answer = keys >> side_bits
    is_answer = keys & ((1 << side_bits) - 1) == 0
    starts = _starts(of_answer)
    said = np.add.reduceat(np.where(is_answer, counts, 0), starts)
    wanted = np.maximum.reduceat(np.where(is_answer, 0, counts), starts)
    return np.bincount(of_answer[starts] >> gram_bits, weights=np.minimum(said, wanted), minlength=answers).astype(np.int64)


def _starts(values: Integers) -> Integers:
    """Where a run of equal values begins."""
    import numpy as np

    return np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
