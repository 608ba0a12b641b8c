"""Does a metric work on these data? Answers that are their references must score its best, and those of other questions far less.

A metric can be right and still say nothing here: ROUGE's words are a-z and 0-9, so that Greek answers score
0 whatever they say; BLEU needs runs of four words. Each text metric is asked twice about the references of up
to 200 answers, once each as the answer to its own question, once as the answer to another question of another
group. Knows no file and no report.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evalsuite.metrics.metric import Metric
from evalsuite.prediction import Prediction

SAMPLE = 200
"""Answers looked at, at most."""
REACHED = 0.99
"""Of the best value, as much must be reached: a single odd reference among hundreds breaks no metric."""
CHANCE = 0.5
"""Of the best value, strangers must score less. Chance itself is mostly far below; how far depends on the data."""
ALIKE = 0.5
"""Two references that share so many of their character trigrams are no strangers to each other."""
TRIES = 20
"""Strangers drawn for each reference before it is left out."""
ENOUGH = 10
"""References with a stranger, at the least, for the second question to be asked."""


@dataclass(frozen=True)
class SelfCheck:
    """What came of asking one metric.

    Attributes:
        name: The metric's.
        passed: Whether it works on these data; None where that could not be asked.
        perfect_value: What it gives references as answers; None where it applies to none.
        shuffled_value: What it gives references of other questions; None where that was not asked.
        sentence: The same in words.
    """

    name: str
    passed: bool | None
    perfect_value: float | None
    shuffled_value: float | None
    sentence: str


def check(predictions: Sequence[Prediction], metrics: Sequence[Metric], seed: int) -> list[SelfCheck]:
    """Ask each metric that says what references score (`Metric.perfect`).

    Args:
        predictions: What is to be scored; their answers are not read.
        metrics: Which.
        seed: Of the sample and of the strangers.
    """
    chance = random.Random(seed)
    sample = list(predictions) if len(predictions) <= SAMPLE else chance.sample(list(predictions), SAMPLE)
    own = [replace(each, text=each.references[0]) for each in sample]
    strangers = _strangers(sample, chance)
    return [_checked(metric, metric.perfect, own, strangers) for metric in metrics if metric.perfect is not None]


def _checked(metric: Metric, perfect: float, own: Sequence[Prediction], strangers: Sequence[Prediction]) -> SelfCheck:
    value = _value(metric, own)
    if value is None:
        return SelfCheck(metric.name, None, None, None, f"{metric.title} applies to none of these answers, so that it could not be checked on them.")
    if abs(value - perfect) > (1 - REACHED) * max(abs(perfect), 1.0):
        sentence = f"{metric.title} is broken on these data: it gives answers that are their references {value:.4g}, and {perfect:g} is due."
        return SelfCheck(metric.name, False, value, None, sentence)
    right = f"{metric.title} gives answers that are their references {value:.4g}"
    if metric.direction != "higher":
        return SelfCheck(metric.name, True, value, None, f"{right}, as it should.")
    shuffled = _value(metric, strangers) if len(strangers) >= ENOUGH else None
    if shuffled is None:
        return SelfCheck(
            metric.name, True, value, None, f"{right}; there are too few references unlike each other to ask about those of other questions."
        )
    if shuffled >= CHANCE * perfect:
        sentence = (
            f"{metric.title} hardly tells right from wrong on these data: it gives references of other questions {shuffled:.4g} of {perfect:g}."
        )
        return SelfCheck(metric.name, False, value, shuffled, sentence)
    return SelfCheck(metric.name, True, value, shuffled, f"{right}, and those of other questions {shuffled:.4g}.")


def _value(metric: Metric, predictions: Sequence[Prediction]) -> float | None:
    value = metric.value(metric.statistics(predictions))
    return value if math.isfinite(value) else None


def _strangers(sample: Sequence[Prediction], chance: random.Random) -> list[Prediction]:
    """Each answer's question answered by the reference of another group, one that is unlike all references of its own."""
    trigrams = {text: _trigrams(text) for each in sample for text in each.references}
    found = []
    for each in sample:
        for other in chance.choices(sample, k=TRIES):
            text = other.references[0]
            if other.group != each.group and all(_likeness(trigrams[text], trigrams[mine]) < ALIKE for mine in each.references):
                found.append(replace(each, text=text))
                break
    return found


def _trigrams(text: str) -> frozenset[str]:
    plain = f" {' '.join(text.lower().split())} "
    return frozenset(plain[at : at + 3] for at in range(max(len(plain) - 2, 1)))


def _likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Dice's coefficient: of all trigrams of both, the share that both hold."""
    return 2 * len(first & second) / (len(first) + len(second))
