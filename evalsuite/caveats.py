"""What a reader should know before relying on the figures: each check is one reason for doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evalsuite.scorecard import Answers, ExamplesCard, Figure, MetricCard

FEW_EXAMPLES = 100
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
        yield f"The {n} examples fall into {groups}; answers within a group are not independent, and intervals allow for that."
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


def _is_wide(figure: Figure, card: MetricCard) -> bool:
    if figure.ci95 is None or card.high is None:
        return False
    return figure.ci95[1] - figure.ci95[0] > WIDE * (card.high - card.low)
