"""What a reader should know before relying on the figures: each check is one reason for doubt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from evalsuite.gates import condition, in_doubt
from evalsuite.record.doubts import LeakageCard
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement
from evalsuite.scorecard import Answers, ExamplesCard

FEW_EXAMPLES = 100
FEW_GROUPS = 20
"""With fewer, resampling them says less of their spread than it seems."""
MANY = 0.1
"""From this share of the answers on, something is worth a word."""
WIDE = 0.15
"""An interval wider than this share of the metric's range cannot tell good from middling."""


def caveats(
    examples: ExamplesCard, figures: Mapping[str, Figure], cards: Mapping[str, MetricCard], answers: Answers, max_new_tokens: int
) -> Iterator[str]:
    """Every reason for doubt, as a sentence."""
    n = examples.n
    if n < FEW_EXAMPLES:
        yield f"There are few examples ({n}): only large differences can be seen. {FEW_EXAMPLES} or more are better."
    if examples.limit is not None:
        yield f"Only {examples.n} of the examples were asked (--limit {examples.limit}): this is a trial, not the whole split."
    if examples.groups < n:
        groups = "one group" if examples.groups == 1 else f"{examples.groups} groups"
        few = " With so few groups they still come out somewhat too narrow." if 1 < examples.groups < FEW_GROUPS else ""
        yield f"The {n} examples fall into {groups}; answers within a group are not independent, and intervals allow for that.{few}"
    cut = answers.finish_reasons.get("length", 0)
    if cut > MANY * n:
        yield f"{cut} of {n} answers were cut at {max_new_tokens} tokens: they may lack what comes last, or the model does not know when to stop."
    if answers.empty:
        yield f"{answers.empty} of {n} answers are empty."
    if answers.repeated > MANY * n:
        yield f"{answers.repeated} of {n} answers were given to more than one question word for word."
    if answers.same_as_base is not None and answers.same_as_base == n:
        yield "Every answer equals the base's: training has changed nothing, or the adapter was not applied."
    wide = [cards[name].title for name, figure in figures.items() if _is_wide(figure, cards[name])]
    if wide:
        yield f"Notably wide intervals, so that these figures say little: {', '.join(wide)}."


def leakage_caveat(card: LeakageCard) -> str | None:
    """What of the test was learned beforehand, as one sentence or two; None where nothing was."""
    leaked = card.n - card.clean_n
    if not leaked:
        return None
    counts = card.counts
    parts = [
        (counts["question_and_answer"], "in the question with its answer"),
        (counts["question"], "in the question"),
        (counts["near_question"], "in nearly the same question"),
        (counts["answer"], "in the whole answer"),
        (counts["passage"], "in a passage of eight words or more"),
    ]
    told = ", ".join(f"{count} {what}" for count, what in parts if count)
    beside = f"the figures of the {card.clean_n} clean ones stand beside them" if card.clean_figures else "too few are clean for figures of their own"
    return f"{leaked} of {card.n} examples share something with what was trained on ({told}): the figures may flatter; {beside}."


def decisions(
    gates: Iterable[Judgement], figures: Mapping[str, Figure], differences: Mapping[str, Figure], cards: Mapping[str, MetricCard]
) -> Iterator[str]:
    """What the verdict does not show: gates that chance may have decided, and what has become worse."""
    doubtful = [condition(gate.gate) for gate in gates if in_doubt(gate, figures)]
    if doubtful:
        yield f"Chance may have decided {', '.join(doubtful)}: the figure's 95% interval holds the bound; other questions might decide otherwise."
    worse = [cards[name].title for name, difference in differences.items() if cards[name].tone(difference) == "worse"]
    if worse:
        yield f"Worse than the base, beyond what chance explains: {', '.join(worse)}."


def _is_wide(figure: Figure, card: MetricCard) -> bool:
    if figure.ci95 is None or card.high is None:
        return False
    return figure.ci95[1] - figure.ci95[0] > WIDE * (card.high - card.low)
