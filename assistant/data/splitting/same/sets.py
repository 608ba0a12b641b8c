"""Sets of numbers, one a text, in a temporary file; and how much pairs of them share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.core.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Numbers = NDArray[np.uint64]

from assistant.data.splitting.same.shingles import BITS, MOST_TEXTS

CHUNK = 2_000_000
"""Numbers that are looked at together: some 50 MiB."""


class Spill:
    """Arrays one after another in a file without a name, which is gone when nobody has it open.

    Args:
        dtype: Of one element.
        width: Numbers of a row; 1 for a plain array.
    """

    def __init__(self, dtype: Any, width: int = 1) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._dtype, self._width = dtype, width

    def append(self, array: NDArray[Any]) -> None:
        """Write rows behind those that are there.

        Raises:
            UserError: The disk has no room for them.
        """
        import numpy as np

        try:
            self._file.write(np.ascontiguousarray(array, dtype=self._dtype).data)
        except OSError as error:
            raise UserError(
                f"cannot write the temporary file in which duplicates are looked for: {error}",
                "Free some space, or name a folder with more of it in the environment variable TMPDIR.",
            ) from error

    def array(self) -> NDArray[Any]:
        """All that was written, read from the file where it is looked at."""
        import numpy as np

        self._file.flush()
        if not self._file.tell():
            return np.zeros((0, self._width) if self._width > 1 else 0, dtype=self._dtype)
        whole: NDArray[Any] = np.memmap(self._file, dtype=self._dtype, mode="r")
        return whole.reshape(-1, self._width) if self._width > 1 else whole


class Sets:
    """Sets of numbers below 2 to the power of `BITS`, by the place of their text."""

    def __init__(self) -> None:
        import numpy as np

        self._spill = Spill(np.uint64)
        self._counts = Spill(np.int64)

    def append(self, numbers: Numbers, counts: Integers) -> None:
        """Take in the sets of more texts, one behind the other, and how many numbers each has."""
        self._spill.append(numbers)
        self._counts.append(counts)

    def closed(self) -> Closed:
        """The sets, to be looked at."""
        import numpy as np

        return Closed(self._spill.array(), np.array(self._counts.array()))


class Closed:
    """Sets that are not added to any more.

    Attributes:
        sizes: How many numbers each has.
    """

    def __init__(self, numbers: Numbers, sizes: Integers) -> None:
        import numpy as np

        self._numbers = numbers
        self.sizes = sizes
        self._offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])

    def chunks(self, places: Integers) -> Iterator[tuple[Integers, Numbers]]:
        """Some of the places after another, each time with the numbers of their sets, one behind the other."""
        for some in chunked(places, self.sizes[places]):
            yield some, self.numbers(some)

    def numbers(self, places: Integers) -> Numbers:
        """The numbers of these sets, one behind the other."""
        import numpy as np

        sizes = self.sizes[places]
        inside = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.asarray(self._numbers[np.repeat(self._offsets[places], sizes) + inside])

    def jaccard(self, one: Integers, other: Integers) -> Floats:
        """The Jaccard similarity of pairs of sets: what they share by what they hold together; 0 for two empty ones."""
        import numpy as np

        pairs = np.arange(len(one))
        shared = [self._shared(one[some], other[some]) for some in chunked(pairs, self.sizes[one] + self.sizes[other], MOST_TEXTS)]
        both = np.concatenate(shared) if shared else np.zeros(0, np.int64)
        similarity: Floats = both / np.maximum(self.sizes[one] + self.sizes[other] - both, 1)
        return similarity

    def _shared(self, one: Integers, other: Integers) -> Integers:
        import numpy as np

        pairs = np.arange(len(one), dtype=np.uint64) << np.uint64(BITS)
        keys = [np.repeat(pairs, self.sizes[side]) | self.numbers(side) for side in (one, other)]
        # Both sides are in order already, so that this kind of sort only merges them.
        ordered = np.sort(np.concatenate(keys), kind="stable")
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        return np.bincount((twice >> np.uint64(BITS)).astype(np.int64), minlength=len(one))


def chunked(items: Integers, sizes: Integers, most: int | None = None) -> Iterator[Integers]:
    """Items one after another, so many at a time that their sizes sum to `CHUNK` or little more, and `most` of them at most."""
    import numpy as np

    ends = np.cumsum(sizes)
    start = 0
    while start < len(items):
        before = int(ends[start - 1]) if start else 0
        end = max(int(np.searchsorted(ends, before + CHUNK, side="right")), start + 1)
        end = min(end, start + most) if most else end
        yield items[start:end]
        start = end
