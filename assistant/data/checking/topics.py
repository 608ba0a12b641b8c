"""Rows far from all others in meaning.

A row is compared with a sample of all rows: what counts is how near its few nearest are. Rows of a rare topic have neighbours of their
own in any sample that is not tiny; a row that has strayed in has none. What is too far is told by the median and the median absolute
deviation of all rows, so that no bound depends on the domain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.data.checking.outliers import FEWEST_ROWS, NORMAL
from assistant.data.checking.remark import Remark
from assistant.data.example import Example
from assistant.data.scratch import hash_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

BATCH = 256
"""Rows that are embedded, and compared, at once."""
SAMPLE = 2000
"""Rows that the others are compared with: 3 MiB of embeddings."""
NEAREST = 0.01
"""The share of the sample whose similarity counts, of the nearest; at least three rows."""
BOUND = 3.5
"""Modified z-scores beyond this are told; Iglewicz and Hoaglin's own."""
LEAST_SPREAD = 0.04
"""The least spread of cosines that is believed."""
READ = 1000
"""Characters of an answer that say what it is about."""


class OffTopic:
    """Remembers an embedding of each row: 768 bytes, in the scratch database.

    Args:
        database: Where: the table `embedded`.
        encode: Gives texts their embeddings, `(texts, width)`, of length 1.
    """

    def __init__(self, database: sqlite3.Connection, encode: Callable[[Sequence[str]], Any]) -> None:
        self._database = database
        self._encode = encode
        self._waiting: list[tuple[int, str]] = []
        self._count = 0
        database.execute("CREATE TABLE embedded (number INTEGER PRIMARY KEY, lot BLOB NOT NULL, vector BLOB NOT NULL)")

    def meet(self, number: int, example: Example) -> None:
        """Remember what a row is about."""
        self._waiting.append((number, f"{example.question[:READ]}\n{example.answers[0][:READ]}"))
        self._count += 1
        if len(self._waiting) == BATCH:
            self._embed()

    @property
    def why_not(self) -> str:
        """Why such rows are not looked for; empty where they are."""
        return f"{self._count} rows are too few: {FEWEST_ROWS} are wanted" if self._count < FEWEST_ROWS else ""

    def forget(self, numbers: Sequence[int]) -> None:
        """These rows are left out, for whatever else."""
        self._embed()
        self._database.executemany("DELETE FROM embedded WHERE number = ?", ((number,) for number in numbers))
        (self._count,) = self._database.execute("SELECT count(*) FROM embedded").fetchone()

    def settle(self) -> Iterator[tuple[int, Remark]]:
        """The rows that are far from the others."""
        import numpy as np

        self._embed()
        if self.why_not:
            return
        # Drawn by the hash of what they say: the same rows whatever their order.
        drawn = self._database.execute("SELECT number, vector FROM embedded ORDER BY lot LIMIT ?", (SAMPLE,)).fetchall()
        sample_numbers = np.array([number for number, _ in drawn])
        sample = np.stack([_vector(stored) for _, stored in drawn])
        near: list[tuple[Any, Any]] = [
            (numbers, _nearness(vectors, sample, numbers[:, None] == sample_numbers[None, :])) for numbers, vectors in self._batches()
        ]
        numbers, values = (np.concatenate(each) for each in zip(*near, strict=True))
        middle = float(np.median(values))
        spread = max(LEAST_SPREAD, NORMAL * float(np.median(np.abs(values - middle))))
        for place in np.flatnonzero(values < middle - BOUND * spread):
            yield int(numbers[place]), Remark(f"similarity to the rows nearest to it {values[place]:.2f}, of most rows {middle:.2f}")

    def _embed(self) -> None:
        import numpy as np

        if self._waiting:
            vectors = np.asarray(self._encode([text for _, text in self._waiting]), dtype=np.float16)
            rows = [(number, hash_of(text), vector.tobytes()) for (number, text), vector in zip(self._waiting, vectors, strict=True)]
            self._database.executemany("INSERT OR REPLACE INTO embedded VALUES (?, ?, ?)", rows)
            self._waiting.clear()

    def _batches(self) -> Iterator[tuple[Any, Vectors]]:
        import numpy as np

        cursor = self._database.execute("SELECT number, vector FROM embedded ORDER BY number")
        while rows := cursor.fetchmany(BATCH):
            yield np.array([number for number, _ in rows]), np.stack([_vector(stored) for _, stored in rows])


def _vector(stored: bytes) -> Vectors:
    import numpy as np

    return np.frombuffer(stored, dtype=np.float16).astype(np.float32)


def _nearness(vectors: Vectors, sample: Vectors, is_self: Any) -> Any:
    """The similarity of each row to the k-th nearest of the sample, itself aside: `(rows,)`."""
    import numpy as np

    similarity = vectors @ sample.T
    similarity[is_self] = -1
    k = min(max(3, round(NEAREST * len(sample))), len(sample) - 1)
    return np.partition(similarity, -k, axis=1)[:, -k]
