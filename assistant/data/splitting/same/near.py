"""Which rows have nearly the same question, nearly the same answer, or both.

Questions are compared as the search for leakage compares them: by runs of three words or of five characters, so that what it would call a
near question is found here before the split. Answers are compared by runs of three words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.data.example import Example
from assistant.data.splitting.equality import asked, normal_form
from assistant.data.splitting.same.candidates import Candidates
from assistant.data.splitting.same.sets import Closed, Sets, Spill
from assistant.data.splitting.same.shingles import BATCH_CHARACTERS, MOST_TEXTS, Batch
from assistant.data.splitting.text import words_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

LEAST_WORDS = 8
"""Answers of fewer words ("Yes.", the name of a class) stand under many questions and make no two rows the same; as in the search for leakage."""
MOST_CHARACTERS = BATCH_CHARACTERS
"""Of a text no more is compared."""


@dataclass(frozen=True)
class Same:
    """Two rows that are the same, though not to the letter.

    Attributes:
        kind: In their words, or in what they mean.
        number: The later one's number.
        other: That of the one before it.
        similarity: Jaccard's of their shingles, or the cosine of their embeddings; of questions where they are the same, else of answers.
        what: What of them is the same.
    """

    kind: Literal["near", "meaning"]
    number: int
    other: int
    similarity: float
    what: Literal["question", "answer", "both"]


@dataclass(frozen=True)
class Edges:
    """Pairs of texts that are the same: by row, the earlier and the later one, and how similar they are."""

    one: Integers
    other: Integers
    similarity: Floats

    def __len__(self) -> int:
        return len(self.one)


class Near:
    """The questions and answers of many rows as shingles, by the place in which they came.

    Some 60 bytes of each are held in memory, and the shingles in temporary files.

    Args:
        rows: Their numbers, and they.
        above: The Jaccard similarity from which texts are nearly the same.

    Attributes:
        numbers: The number of each row.
        questions: By row, the first row with the same question.
        answers: By row, the first row with the same answer.
        cut: How often a text was not compared with all that it had something rare in common with, because there were too many.
    """

    def __init__(self, rows: Iterable[tuple[int, Example]], above: float) -> None:
        import numpy as np

        self._above = above
        self.cut = 0
        facts = Spill(np.uint64, 5)
        by_words, by_characters, answers = Sets(), Sets(), Sets()
        for texts in _batched(rows):
            questions = Batch([text.question for text in texts])
            by_words.append(*questions.shingles("words"))
            by_characters.append(*questions.shingles("characters"))
            answers.append(*Batch([text.answer for text in texts]).shingles("words"))
            facts.append(np.asarray([text.facts for text in texts], dtype=np.uint64))
        held = np.array(facts.array()).reshape(-1, 5)
        self.numbers: Integers = held[:, 0].astype(np.int64)
        self.questions, self.answers = _first_of_same(held[:, 1]), _first_of_same(held[:, 2])
        self._rest, self._answer_words = held[:, 3], held[:, 4].astype(np.int64)
        self._by_words, self._by_characters, self._answers = by_words.closed(), by_characters.closed(), answers.closed()

    def near_questions(self) -> Edges:
        """Pairs of different questions that are nearly the same, each by its first row."""
        places = _firsts(self.questions)
        found = []
        for sets in (self._by_words, self._by_characters):
            candidates = Candidates(sets, places, self._above)
            found += [self._confirmed(sets, *pairs) for pairs in candidates.by_prefix()]
            self.cut += candidates.cut
        return _merged(found)

    def near_answers(self) -> Edges:
        """Pairs of different answers of `LEAST_WORDS` words or more that are nearly the same, each by its first row."""
        places = _firsts(self.answers)
        candidates = Candidates(self._answers, places[self._answer_words[places] >= LEAST_WORDS], self._above)
        found = [self._confirmed(self._answers, *pairs) for pairs in candidates.by_minhash()]
        self.cut += candidates.cut
        return _merged(found)

    def long_answers(self) -> Integers:
        """The rows whose answer has at least `LEAST_WORDS` words."""
        import numpy as np

        return np.flatnonzero(self._answer_words >= LEAST_WORDS)

    def same_in_both(self, questions: Integers, answers: Integers) -> Edges:
        """Pairs of rows of which both the question and the answer are the same or nearly so; all else of them must be equal.

        Args:
            questions: By row, a number that rows share whose questions are connected.
            answers: The same of answers.
        """
        import numpy as np

        _, keys = np.unique(np.stack([questions, answers, self._rest.astype(np.int64)]), axis=1, return_inverse=True)
        order = np.lexsort((np.arange(len(keys)), keys.reshape(-1)))
        candidates = Candidates(self._answers, np.arange(0), self._above)
        found = []
        for left, right in candidates.within(keys.reshape(-1)[order].astype(np.uint64)):
            one, other = order[left], order[right]
            alike = np.where(self.answers[one] == self.answers[other], 1.0, self._answers.jaccard(one, other)) >= self._above
            one, other = one[alike], other[alike]
            by_words, by_characters = self._by_words.jaccard(one, other), self._by_characters.jaccard(one, other)
            similarity = np.where(self.questions[one] == self.questions[other], 1.0, np.maximum(by_words, by_characters))
            enough = similarity >= self._above
            found.append(Edges(one[enough], other[enough], similarity[enough]))
        self.cut += candidates.cut
        return _merged(found)

    def _confirmed(self, sets: Closed, one: Integers, other: Integers) -> Edges:
        similarity = sets.jaccard(one, other)
        enough = similarity >= self._above
        return Edges(one[enough], other[enough], similarity[enough])


def connected(edges: Iterable[tuple[Integers, Integers]], count: int) -> Integers:
    """By place, the number of the connected piece it belongs to."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other = (np.concatenate(side) for side in zip(*edges, strict=True))
    graph = coo_array((np.ones(len(one), dtype=np.bool_), (one, other)), shape=(count, count))
    pieces: Integers = connected_components(graph, directed=False)[1].astype(np.int64)
    return pieces


