"""What was found of each test example in what was learned from.

Knows not how it is searched, nor where it is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Kind = Literal["question_and_answer", "question", "near_question", "answer", "passage"]
"""What was found, the gravest first: the question with an answer of it, the question with another answer, a question that is nearly
the same, an answer to another question, a passage of eight words."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Seen:
    """A row of what was learned from, as far as it is shown.

    Attributes:
        id: Its name.
        question: What it asks, cut where it is long.
        answer: The answer that is trained on, cut where it is long.
    """

    id: str
    question: str
    answer: str


@dataclass(frozen=True)
class Finding:
    """What was found of one test example.

    Attributes:
        id: The example's.
        kinds: All that was found, the gravest first; empty where it is clean.
        similarity: The Jaccard similarity of its question with the nearest one, where that is near or the same; else None.
        share: The share of its answer's passages of eight words that are known, boilerplate not counted among the known; of several
            answers the largest. None where no answer has eight words.
        boilerplate: The same share of those that are known and are boilerplate.
        passage: The longest run of known words, as words; empty where there is none.
        row: The row that is the worst of all: of the gravest kind, then the most similar. None where it is clean.
    """

    id: str
    kinds: tuple[Kind, ...] = ()
    similarity: float | None = None
    share: float | None = None
    boilerplate: float | None = None
    passage: str = ""
    row: Seen | None = None

    @property
    def gravity(self) -> tuple[int, float, float]:
        """Sorts findings, the worst first."""
        first = KINDS.index(self.kinds[0]) if self.kinds else len(KINDS)
        return first, -(self.share or 0.0), -(self.similarity or 0.0)


@dataclass(frozen=True)
class Leakage:
    """What was found of all test examples.

    Attributes:
        findings: One of each example, in their order.
        training_rows: Rows that were searched.
        training_groups: Groups they fall into; None for more than decide anything.
        most_groups: What stands in more groups than this is boilerplate.
        signature: What must be known to find the same again.
    """

    findings: tuple[Finding, ...]
    training_rows: int
    training_groups: int | None
    most_groups: int
    signature: str

    @property
    def counts(self) -> dict[Kind, int]:
        """Examples of each kind; one may be of several."""
        counted = Counter(kind for finding in self.findings for kind in finding.kinds)
        return {kind: counted[kind] for kind in KINDS}

    @property
    def clean(self) -> list[int]:
        """The places of the examples of which nothing was found."""
        return [place for place, finding in enumerate(self.findings) if not finding.kinds]

    @property
    def worst(self) -> list[tuple[int, Finding]]:
        """The places of the others with what was found, the worst first."""
        found = [(place, finding) for place, finding in enumerate(self.findings) if finding.kinds]
        return sorted(found, key=lambda pair: (pair[1].gravity, pair[0]))

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Leakage:
        """What `to_json` wrote.

        Raises:
            ValueError: It is something else; so are KeyError and TypeError.
        """
        findings = tuple(_finding(row) for row in content["findings"])
        return cls(**{**content, "findings": findings})


def _finding(row: Mapping[str, Any]) -> Finding:
    kinds: Sequence[Kind] = row["kinds"]
    if not set(kinds) <= set(KINDS):
        raise ValueError("an unknown kind of leakage")
    return Finding(**{**row, "kinds": tuple(kinds), "row": Seen(**row["row"]) if row["row"] else None})
