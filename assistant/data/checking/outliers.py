"""Rows far from the rest by their length, or by the share of letters in them.

Median and median absolute deviation, which outliers themselves do not move; both are found by SQL, so that no row is held. Formula:
Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993: a modified z-score above a bound, here with a wider one than their 3.5,
because lengths of texts have long tails.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Sequence

from assistant.data.checking.remark import Remark
from assistant.data.example import Example

FEWEST_ROWS = 50
"""With fewer rows there is no rest to be far from."""
BOUND = 5.0
"""Modified z-scores beyond this are told."""
NORMAL = 1.4826
"""Makes the median absolute deviation of a normal distribution its standard deviation."""
READ = 5000
"""Characters of which the share of letters is taken."""
FEWEST_CHARACTERS = 40
"""In a shorter text the share of letters is not measured: a number may be all of an answer."""

MEASURES = {"question_words": 0.4, "answer_words": 0.4, "question_letters": 0.05, "answer_letters": 0.05}
"""What is measured (lengths as logarithms), with the least spread that is believed: rows of like length are no reason to tell the others."""


class Outliers:
    """Remembers four numbers of each row.

    Args:
        database: Where: the table `measured`.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._count = 0
        database.execute(f"CREATE TABLE measured (number INTEGER PRIMARY KEY, {', '.join(f'{name} REAL' for name in MEASURES)})")

    def meet(self, number: int, example: Example) -> None:
        """Remember the measures of a row."""
        question, answer = example.question, example.answers[0]
        row = (_log_words(question), _log_words(answer), _letters(question), _letters(answer))
        self._database.execute("INSERT OR REPLACE INTO measured VALUES (?, ?, ?, ?, ?)", (number, *row))
        self._count += 1

    @property
    def why_not(self) -> str:
        """Why outliers are not looked for; empty where they are."""
        return f"{self._count} rows are too few: {FEWEST_ROWS} are wanted" if self._count < FEWEST_ROWS else ""

    def forget(self, numbers: Sequence[int]) -> None:
        """These rows are left out, for whatever else."""
        self._database.executemany("DELETE FROM measured WHERE number = ?", ((number,) for number in numbers))
        (self._count,) = self._database.execute("SELECT count(*) FROM measured").fetchone()

    def settle(self) -> Iterator[tuple[int, Remark]]:
        """The rows that are far from the rest, each once, by the measure in which it is farthest."""
        if self.why_not:
            return
        centres = {name: self._centre(name, least) for name, least in MEASURES.items()}
        scores = ", ".join(f"ifnull(abs({name} - {middle!r}) / {spread!r}, 0)" for name, (middle, spread) in centres.items())
        for number, *measured in self._database.execute(f"SELECT number, {scores} FROM measured WHERE max({scores}) > {BOUND} ORDER BY number"):
            farthest = max(range(len(measured)), key=measured.__getitem__)
            yield number, Remark(self._said(number, list(MEASURES)[farthest], centres))

    def _centre(self, name: str, least: float) -> tuple[float, float]:
        """The median of a measure, and its spread."""
        middle = self._median(name)
        return middle, max(least, NORMAL * self._median(f"abs({name} - {middle!r})"))

    def _median(self, of: str) -> float:
        """The lower median of what was measured; 0 where nothing was."""
        measured = f"SELECT {of} AS value FROM measured WHERE value IS NOT NULL"
        (count,) = self._database.execute(f"SELECT count(*) FROM ({measured})").fetchone()
        found = self._database.execute(f"{measured} ORDER BY value LIMIT 1 OFFSET {max(0, count - 1) // 2}").fetchone()
        return float(found[0]) if found else 0.0

    def _said(self, number: int, name: str, centres: dict[str, tuple[float, float]]) -> str:
        (value,) = self._database.execute(f"SELECT {name} FROM measured WHERE number = ?", (number,)).fetchone()
        part, measure = name.split("_")
        middle = centres[name][0]
        if measure == "words":
            return f"the {part} has {math.expm1(value):.0f} words, most have about {math.expm1(middle):.0f}"
        return f"{value:.0%} of the {part} are letters, of most {middle:.0%}"


def _log_words(text: str) -> float:
    return math.log1p(len(text.split()))


def _letters(text: str) -> float | None:
    """The share of letters and spaces in the beginning of a text; None for one too short to have any."""
    text = text[:READ]
    if len(text) < FEWEST_CHARACTERS:
        return None
    return (sum(map(str.isalpha, text)) + text.count(" ") + text.count("\n")) / len(text)
