"""The shingles of many texts at once, as numbers: what `assistant.data.splitting.text` makes one by one, some thirty times as fast.

A shingle is a stretch of a text, and its number a polynomial hash of its characters (Karp and Rabin 1987), of which those of
all stretches are found with one running sum. A number has 44 bits: that two shingles of two texts of 200 are taken for one happens
in one of 400 million pairs of texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from assistant.data.splitting.text import SHINGLE_CHARACTERS, SHINGLE_WORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Numbers = NDArray[np.uint64]

Kind = Literal["words", "characters"]

BITS = 44
"""Of a shingle's number; what is left of 64 tells the texts of one batch apart."""
MOST_TEXTS = 2 ** (64 - BITS)
"""Texts of one batch."""
BATCH_CHARACTERS = 1_000_000
"""Characters that are hashed at a time: some 60 MiB."""

_FACTOR = 0x9E3779B97F4A7C15
_SPACE, _END = 32, 10


class Batch:
    """Texts that are hashed together.

    Args:
        texts: Words with single spaces between them; fewer than `MOST_TEXTS`.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        import numpy as np

        self._count = len(texts)
        whole = "".join(f"{text}\n" for text in texts)
        codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        self._ends = np.flatnonzero(codes == _END)
        self._starts = np.concatenate([np.zeros(1, np.int64), self._ends[:-1] + 1]) if self._count else self._ends
        self._parts = (codes == _SPACE) | (codes == _END)
        ones = np.full(len(codes), _FACTOR, dtype=np.uint64)
        sums = np.cumsum(_mixed(codes.astype(np.uint64)) * np.cumprod(ones))
        self._sums = np.concatenate([np.zeros(1, np.uint64), sums])
        # Multiplied with it, a stretch has the same number wherever it begins.
        self._back = np.cumprod(np.full(len(codes), pow(_FACTOR, -1, 2**64), dtype=np.uint64))

    def shingles(self, kind: Kind) -> tuple[Numbers, Integers]:
        """The shingles of all texts, each once and in the order of their numbers, and how many each text has."""
        import numpy as np

        starts, ends, owners = self._words() if kind == "words" else self._characters()
        hashes = _mixed((self._sums[ends] - self._sums[starts]) * self._back[starts]) >> np.uint64(64 - BITS)
        # One sort of whole numbers does for both orders.
        keys = np.sort((owners.astype(np.uint64) << np.uint64(BITS)) | hashes)
        keys = keys[np.concatenate([np.ones(1, np.bool_), keys[1:] != keys[:-1]])] if len(keys) else keys
        counts = np.bincount((keys >> np.uint64(BITS)).astype(np.int64), minlength=self._count)
        return keys & np.uint64(2**BITS - 1), counts

    def _words(self) -> tuple[Integers, Integers, Integers]:
        import numpy as np

        before = np.concatenate([np.ones(1, np.bool_), self._parts[:-1]])
        starts = np.flatnonzero(~self._parts & before)
        ends = np.flatnonzero(~self._parts & np.concatenate([self._parts[1:], np.ones(1, np.bool_)])) + 1
        owners = np.searchsorted(self._ends, starts)
        ahead = SHINGLE_WORDS - 1
        whole = np.flatnonzero(owners[ahead:] == owners[: len(owners) - ahead])
        short = self._texts_of(np.bincount(owners, minlength=self._count), SHINGLE_WORDS)
        return (
            np.concatenate([starts[whole], self._starts[short]]),
            np.concatenate([ends[whole + ahead], self._ends[short]]),
            np.concatenate([owners[whole], short]),
        )

    def _characters(self) -> tuple[Integers, Integers, Integers]:
        import numpy as np

        sizes = self._ends - self._starts
        counts = np.maximum(sizes - SHINGLE_CHARACTERS + 1, 0)
        owners = np.repeat(np.arange(self._count), counts)
        starts = np.repeat(self._starts - (np.cumsum(counts) - counts), counts) + np.arange(len(owners))
        short = self._texts_of(sizes, SHINGLE_CHARACTERS)
        return (
            np.concatenate([starts, self._starts[short]]),
            np.concatenate([starts + SHINGLE_CHARACTERS, self._ends[short]]),
            np.concatenate([owners, short]),
        )

    @staticmethod
    def _texts_of(sizes: Integers, least: int) -> Integers:
        """The texts that are a shingle as a whole, being too short for one."""
        import numpy as np

        return np.flatnonzero((sizes > 0) & (sizes < least))


def _mixed(numbers: Numbers) -> Numbers:
    """Numbers without a pattern, each of which stands for one (the last steps of splitmix64: Steele, Lea and Flood 2014)."""
    import numpy as np

    numbers = numbers + np.uint64(_FACTOR)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
