"""Token F1 as in SQuAD v2.0: how far the words of answer and reference overlap, as multisets."""

from __future__ import annotations

from collections import Counter

from evalsuite.metrics.metric import Metric, Worked, best_over_references, mean
from evalsuite.metrics.squad import normalize


def token_f1(answer: str, reference: str) -> float:
    """The harmonic mean of word precision and recall, 0 to 1.

    A word counts as often as both sides hold it, so repeating it does not pay. If either side is empty
    after normalization, the score is 1 only when both are.
    """
    said, wanted = normalize(answer).split(), normalize(reference).split()
    if not said or not wanted:
        return float(said == wanted)
    shared = (Counter(said) & Counter(wanted)).total()
    return 2 * shared / (len(said) + len(wanted))


F1 = Metric(
    name="f1",
    title="Token F1",
    meaning="How many of its words an answer shares with its nearest reference.",
    # Shared: heart, heart. Precision 2/4, recall 2/2.
    example=Worked("heart heart heart rate", ("the heart, heart",), 2 / 3),
    signature=lambda predictions: "squad:2.0|norm:lower-punct-articles-space|overlap:multiset|refs:best",
    statistics=best_over_references(token_f1),
    combine=mean,
)
