"""How far each metric agrees with people: python -m tests.evalsuite.human_agreement FILE

FILE holds short answers that people have called correct, possibly correct or incorrect:
{"id", "question", "answers", "prediction", "human_label"} a line. Kendall's tau-b is between a metric and the
three labels in order; all else is between correct and not. Answers to one question are resampled together.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evalsuite.metrics.metric import Metric
from evalsuite.metrics.registry import TEXT
from evalsuite.prediction import Prediction

LABELS = {"incorrect": 0, "possibly_correct": 1, "correct": 2}
RESAMPLES = 300
LEFT_OUT = {"refusals", "cut_off", "empty"}
"""What says nothing of whether an answer is right."""


def read(file: Path) -> tuple[list[Prediction], np.ndarray]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    predictions = [Prediction(row["id"], row["prediction"], tuple(row["answers"]), row["question"], question=row["question"]) for row in rows]
    return predictions, np.asarray([LABELS[row["human_label"]] for row in rows])


def kendall(scores: np.ndarray, labels: np.ndarray) -> float:
    """Tau-b; NaN where one side is all alike."""
    from scipy.stats import kendalltau

    return float(kendalltau(scores, labels, variant="b").statistic)


def kendall_interval(scores: np.ndarray, labels: np.ndarray, groups: Sequence[str], seed: int = 0) -> tuple[float, float]:
    """The 95% percentile interval of tau-b, whole groups resampled."""
    generator = np.random.default_rng(seed)
    places: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    held = [np.asarray(each) for each in places.values()]
    drawn = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate([held[number] for number in generator.integers(0, len(held), len(held))])
        drawn.append(kendall(scores[chosen], labels[chosen]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def roc_auc(scores: np.ndarray, right: np.ndarray) -> float:
    """The probability that a right answer scores more than a wrong one, ties counted half (Mann and Whitney 1947)."""
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(scores[right], scores[~right]).statistic / (right.sum() * (~right).sum()))


def best_accuracy(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """The threshold from which calling an answer right is right most often, and how often that is; infinite where calling none right is."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(right[order])
    # Calling the first k right: correct among them, and wrong ones among the rest; only where the score changes.
    called = np.arange(1, len(ranked) + 1)
    accuracy = (hits + (~right).sum() - (called - hits)) / len(ranked)
    ends = np.append(ranked[1:] != ranked[:-1], True)
    best = int(np.argmax(np.where(ends, accuracy, -1)))
    none = float((~right).mean())
    return (np.inf, none) if none >= accuracy[best] else (float(ranked[best]), float(accuracy[best]))


def row(metric: Metric, predictions: Sequence[Prediction], labels: np.ndarray) -> str:
    scores = metric.item_scores(metric.statistics(predictions)) * (-1 if metric.direction == "lower" else 1)
    applies = ~np.isnan(scores)
    scores, labels = scores[applies], labels[applies]
    groups = [each.group for each, there in zip(predictions, applies, strict=True) if there]
    right = labels == LABELS["correct"]
    if len(set(scores.tolist())) < 2 or not 0 < right.sum() < len(right):
        return f"| `{metric.name}` | {len(scores)} | none: all score alike | 0.500 | {1 - right.mean():.3f} | none |"
    low, high = kendall_interval(scores, labels, groups)
    threshold, accuracy = best_accuracy(scores, right)
    named = "none" if np.isinf(threshold) else f"{'≤' if metric.direction == 'lower' else '≥'} {abs(threshold):.3g}"
    tau = f"{kendall(scores, labels):.3f} [{low:.3f}, {high:.3f}]"
    return f"| `{metric.name}` | {len(scores)} | {tau} | {roc_auc(scores, right):.3f} | {accuracy:.3f} | {named} |"


@dataclass(frozen=True)
class Exact:
    """What exact match calls right, beside what people do; precision is None where it calls nothing right."""

    said: int
    right: int
    both: int

    @property
    def precision(self) -> float | None:
        return self.both / self.said if self.said else None

    @property
    def recall(self) -> float:
        return self.both / self.right


def exact(predictions: Sequence[Prediction], labels: np.ndarray) -> Exact:
    metric = TEXT["exact_match"]
    said = metric.item_scores(metric.statistics(predictions)) == 1
    right = labels == LABELS["correct"]
    return Exact(int(said.sum()), int(right.sum()), int((said & right).sum()))


def table(predictions: Sequence[Prediction], labels: np.ndarray) -> Iterable[str]:
    right = labels == LABELS["correct"]
    questions = len({each.group for each in predictions})
    yield f"{len(labels)} answers to {questions} questions, {right.sum()} of them correct: who calls none correct is"
    yield f"right about {1 - right.mean():.3f} of them. Intervals: 95%, {RESAMPLES} resamples of questions."
    yield ""
    yield "| metric | applies to | Kendall's tau-b | ROC AUC | accuracy at best | threshold |"
    yield "|---|---|---|---|---|---|"
    for name, metric in TEXT.items():
        if name not in LEFT_OUT:
            yield row(metric, predictions, labels)
    found = exact(predictions, labels)
    precision = "undefined, since it calls none right" if found.precision is None else f"{found.precision:.3f}"
    yield ""
    yield f"Exact match calls {found.said} answers right and people {found.right}: of `correct`, its precision is {precision},"
    yield f"its recall {found.recall:.3f}."


if __name__ == "__main__":
    print("\n".join(table(*read(Path(sys.argv[1])))))
