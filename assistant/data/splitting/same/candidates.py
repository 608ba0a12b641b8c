"""Which of very many sets are worth comparing: two ways that never look at all pairs.

*Prefix filtering* (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007): if the Jaccard similarity of two sets is at least t, they
share one of the first n - ceil(t n) + 1 numbers of each, in whatever order, so long as it is one for all. In the order from rare to frequent, the
words of a template ("what are the symptoms of") are in nobody's prefix. Nothing is missed. It suits short texts.

*MinHash* (Broder 1997) with bands (Leskovec, Rajaraman and Ullman, ch. 3): two sets agree in a place of their signatures with the
probability t; those that agree in all places of one of many bands are compared. What a text costs does not grow with its length. Bands are
chosen so that a pair that is just similar enough is missed with a probability of at most `MISSED`. It suits long texts.

In a bucket of more than `MANY` each one is compared with the next `NEXT` alone, in the order of their sizes, so that a template that fills the
data costs no square. Its rows are still found, one by another; of the pairs some are not, which is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.data.splitting.same.sets import Closed, Spill, chunked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Numbers = NDArray[np.uint64]
    Pairs = tuple[Integers, Integers]

PERMUTATIONS = 128
"""Places of a signature."""
MISSED = 1e-3
"""The largest probability to miss a pair that is just similar enough."""
DOUBT = 0.15
"""Signatures that agree in so much less than is asked for are four standard errors away; such pairs are not compared."""
MANY = 256
"""In a bucket of no more, each one is compared with each."""
NEXT = 16
"""In a larger one, with so many of those that follow."""
BUCKETS = 2**22
"""Counters for how frequent a number is; numbers that share one are taken for equally frequent, which changes no result."""
SORTED = 4_000_000
"""Numbers that are sorted together: some 100 MiB."""
STEP = 50_000
"""Pairs of signatures that are compared together: some 20 MiB."""
ENTRY = [("number", "<u8"), ("place", "<u4"), ("rank", "<u4")]
"""One number of a prefix: whose it is, and the how manieth of that set."""


class Candidates:
    """Finds the pairs.

    Args:
        sets: The sets.
        places: Which of them are to be compared; empty ones are like nothing and left out.
        above: The Jaccard similarity from which pairs are wanted.

    Attributes:
        cut: How often one was not compared with all of its bucket; 0 where nothing can be missed by prefixes.
    """

    def __init__(self, sets: Closed, places: Integers, above: float) -> None:
        self._sets = sets
        self._places = places[sets.sizes[places] > 0]
        self._above = above
        self.cut = 0

    def by_prefix(self) -> Iterator[Pairs]:
        """Pairs that may be similar, some of them more than once; every similar pair is among them, unless `cut` counted."""
        import numpy as np

        entries = Spill(ENTRY)
        counters = np.zeros(BUCKETS, dtype=np.uint32)
        for _, numbers in self._sets.chunks(self._places):
            counters += np.bincount((numbers % BUCKETS).astype(np.int64), minlength=BUCKETS).astype(np.uint32)
        for some, numbers in self._sets.chunks(self._places):
            entries.append(self._prefixes(some, numbers, counters))
        whole = entries.array()
        parts = -(-len(whole) // SORTED)
        for part in range(parts):
            yield from self._meeting(np.concatenate([rows[rows["number"] % max(parts, 1) == part] for rows in _slices(whole)]))

    def _prefixes(self, some: Integers, numbers: Numbers, counters: NDArray[np.uint32]) -> NDArray[np.void]:
        import numpy as np

        sizes = self._sets.sizes[some]
        owners = np.repeat(np.arange(len(some)), sizes)
        order = np.lexsort((numbers, counters[(numbers % BUCKETS).astype(np.int64)], owners))
        ranks = np.arange(len(numbers)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        # Rounding must never make a prefix shorter.
        prefix = sizes - np.ceil(self._above * sizes - 1e-9).astype(np.int64) + 1
        kept = ranks < prefix[owners]
        rows = np.zeros(int(kept.sum()), dtype=ENTRY)
        rows["number"], rows["place"], rows["rank"] = numbers[order][kept], some[owners][kept], ranks[kept]
        return rows

    def _meeting(self, entries: NDArray[np.void]) -> Iterator[Pairs]:
        """Pairs that share an entry, and can be similar by their sizes and by where in their order it stands."""
        import numpy as np

        sizes = self._sets.sizes
        entries = entries[np.lexsort((entries["place"], sizes[entries["place"]], entries["number"]))]
        places, ranks = entries["place"].astype(np.int64), entries["rank"].astype(np.int64)
        for left, right in self.within(entries["number"]):
            one, other = places[left], places[right]
            # The first number they share stands here or before, so that they share no more than what follows.
            shared = np.minimum(sizes[one] - ranks[left], sizes[other] - ranks[right])
            needed = self._above / (1 + self._above) * (sizes[one] + sizes[other]) - 1e-9
            yield _unique(one[shared >= needed], other[shared >= needed])

    def by_minhash(self) -> Iterator[Pairs]:
        """Pairs whose signatures agree in a band and, by all of their places, may be similar."""
        import numpy as np

        signatures, places = self._signatures(), self._places
        sizes = self._sets.sizes[places]
        rows = rows_of_band(self._above)
        least = max(self._above - DOUBT, 0.0) * PERMUTATIONS
        for band in range(PERMUTATIONS // rows):
            keys = np.zeros(len(places), dtype=np.uint64)
            for column in range(band * rows, (band + 1) * rows):
                keys = (keys ^ signatures[:, column]) * np.uint64(0x9E3779B97F4A7C15)
                keys ^= keys >> np.uint64(29)
            order = np.lexsort((np.arange(len(places)), sizes, keys))
            for left, right in self.within(keys[order]):
                one, other = order[left], order[right]
                alike = np.minimum(sizes[one], sizes[other]) >= self._above * np.maximum(sizes[one], sizes[other]) - 1e-9
                one, other = one[alike], other[alike]
                for start in range(0, len(one), STEP):
                    some, others = one[start : start + STEP], other[start : start + STEP]
                    agree = signatures[some] == signatures[others]
                    # What an earlier band has brought together was given then.
                    new = ~agree[:, : band * rows].reshape(len(agree), band, rows).all(axis=2).any(axis=1)
                    wanted = new & (agree.sum(axis=1) >= least)
                    yield _unique(places[some[wanted]], places[others[wanted]])

    def _signatures(self) -> NDArray[np.uint32]:
        import numpy as np
        from rensa import RMinHash

        spill = Spill(np.uint32, PERMUTATIONS)
        for some, numbers in self._sets.chunks(self._places):
            offsets = np.concatenate([np.zeros(1, np.uint64), np.cumsum(self._sets.sizes[some]).astype(np.uint64)])
            matrix = RMinHash.digest_matrix_from_flat_token_hashes(numbers, offsets, PERMUTATIONS, 0)
            spill.append(np.asarray(matrix.to_rows(), dtype=np.uint32))
        return spill.array()

    def within(self, keys: NDArray[np.uint64]) -> Iterator[Pairs]:
        """Where in a sorted array the members of every pair of equal keys stand."""
        import numpy as np

        if not len(keys):
            return
        starts = np.flatnonzero(np.concatenate([np.ones(1, np.bool_), keys[1:] != keys[:-1]]))
        counts = np.diff(np.concatenate([starts, [len(keys)]]))
        following = np.repeat(starts + counts, counts) - np.arange(len(keys)) - 1
        partners = np.where(np.repeat(counts, counts) > MANY, np.minimum(following, NEXT), following)
        self.cut += int((partners < following).sum())
        busy = np.flatnonzero(partners)
        for some in chunked(busy, partners[busy]):
            left = np.repeat(some, partners[some])
            ahead = np.arange(len(left)) - np.repeat(np.cumsum(partners[some]) - partners[some], partners[some])
            yield left, left + 1 + ahead


def rows_of_band(above: float) -> int:
    """Places of a band: as many as leave a pair of that similarity unmet in all bands with a probability of at most `MISSED`.

    Two signatures agree in a band of r places with the probability t^r, and in none of b bands with (1 - t^r)^b.
    """
    return max((rows for rows in range(1, PERMUTATIONS + 1) if (1 - above**rows) ** (PERMUTATIONS // rows) <= MISSED), default=1)


def _slices(whole: NDArray[np.void]) -> Iterator[NDArray[np.void]]:
    for start in range(0, max(len(whole), 1), SORTED):
        yield whole[start : start + SORTED]


def _unique(one: Integers, other: Integers) -> Pairs:
    """Each pair once, the smaller place first."""
    import numpy as np

    keys = np.unique((np.minimum(one, other).astype(np.uint64) << np.uint64(32)) | np.maximum(one, other).astype(np.uint64))
    return (keys >> np.uint64(32)).astype(np.int64), (keys & np.uint64(2**32 - 1)).astype(np.int64)
