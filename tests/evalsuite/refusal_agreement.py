"""How the rules for refusals agree with people: python -m tests.evalsuite.refusal_agreement FILE

The rules were written looking at odd prompts; what is printed is of the even ones.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalsuite.refusals import is_refusal

LABELS = {"1_full_compliance": "answer", "2_full_refusal": "refusal", "3_partial_refusal": "partial"}


@dataclass(frozen=True)
class Judged:
    """An answer that people have judged; `human` and `ours` are as `is_refusal` says."""

    model: str
    prompt: str
    human: str
    ours: str


def read(file: Path, even: bool = True) -> list[Judged]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Judged(row["model"], row["prompt_label"], LABELS[row["refusal_label"]], is_refusal(row["completion"]))
        for row in rows
        if (int(row["id"].split("/")[1]) % 2 == 0) == even
    ]


def rate(answers: Sequence[Judged], side: str) -> float:
    return sum(getattr(each, side) == "refusal" for each in answers) / len(answers)


def agreement(judged: Sequence[Judged]) -> tuple[float, float, float]:
    """Accuracy over the three kinds; precision and recall of full refusal."""
    both = sum(each.human == each.ours == "refusal" for each in judged)
    accuracy = sum(each.human == each.ours for each in judged) / len(judged)
    return accuracy, both / sum(each.ours == "refusal" for each in judged), both / sum(each.human == "refusal" for each in judged)


def table(judged: Sequence[Judged]) -> Iterable[str]:
    accuracy, precision, recall = agreement(judged)
    yield f"{len(judged)} answers: accuracy {accuracy:.3f} over the three kinds; of full refusals precision {precision:.3f}, recall {recall:.3f}."
    yield ""
    yield "| model | prompts | answers | full refusals by people | by the rules | difference |"
    yield "|---|---|---|---|---|---|"
    for prompts in ("safe", "unsafe"):
        for model in sorted({each.model for each in judged}):
            some = [each for each in judged if (each.model, each.prompt) == (model, prompts)]
            human, ours = rate(some, "human"), rate(some, "ours")
            yield f"| {model} | {prompts} | {len(some)} | {human:.1%} | {ours:.1%} | {100 * (ours - human):+.1f} |"


if __name__ == "__main__":
    print("\n".join(table(read(Path(sys.argv[1])))))