@dataclass(frozen=True)
class _Texts:
    question: str
    answer: str
    facts: tuple[int, int, int, int, int]


def _batched(rows: Iterable[tuple[int, Example]]) -> Iterator[list[_Texts]]:
    batch: list[_Texts] = []
    characters = 0
    for number, example in rows:
        texts = _texts(number, example)
        batch.append(texts)
        characters += len(texts.question) + len(texts.answer)
        if characters >= BATCH_CHARACTERS or len(batch) == MOST_TEXTS - 1:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _texts(number: int, example: Example) -> _Texts:
    question, answer = asked(example), normal_form(example.answers[0])
    words = words_of(answer)
    system = (message["content"] for message in example.history if message["role"] == "system")
    rest = _number(repr((*system, *example.answers[1:])))
    facts = (number, _number(repr(question)), _number(answer), rest, len(words))
    return _Texts(" ".join(words_of(" ".join(question)))[:MOST_CHARACTERS].strip(), " ".join(words)[:MOST_CHARACTERS].strip(), facts)


def _number(text: str) -> int:
    """63 bits of a hash: of a million texts two share one with a probability of 1 in 20 million."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


def _first_of_same(hashes: NDArray[np.uint64]) -> Integers:
    import numpy as np

    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    firsts: Integers = first[which.reshape(-1)]
    return firsts


def _firsts(first_of: Integers) -> Integers:
    import numpy as np

    return np.flatnonzero(first_of == np.arange(len(first_of)))


def _merged(found: Iterable[Edges]) -> Edges:
    """Each pair once, with the largest similarity it was found with, ordered by the later row and then by the earlier one."""
    import numpy as np

    edges = list(found)
    one, other = (np.concatenate([np.zeros(0, np.int64), *side]) for side in ((e.one for e in edges), (e.other for e in edges)))
    similarity = np.concatenate([np.zeros(0), *(each.similarity for each in edges)])
    order = np.lexsort((-similarity, one, other))
    one, other, similarity = one[order], other[order], similarity[order]
    first = np.concatenate([np.ones(1, np.bool_), (one[1:] != one[:-1]) | (other[1:] != other[:-1])])[: len(one)]
    return Edges(one[first], other[first], similarity[first])
