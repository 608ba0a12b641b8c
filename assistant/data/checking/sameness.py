"""What stands under many questions, and what is answered in several ways."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator, Sequence

from assistant.data.checking.remark import Remark, words_of
from assistant.data.example import Example
from assistant.data.scratch import hash_of
from assistant.data.splitting.equality import asked

BOILERPLATE_GROUPS = 5
"""Groups from which an answer counts as said of anything."""
BOILERPLATE_WORDS = 5
"""A shorter answer, a yes or a name, may be right under many questions."""
NEARLY_THE_SAME = 0.8
"""The Jaccard similarity of word pairs from which two answers say the same."""


class Boilerplate:
    """Tells answers that stand, punctuation and case aside, under questions of many groups.

    Args:
        database: Where hashes are remembered: the table `boilerplate`.
    """

    why_not = ""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE boilerplate (number INTEGER PRIMARY KEY, answer BLOB NOT NULL, grp BLOB NOT NULL)")

    def meet(self, number: int, example: Example) -> None:
        """Remember the answer of a row."""
        words = words_of(example.answers[0])
        if len(words) >= BOILERPLATE_WORDS:
            row = (number, hash_of(" ".join(words)), hash_of(example.group))
            self._database.execute("INSERT OR REPLACE INTO boilerplate VALUES (?, ?, ?)", row)

    def forget(self, numbers: Sequence[int]) -> None:
        """These rows are left out, for whatever else."""
        self._database.executemany("DELETE FROM boilerplate WHERE number = ?", ((number,) for number in numbers))

    def settle(self) -> Iterator[tuple[int, Remark]]:
        """Every row with such an answer."""
        self._database.execute("CREATE INDEX boilerplate_answers ON boilerplate (answer, grp)")
        rows = """
            SELECT number, groups FROM boilerplate JOIN
            (SELECT answer, count(DISTINCT grp) AS groups FROM boilerplate GROUP BY answer HAVING groups >= ?) USING (answer) ORDER BY number"""
        for number, groups in self._database.execute(rows, (BOILERPLATE_GROUPS,)):
            yield number, Remark(f"the same answer stands in {groups} groups")


class Contradictions:
    """Tells questions with answers that are not nearly the same.

    Args:
        database: Where hashes of questions, and the answers' texts, are remembered: the table `answered`.
        keeps_first: Whether the first row of a question is left out of what is told, because it is the one that stays.
        place_of: How people find a row by its number.
    """

    why_not = ""

    def __init__(self, database: sqlite3.Connection, keeps_first: bool, place_of: Callable[[int], str]) -> None:
        self._database = database
        self._keeps_first = keeps_first
        self._place_of = place_of
        database.execute("CREATE TABLE answered (number INTEGER PRIMARY KEY, question BLOB NOT NULL, answer TEXT NOT NULL)")

    def meet(self, number: int, example: Example) -> None:
        """Remember the question and the answer of a row."""
        row = (number, hash_of(repr(asked(example))), example.answers[0].encode("utf-8", "replace").decode())
        self._database.execute("INSERT OR REPLACE INTO answered VALUES (?, ?, ?)", row)

    def forget(self, numbers: Sequence[int]) -> None:
        """These rows are left out, for whatever else."""
        self._database.executemany("DELETE FROM answered WHERE number = ?", ((number,) for number in numbers))

    def settle(self) -> Iterator[tuple[int, Remark]]:
        """Every row whose question has another answer in a row before; the first of them too, unless it stays.

        Answers that are nearly the same are versions of one another: a note, and nothing that is dropped here.
        """
        self._database.execute("CREATE INDEX answered_questions ON answered (question, number)")
        several = "SELECT question FROM answered GROUP BY question HAVING count(*) > 1"
        question, first, said = b"", -1, frozenset[tuple[str, str]]()
        is_told = False
        for number, key, answer in self._database.execute(
            f"SELECT number, question, answer FROM answered WHERE question IN ({several}) ORDER BY question, number"
        ):
            pairs = _pairs(answer)
            if key != question:
                question, first, said, is_told = key, number, pairs, False
            elif pairs != said:
                is_version = len(pairs & said) >= NEARLY_THE_SAME * len(pairs | said)
                if is_version and self._keeps_first:
                    continue
                yield number, self._remark(first, is_version)
                if not (is_told or self._keeps_first):
                    is_told = True
                    yield first, self._remark(number, is_version)

    def _remark(self, other: int, is_version: bool) -> Remark:
        if is_version:
            return Remark(f"{self._place_of(other)} answers it nearly the same", "note")
        return Remark(f"{self._place_of(other)} answers it otherwise")


def _pairs(answer: str) -> frozenset[tuple[str, str]]:
    """The neighbouring words of an answer, its beginning and end among them, so that one word makes pairs as well."""
    words = ["", *words_of(answer), ""]
    return frozenset(itertools.pairwise(words))
