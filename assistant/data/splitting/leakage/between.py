"""What a split proves of itself: how much of what is held out stands in what is learned from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.data.example import Example
from assistant.data.splitting.leakage.finding import KINDS, Finding, Kind, Leakage
from assistant.data.splitting.leakage.search import leakage_of

SHOWN = 5
"""Cases that are kept to be shown, the worst first."""

WORDING: dict[Kind, str] = {
    "question_and_answer": "ask the same and have the same answer",
    "question": "ask the same",
    "near_question": "ask nearly the same",
    "answer": "have the answer of another question",
    "passage": "share a passage of eight words, in question or answer",
}


@dataclass(frozen=True)
class SplitLeakage:
    """How much of the held-out examples stands in train.

    Attributes:
        n: Held-out examples.
        training_rows: Examples of train.
        counts: Held-out examples by what was found of them; one may count under several kinds.
        clean: Those of which nothing was found.
        with_answer: Those with an answer of eight words or more; the next three are of these.
        any_passage: How many share at least one passage of eight words of their answer that is no boilerplate.
        more_than_half: How many share more than half of their answer's passages.
        mean_share: The mean share of an answer's passages that stand in train; None where no answer has eight words.
        boilerplate: What stands in more groups of train than this counts for nothing.
        first: The worst cases: id, kinds, similarity, share and the id of the row in train.
        signature: What must be known to find the same again.
    """

    n: int
    training_rows: int
    counts: dict[Kind, int]
    clean: int
    with_answer: int
    any_passage: int
    more_than_half: int
    mean_share: float | None
    boilerplate: int
    first: tuple[dict[str, Any], ...]
    signature: str

    def to_json(self) -> dict[str, Any]:
        """All of it, for a report."""
        return asdict(self)


def leakage_between(train: Iterable[Example], held_out: Sequence[Example]) -> SplitLeakage:
    """Search what is learned from for what is held out; the same search as evaluations make.

    Args:
        train: What is learned from; read once, and may be larger than memory.
        held_out: What is held out; it is held in memory.
    """
    return _summed(leakage_of(held_out, train))


def lines_of(leakage: SplitLeakage, name: str = "test") -> list[str]:
    """What was found, for people; a line for each kind, and one for passages of answers.

    Args:
        leakage: What was found.
        name: What the held-out split is called.
    """
    lines = [f"leakage: {leakage.n} examples of {name} searched for in {leakage.training_rows} of train; {leakage.clean} are clean"]
    lines += [f"  {count} {WORDING[kind]}" for kind, count in leakage.counts.items()]
    if leakage.mean_share is None:
        return [*lines, "  no answer has eight words"]
    shares = f"{leakage.any_passage} of {leakage.with_answer} answers share one, {leakage.more_than_half} share more than half of theirs"
    return [*lines, f"  of answers alone, boilerplate aside: {shares}, on average {leakage.mean_share:.1%}"]


def _summed(leakage: Leakage) -> SplitLeakage:
    shares = [finding.share for finding in leakage.findings if finding.share is not None]
    return SplitLeakage(
        n=len(leakage.findings),
        training_rows=leakage.training_rows,
        counts={kind: leakage.counts.get(kind, 0) for kind in KINDS},
        clean=len(leakage.clean),
        with_answer=len(shares),
        any_passage=sum(share > 0 for share in shares),
        more_than_half=sum(share > 0.5 for share in shares),
        mean_share=sum(shares) / len(shares) if shares else None,
        boilerplate=leakage.most_groups,
        first=tuple(_shown(finding) for _, finding in leakage.worst[:SHOWN]),
        signature=leakage.signature,
    )


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "kinds": list(finding.kinds),
        "similarity": finding.similarity,
        "share": finding.share,
        "training_id": finding.row.id if finding.row else None,
    }
