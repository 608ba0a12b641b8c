"""From texts that are the same to groups that are one, and to what is told of it.

An answer that stands in many groups is boilerplate, and joins none: or else "talk to your doctor" would make all of a data set one group. The line
is where the search for leakage draws it: more than ten groups, or, of fewer than 200, more than one in twenty and never below two. What is nearly
the same answer counts together. Nearly the same questions are always joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.data.example import Example
from assistant.data.splitting.groups import Groups
from assistant.data.splitting.leakage.passages import MOST_GROUPS, SHARE_OF_GROUPS
from assistant.data.splitting.same.meaning import Encode, same_meaning
from assistant.data.splitting.same.near import Edges, Near, Same, connected

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

Told = Iterator[tuple[int, int, float]]


@dataclass
class Found:
    """What was found of one kind.

    Attributes:
        question: Rows whose question is the same as one before, each counted once.
        answer: Rows whose answer is, where answers join.
        both: Rows of which both are.
        groups_joined: By how many the groups became fewer.
        boilerplate: Rows whose answer is, within the similarity, that of too many groups to join them.
        not_compared: How often a text was not compared with all that it had something rare in common with, because there were too many.
    """

    question: int = 0
    answer: int = 0
    both: int = 0
    groups_joined: int = 0
    boilerplate: int = 0
    not_compared: int = 0

    def to_json(self) -> dict[str, Any]:
        """The figures for a report."""
        return asdict(self)


class Joining:
    """Joins the groups of rows.

    Args:
        groups: Where they are joined.
        of: By row, the number of its group.
        found: Counts what becomes one.
    """

    def __init__(self, groups: Groups, of: Iterable[int], found: Found) -> None:
        import numpy as np

        self._groups = groups
        self._of = np.fromiter(of, dtype=np.int64)
        self._found = found

    def pieces(self, piece: Integers, places: Integers) -> None:
        """Make one group of those of every piece.

        Args:
            piece: Of each place, what it belongs to.
            places: Rows.
        """
        import numpy as np

        pairs = np.unique(np.stack([piece, self._of[places]], axis=1), axis=0)
        again = np.flatnonzero(pairs[1:, 0] == pairs[:-1, 0])
        for one, other in zip(pairs[again, 1].tolist(), pairs[again + 1, 1].tolist(), strict=True):
            self._found.groups_joined += self._groups.join(one, other)

    def roots(self) -> Integers:
        """By row, the number of its joined group."""
        import numpy as np

        own, which = np.unique(self._of, return_inverse=True)
        roots: Integers = np.asarray([self._groups.root_of(number) for number in own.tolist()], dtype=np.int64)[which.reshape(-1)]
        return roots


def find_near(groups: Groups, group_of: Iterable[int], rows: Iterable[tuple[int, Example]], above: float, found: Found) -> Iterator[Same]:
    """Find what is nearly the same, join its groups, and tell it: first rows that are the same in both, then questions, then answers.

    Each row is told once of each, with the most similar one before it.

    Args:
        groups: Where they are joined.
        group_of: The group of each row.
        rows: Numbers and examples.
        above: The Jaccard similarity from which texts are nearly the same.
        found: Is counted up.
    """
    import numpy as np

    near = Near(rows, above)
    places = np.arange(len(near.numbers))
    questions, answers = near.near_questions(), near.near_answers()
    asked = connected([(places, near.questions), (questions.one, questions.other)], len(places))
    answered = connected([(places, near.answers), (answers.one, answers.other)], len(places))
    both = near.same_in_both(asked, answered)
    found.not_compared = near.cut
    joining = Joining(groups, group_of, found)
    joining.pieces(asked, places)
    specific = _specific(near, answered, joining.roots(), groups.count()[1], found)
    joining.pieces(answered[specific], places[specific])
    found.both, found.question, found.answer = 0, len(np.unique(questions.other)), 0
    for one, other, similarity in _with_one_that_stays(both):
        found.both += 1
        yield Same("near", int(near.numbers[other]), int(near.numbers[one]), similarity, "both")
    for one, other, similarity in _nearest(questions):
        yield Same("near", int(near.numbers[other]), int(near.numbers[one]), similarity, "question")
    for one, other, similarity in _nearest(_specific_answers(near, answers, specific)):
        found.answer += 1
        yield Same("near", int(near.numbers[other]), int(near.numbers[one]), similarity, "answer")


def find_meaning(
    groups: Groups,
    group_of: Callable[[int], int],
    rows: Iterable[tuple[int, Example]],
    above: float,
    encode: Encode,
    example: Callable[[int], Example],
    found: Found,
) -> Iterator[Same]:
    """Find questions that mean the same, join their groups, and tell it: each row with the nearest `NEAREST` before it.

    Args:
        groups: Where they are joined.
        group_of: The group of a row's number.
        rows: Numbers and examples.
        above: The cosine from which texts mean the same.
        encode: Gives the embeddings.
        example: The row of a number once more.
        found: Is counted up.
    """
    dropped: set[int] = set()
    told: set[int] = set()
    for same in same_meaning(rows, above, encode, example):
        found.groups_joined += groups.join(group_of(same.number), group_of(same.other))
        if same.what == "both" and not dropped & {same.number, same.other}:
            dropped.add(same.number)
            found.both += 1
            yield same
        else:
            yield replace(same, what="question")
        told.add(same.number)
        found.question = len(told)


def _with_one_that_stays(both: Edges) -> Told:
    """Of pairs that are the same those whose earlier row is not itself the later one of such a pair, one for each later row."""
    dropped: set[int] = set()
    for one, other, similarity in zip(both.one.tolist(), both.other.tolist(), both.similarity.tolist(), strict=True):
        if one not in dropped and other not in dropped:
            dropped.add(other)
            yield one, other, similarity


def _nearest(edges: Edges) -> Told:
    """Of each later text the most similar one before it; of equally similar ones the first."""
    import numpy as np

    order = np.lexsort((edges.one, -edges.similarity, edges.other))
    _, first = np.unique(edges.other[order], return_index=True)
    best = order[first]
    return zip(edges.one[best].tolist(), edges.other[best].tolist(), edges.similarity[best].tolist(), strict=True)


def _specific(near: Near, answered: Integers, roots: Integers, count: int, found: Found) -> Integers:
    """The rows whose answers join groups: they are long enough, and stand in several groups and not in too many."""
    import numpy as np

    most = min(MOST_GROUPS, max(2, count // SHARE_OF_GROUPS))
    long = near.long_answers()
    pairs = np.unique(np.stack([answered[long], roots[long]], axis=1), axis=0)
    standing = np.bincount(pairs[:, 0], minlength=len(answered))[answered[long]]
    found.boilerplate = int((standing > most).sum())
    return long[(standing > 1) & (standing <= most)]


def _specific_answers(near: Near, answers: Edges, specific: Integers) -> Edges:
    """Pairs of rows whose answers are the same, or nearly so, where answers join."""
    import numpy as np

    joins = np.zeros(len(near.answers), dtype=np.bool_)
    joins[specific] = True
    again = specific[near.answers[specific] != specific]
    kept = joins[answers.one]
    return Edges(
        np.concatenate([near.answers[again], answers.one[kept]]),
        np.concatenate([again, answers.other[kept]]),
        np.concatenate([np.ones(len(again)), answers.similarity[kept]]),
    )
