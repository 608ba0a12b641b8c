"""Which passages of eight words of a test set stand in texts that pass by, and in how many groups of them.

What is held is bounded by the test set: its own passages, and for each the first few groups it was met
in. A text that passes by becomes numbers in the test set's own vocabulary, where every other word is 0;
a window of eight words without a 0 is looked up by a hash, and then compared word by word, so that no
passage is ever taken for another.

Knows no file and no metric.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, repeat
from typing import TYPE_CHECKING

from assistant.data.splitting.leakage.finding import Seen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Hashes = NDArray[np.uint64]

PASSAGE_WORDS = 8
"""Words of a passage. Brown et al. (2020) take 13 of the web's text and fewer where texts are short; answers here are short."""
BATCH_TEXTS = 500
"""Texts, at most, that wait to be looked up together."""
BATCH_WORDS = 200_000
"""Words that are looked up at a time."""
MOST_GROUPS = 10
"""A passage in more groups than this is boilerplate: Brown et al. (2020) draw the line at so many documents."""
SHARE_OF_GROUPS = 20
"""With fewer groups than make MOST_GROUPS one in so many, the line is drawn at one in so many of them, and never below two."""


@dataclass(frozen=True)
class Row:
    """A row of what was learned from.

    Attributes:
        group: Its group.
        seen: What is shown of it.
    """

    group: str
    seen: Seen


@dataclass(frozen=True)
class Known:
    """What is known of one text of the test set.

    Attributes:
        passages: How many it has; 0 for fewer than eight words.
        starts: At which words those begin that were met, boilerplate left out.
        boilerplate: How many were met that are boilerplate.
    """

    passages: int
    starts: Sequence[int]
    boilerplate: int


class Passages:
    """The passages of a test set, which look out for themselves.

    Args:
        texts: The words of each text.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        import numpy as np

        self._lengths = [max(len(text) - PASSAGE_WORDS + 1, 0) for text in texts]
        numbers = count(1)
        self._vocabulary: dict[str, int] = {}
        for word in chain.from_iterable(texts):
            if word not in self._vocabulary:
                self._vocabulary[word] = next(numbers)
        # Odd numbers without a pattern; a fixed seed, though no result depends on them.
        self._factors = np.random.default_rng(0).integers(1, 2**63, PASSAGE_WORDS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        ids, starts = self._windows([list(text) for text in texts])
        hashes = self._hashes(ids, starts)
        self._sorted, first, self._number_at = np.unique(hashes, return_index=True, return_inverse=True)
        self._windows_of = ids[starts[first][:, None] + np.arange(PASSAGE_WORDS)] if len(starts) else np.zeros((0, PASSAGE_WORDS), np.int64)
        self._met: list[dict[str, Row]] = [{} for _ in self._sorted]
        self._common = np.zeros(len(self._sorted), dtype=np.bool_)
        self._groups: set[str] = set()
        self._waiting: list[tuple[Row, list[str]]] = []
        self._waiting_words = 0

    def meet(self, row: Row, texts: Sequence[list[str]]) -> None:
        """Take in the words of a row's texts, one after another."""
        if len(self._groups) < MOST_GROUPS * SHARE_OF_GROUPS:
            self._groups.add(row.group)
        for words in texts:
            self._waiting.append((row, words))
            self._waiting_words += len(words)
        # A text can be one endless word.
        if self._waiting_words >= BATCH_WORDS or len(self._waiting) >= BATCH_TEXTS:
            self._look_up()

    @property
    def groups(self) -> int | None:
        """Groups that were met; None for so many that their number decides nothing."""
        return len(self._groups) if len(self._groups) < MOST_GROUPS * SHARE_OF_GROUPS else None

    @property
    def most_groups(self) -> int:
        """A passage or an answer in more groups than this is boilerplate."""
        return min(MOST_GROUPS, max(2, len(self._groups) // SHARE_OF_GROUPS))

    def known(self) -> list[Known]:
        """What is known of each text."""
        import numpy as np

        numbers, most = self._numbers_of_texts(), self.most_groups
        met = np.asarray([len(rows) for rows in self._met], dtype=np.int64)
        common = self._common | (met > most)
        specific = (met > 0) & ~common
        return [Known(len(of_text), np.flatnonzero(specific[of_text]).tolist(), int(common[of_text].sum())) for of_text in numbers]

    def rows_of(self, text: int, starts: Sequence[int]) -> Iterator[Row]:
        """For each of these passages of a text, the rows it was met in: the first of each group."""
        self._look_up()
        begin = sum(self._lengths[:text])
        for start in starts:
            yield from self._met[self._number_at[begin + start]].values()

    def _numbers_of_texts(self) -> list[Integers]:
        import numpy as np

        self._look_up()
        return np.split(self._number_at, np.cumsum(self._lengths)[:-1]) if self._lengths else []

    def _look_up(self) -> None:
        import numpy as np

        waiting, self._waiting, self._waiting_words = self._waiting, [], 0
        if not waiting or not len(self._sorted):
            return
        ids, starts = self._windows([words for _, words in waiting])
        hashes = self._hashes(ids, starts)
        nearest = np.minimum(np.searchsorted(self._sorted, hashes), len(self._sorted) - 1)
        alike = (self._sorted[nearest] == hashes) & ~self._common[nearest]
        nearest, starts = nearest[alike], starts[alike]
        same = (ids[starts[:, None] + np.arange(PASSAGE_WORDS)] == self._windows_of[nearest]).all(axis=1)
        begins = np.cumsum([0, *(len(words) + 1 for _, words in waiting)])
        texts = np.searchsorted(begins, starts[same], side="right") - 1
        for number, text in zip(nearest[same].tolist(), texts.tolist(), strict=True):
            row = waiting[text][0]
            met = self._met[number]
            if row.group not in met and not self._common[number]:
                met[row.group] = row
                if len(met) > MOST_GROUPS:
                    self._common[number] = True
                    met.clear()

    def _windows(self, texts: Sequence[list[str]]) -> tuple[Integers, Integers]:
        """All words as numbers, a 0 after each text; and where a window of known words begins."""
        import numpy as np

        words = chain.from_iterable(chain(text, ("",)) for text in texts)
        ids = np.fromiter(map(self._vocabulary.get, words, repeat(0)), dtype=np.int64)
        unknown = np.concatenate([[0], np.cumsum(ids == 0)])
        starts = np.flatnonzero(unknown[PASSAGE_WORDS:] == unknown[:-PASSAGE_WORDS]) if len(ids) >= PASSAGE_WORDS else np.zeros(0, np.int64)
        return ids, starts

    def _hashes(self, ids: Integers, starts: Integers) -> Hashes:
        import numpy as np

        sums: Hashes = np.zeros(len(starts), dtype=np.uint64)
        for ahead in range(PASSAGE_WORDS):
            sums += ids[starts + ahead].astype(np.uint64) * self._factors[ahead]
        return sums
