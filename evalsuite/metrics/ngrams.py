"""Counting the n-grams that answers share with their references, many answers at a time.

sacreBLEU and rouge-score count them in Python dictionaries, which for long answers takes longer than all
else together. Here the longest n-gram that begins at each place is one number, its first token in the
highest bits. One sort of these numbers brings together what begins alike, and so the n-grams of every
order at once. The counts are the same ones; tests hold them against the libraries' own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

BATCH = 16_000
"""Tokens at a time, and never less than one answer: few enough that what is sorted stays in the processor's cache."""
BITS = 63
"""Of a positive 64-bit integer."""


WORDS = 2**16
"""Words whose tokens a metric remembers: texts mostly say the same ones again."""
LONG = 32
"""Characters of a word, on average. What is longer is no language: it hardly comes again, and remembering it costs memory."""


def numbering() -> Callable[[Iterable[str]], Integers]:
    """What turns the tokens of a text into numbers, `(tokens,)`: equal numbers for equal tokens."""
    import numpy as np

    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    return lambda tokens: np.fromiter(map(numbers.__getitem__, tokens), dtype=np.int64)


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

    texts = [(answer, *given) for answer, given in zip(answers, references, strict=True)]
    found = [_matches(batch, orders) for batch in _batches(texts)]
    return np.concatenate([np.zeros((0, orders), dtype=np.int64), *found])


def _batches(texts: Sequence[Sequence[Integers]]) -> Iterator[Sequence[Sequence[Integers]]]:
    start = tokens = 0
    for end, row in enumerate(texts):
        tokens += sum(map(len, row))
        if tokens >= BATCH:
            yield texts[start : end + 1]
            start, tokens = end + 1, 0
    if start < len(texts):
        yield texts[start:]


def _matches(texts: Sequence[Sequence[Integers]], orders: int) -> Integers:
    """Matched n-grams of some answers, `(answers, orders)`; each row of texts is an answer and its references."""
    import numpy as np

    # Zeros after every text, so that no n-gram reaches into the next one; what begins or ends with a zero is none.
    gap = np.zeros(orders, dtype=np.int64)
    tokens = _numbered([piece for row in texts for text in row for piece in (text + 1, gap)])
    lengths = np.asarray([len(text) + orders for row in texts for text in row])
    # Which answer each token belongs to; and whether it stands in the answer itself (0) or in which of its references.
    at = np.repeat([number for number, row in enumerate(texts) for _ in row], lengths)
    side = np.repeat([number for row in texts for number in range(len(row))], lengths)
    shifted = np.concatenate([tokens, gap])
    token_bits = int(tokens.max()).bit_length()
    grams = [(shifted[ahead : ahead + len(tokens)], token_bits) for ahead in range(orders)]
    sides = max(map(len, texts))
    side_bits = sides.bit_length()
    words, places = _packed([(at, len(texts).bit_length()), *grams, (side, side_bits)])
    words = _sorted(words)
    runs = [_runs(words, places[1], places[order], token_bits) for order in range(1, orders + 1)]
    side = words[-1] & ((1 << side_bits) - 1)
    before = np.concatenate([[0], np.cumsum(side == 0)])
    said = [before[ends] - before[starts] for starts, ends in runs]
    wanted = [np.zeros(len(starts), dtype=np.int64) for starts, _ in runs]
    for number in range(1, sides):
        before = np.concatenate([[0], np.cumsum(side == number)])
        wanted = [np.maximum(most, before[ends] - before[starts]) for most, (starts, ends) in zip(wanted, runs, strict=True)]
    shared = [np.minimum(*counts) for counts in zip(said, wanted, strict=True)]
    answer = [words[0][starts] >> places[0][1] for starts, _ in runs]
    counted = [np.bincount(of, weights=counts, minlength=len(texts)) for of, counts in zip(answer, shared, strict=True)]
    return np.stack(counted, axis=1).astype(np.int64)


def _numbered(pieces: Sequence[Integers]) -> Integers:
    """The tokens of all pieces one after the other, numbered anew without gaps, so that they need few bits; zero stays zero."""
    import numpy as np

    tokens = np.concatenate(pieces)
    present = np.zeros(int(tokens.max()) + 1, dtype=np.bool_)
    present[tokens] = True
    numbers: Integers = (np.cumsum(present) - 1)[tokens]
    return numbers


def _packed(columns: Sequence[tuple[Integers, int]]) -> tuple[list[Integers], list[tuple[int, int]]]:
    """Columns side by side in as few integers as hold them, the first in the highest bits.

    Args:
        columns: Each with its bits.

    Returns:
        The integers, and where each column is in them: in which integer, and above how many bits.
    """
    words: list[Integers] = []
    bits_of: list[int] = []
    ends: list[tuple[int, int]] = []
    for column, bits in columns:
        if not words or bits_of[-1] + bits > BITS:
            words.append(column)
            bits_of.append(bits)
        else:
            words[-1] = words[-1] << bits | column
            bits_of[-1] += bits
        ends.append((len(words) - 1, bits_of[-1]))
    return words, [(word, bits_of[word] - end) for word, end in ends]


def _sorted(words: Sequence[Integers]) -> list[Integers]:
    import numpy as np

    if len(words) == 1:
        return [np.sort(words[0])]
    order = np.lexsort(words[::-1])
    return [word[order] for word in words]


def _runs(words: Sequence[Integers], first: tuple[int, int], last: tuple[int, int], token_bits: int) -> tuple[Integers, Integers]:
    """Where runs of one n-gram of one answer start and end; `first` and `last` are the places of its first and last token."""
    import numpy as np

    word, below = last
    differs = (words[word][1:] ^ words[word][:-1]) >= 1 << below
    for earlier in words[:word]:
        differs |= earlier[1:] != earlier[:-1]
    bounds = np.flatnonzero(np.concatenate([[True], differs, [True]]))
    starts, ends = bounds[:-1], bounds[1:]
    whole = np.ones(len(starts), dtype=np.bool_)
    for held_in, above in {first, last}:
        whole &= (words[held_in][starts] >> above) & ((1 << token_bits) - 1) != 0
    return starts[whole], ends[whole]
