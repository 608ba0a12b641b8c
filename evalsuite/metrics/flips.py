"""How steady answers are when the same question is asked several times: flip rates.

Two ways of asking it, of texts and of correctness alike: in how many examples does any repeat differ; and
how often do two repeats of an example differ, taken at random. The first grows with the number of repeats,
the second does not, so that it alone can be compared between evaluations with different numbers of them.
Knows no engine: another asks the questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from evalsuite.metrics.metric import Metric
from evalsuite.probes.figure import SHOWN, figure
from evalsuite.probes.probe import Measure, Shown

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

TOO_FEW = "no example was asked at least twice"


def flips(repeats: Sequence[Sequence[Hashable]]) -> Array:
    """The share of pairs of repeats that differ, of each example, as the statistics of its mean: `(examples, 2)`.

    Of r repeats, of which c are of one kind, c·(c-1) of the r·(r-1) ordered pairs are alike in it. Statistics are
    (0, 0) of an example with fewer than two repeats: there is no pair.

    Args:
        repeats: What came out each time, of each example: a text, or whether it was right.
    """
    import numpy as np

    rows = []
    for each in repeats:
        pairs = len(each) * (len(each) - 1)
        alike = sum(count * (count - 1) for count in Counter(each).values())
        rows.append((1 - alike / pairs, 1.0) if pairs else (0.0, 0.0))
    return np.asarray(rows, dtype=np.float64).reshape(-1, 2)


def flip_rate(
    ids: Sequence[str], groups: Sequence[str], texts: Sequence[Sequence[str]], right: Sequence[Sequence[bool]] | None = None
) -> tuple[Measure, ...]:
    """Flip rates of texts, and of correctness where it is known, each in both ways.

    Args:
        ids: Of the examples, `(examples,)`.
        groups: The group of each example, `(examples,)`; intervals resample whole groups, or are Wilson's where each has its own.
        texts: The answers to each example, `(examples, repeats)`; examples need not have equally many.
        right: Whether each of these answers is right; None where nobody can say.

    Returns:
        `text_changed`, `text_flip_rate`, and with `right` also `right_changed`, `right_flip_rate`.

    Raises:
        ValueError: The sequences are not of the same length.
    """
    if not len(ids) == len(groups) == len(texts) or (right is not None and [len(each) for each in right] != [len(each) for each in texts]):
        raise ValueError("ids, groups, texts and right must tell of the same examples and repeats")
    found = [*_measures("text", ids, groups, texts, texts)]
    if right is not None:
        found += _measures("right", ids, groups, right, texts)
    return tuple(found)


def _measures(
    what: str, ids: Sequence[str], groups: Sequence[str], repeats: Sequence[Sequence[Hashable]], texts: Sequence[Sequence[str]]
) -> tuple[Measure, Measure]:
    pairs = flips(repeats)
    changed = pairs.copy()
    changed[:, 0] = pairs[:, 0] > 0
    worst = sorted((place for place in range(len(ids)) if pairs[place, 0] > 0), key=lambda place: (-pairs[place, 0], ids[place]))
    shown = [Shown(ids[place], ids[place], " | ".join(dict.fromkeys(texts[place])), _remark(repeats[place], what)) for place in worst[:SHOWN]]
    counts = sorted({len(each) for each in repeats})
    remark = f"{counts[0]} repeats of each example" if len(counts) == 1 else f"{counts[0]} to {counts[-1]} repeats of each example" if counts else ""
    reason = None if pairs.any() else TOO_FEW
    tables = ((_changed(what), changed), (_flip_rate(what), pairs))
    first, second = (
        Measure(metric=metric, ids=ids, groups=groups, statistics=table, shown=shown, reason=reason, remark=remark) for metric, table in tables
    )
    return first, second


def _remark(repeats: Sequence[Hashable], what: str) -> str:
    if what == "right":
        return f"{sum(map(bool, repeats))} of {len(repeats)} repeats are right"
    return f"{len(set(repeats))} texts in {len(repeats)} repeats"


def _changed(what: str) -> Metric:
    words = {"text": "text", "right": "correctness"}[what]
    return _metric(f"{what}_changed", f"Examples whose {words} changes", f"The share of examples whose {words} is not the same in all repeats.", True)


def _flip_rate(what: str) -> Metric:
    words = {"text": "text", "right": "correctness"}[what]
    return _metric(f"{what}_flip_rate", f"Flip rate of {words}", f"How often two repeats of the same question differ in {words}.", False)


def _metric(name: str, title: str, meaning: str, rate: bool) -> Metric:
    compared = "verbatim" if name.startswith("text") else "right or not"
    return figure(name, title, meaning, f"{name}|pairs:all|compared:{compared}", rate=rate)
