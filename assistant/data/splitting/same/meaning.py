"""Which questions mean the same: by the cosine of their sentence embeddings.

Embeddings wait in a temporary file as half floats, and blocks of them are multiplied with one another, so that memory does not grow with the
rows. The work does, with their square: 10,000 questions are some 20 thousand million multiplications, and 100,000 are a hundred times as many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from assistant.data.example import Example
from assistant.data.scratch import hash_of
from assistant.data.splitting.equality import asked, normal_form
from assistant.data.splitting.same.near import Same
from assistant.data.splitting.same.sets import Spill

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

Encode = Callable[[Sequence[str]], "NDArray[Any]"]
"""Texts to their embeddings, `(texts, width)`."""

NEAREST = 10
"""So many of the questions before it each one is compared with at most: the nearest ones."""
BATCH = 4_096
"""Texts that are embedded together."""
BLOCK = 2_048
"""Embeddings that are multiplied with as many others: 16 MiB of products."""
MOST_CHARACTERS = 2_000
"""Of a text no more is embedded."""


def same_meaning(rows: Iterable[tuple[int, Example]], above: float, encode: Encode, example: Callable[[int], Example]) -> Iterator[Same]:
    """Pairs of rows whose questions mean the same, and are not equal; ordered by the later row.

    Args:
        rows: Their numbers, and they; read once, before the first pair is given.
        above: The cosine from which texts mean the same.
        encode: Gives the embeddings.
        example: The row of a number once more, for the answers of those that were found.
    """
    import numpy as np

    vectors, numbers = _embedded(rows, encode)
    for start in range(0, len(vectors), BLOCK):
        found = list(_nearest(vectors, start, above))
        for batch in _batched(found, BATCH):
            pairs = [(int(numbers[one]), int(numbers[other])) for one, other, _ in batch]
            answers = [(_answer(example(one)), _answer(example(other))) for one, other in pairs]
            sides = [_unit(encode([pair[side] for pair in answers])) for side in (0, 1)]
            cosines = np.einsum("ij,ij->i", *sides)
            for (one, other), (first, second), cosine, (_, _, similarity) in zip(pairs, answers, cosines.tolist(), batch, strict=True):
                alike = normal_form(first) == normal_form(second) or cosine >= above
                yield Same("meaning", one, other, similarity, "both" if alike else "question")


def _embedded(rows: Iterable[tuple[int, Example]], encode: Encode) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The embeddings of different questions, and the number of the first row that asks each."""
    import numpy as np

    numbers = Spill(np.int64)
    known: set[bytes] = set()
    vectors = None
    for batch in _batched(_different(rows, known), BATCH):
        embedded = _unit(encode([_question(example) for _, example in batch]))
        vectors = vectors or Spill(np.float16, embedded.shape[1])
        vectors.append(embedded)
        numbers.append(np.asarray([number for number, _ in batch]))
    return (vectors.array() if vectors else np.zeros((0, 1), np.float16)), np.array(numbers.array())


def _different(rows: Iterable[tuple[int, Example]], known: set[bytes]) -> Iterator[tuple[int, Example]]:
    """The first row of each question. What is remembered of a question is little beside its embedding."""
    for number, example in rows:
        question = hash_of(repr(asked(example)))
        if question not in known:
            known.add(question)
            yield number, example


def _nearest(vectors: NDArray[Any], start: int, above: float) -> Iterator[tuple[int, int, float]]:
    """Of each embedding of a block, those before it that are near enough, the nearest `NEAREST` of them."""
    import numpy as np

    block = np.asarray(vectors[start : start + BLOCK], dtype=np.float32)
    hits: list[list[tuple[float, int]]] = [[] for _ in block]
    for first in range(0, start + len(block), BLOCK):
        products = block @ np.asarray(vectors[first : first + BLOCK], dtype=np.float32).T
        if first == start:
            products[np.triu_indices(len(block))] = -1.0
        for row in np.flatnonzero((products >= above).any(axis=1)).tolist():
            near = np.flatnonzero(products[row] >= above)
            best = near[np.lexsort((near, -products[row][near]))][:NEAREST]
            merged = [*hits[row], *((-float(products[row][place]), first + int(place)) for place in best)]
            hits[row] = sorted(merged)[:NEAREST]
    for row, found in enumerate(hits):
        for similarity, place in found:
            yield start + row, place, -similarity


def _unit(vectors: NDArray[Any]) -> Floats:
    import numpy as np

    vectors = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Floats = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return units


def _question(example: Example) -> str:
    before = (message["content"] for message in example.history if message["role"] != "system")
    # The question stands last and must not be cut off.
    return "\n".join((*before, example.question))[-MOST_CHARACTERS:]


def _answer(example: Example) -> str:
    return example.answers[0][:MOST_CHARACTERS]


def _batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    walked = iter(items)
    while batch := list(islice(walked, size)):
        yield batch
