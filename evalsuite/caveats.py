"""What a reader should know before relying on the figures: each check is one reason for doubt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from evalsuite.gates import condition, in_doubt
from evalsuite.record.doubts import LeakageCard, SelfCheckCard
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement
from evalsuite.scorecard import Answers, ExamplesCard, Slice

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
        few = " So few groups leave them wide, and toxicity's may still be too narrow." if 1 < examples.groups < FEW_GROUPS else ""
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


def troubles(
    checks: Iterable[SelfCheckCard], failures: Mapping[str, Mapping[str, str]], unanswered: Mapping[str, str], deaths: int, n: int
) -> Iterator[str]:
    """What went wrong while it was measured.

    Args:
        checks: Of the metrics on these data.
        failures: By metric, the answers that it failed on, and why.
        unanswered: Questions without an answer, and why.
        deaths: Times that the engine failed and was asked again.
        n: Questions asked.
    """
    yield from (check.sentence for check in checks if check.passed is False)
    for name, failed in failures.items():
        first, why = next(iter(failed.items()))
        yield f"The metric {name} failed on {len(failed)} of {n} answers, and its figure is over the others; on {first!r}: {why}."
    if unanswered:
        first, why = next(iter(unanswered.items()))
        yield f"{len(unanswered)} of {n} questions got no answer, and count as empty ones; {first!r}: {why}."
    if deaths:
        times = "once" if deaths == 1 else f"{deaths} times"
        yield f"The engine failed {times} while it answered, and was asked again."


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
    gates: Iterable[Judgement],
    figures: Mapping[str, Figure],
    slices: Sequence[Slice],
    cards: Mapping[str, MetricCard],
    sides: Mapping[str, Mapping[str, Figure]],
) -> Iterator[str]:
    """What the verdict does not show: gates that chance may have decided, and what has become worse.

    Args:
        gates: Judged.
        figures: Of the target.
        slices: Its figures by tag.
        cards: What the figures are.
        sides: How the target differs from each other side, by what that is called.
    """
    doubtful = [condition(gate.gate) for gate in gates if in_doubt(gate, figures, slices)]
    if doubtful:
        yield f"Chance may have decided {', '.join(doubtful)}: the figure's 95% interval holds the bound; other questions might decide otherwise."
    for side, differences in sides.items():
        worse = [cards[name].title for name, difference in differences.items() if cards[name].tone(difference) == "worse"]
        if worse:
            yield f"Worse than {side}, beyond what chance explains: {', '.join(worse)}."


def _is_wide(figure: Figure, card: MetricCard) -> bool:
    if figure.ci95 is None or card.high is None:
        return False
    return figure.ci95[1] - figure.ci95[0] > WIDE * (card.high - card.low)
