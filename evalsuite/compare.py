"""Compares two finished evaluations: the same questions, paired intervals and tests, and what changed.

Reads what the stages left on disk and asks no engine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from assistant.api import Home, UserError
from evalsuite.answers import RANKING
from evalsuite.comparison import Change, Compared, Comparison, Margin
from evalsuite.evaluation import find_evaluation
from evalsuite.figures import Resampled, differences, groups_with_rows, paired_hits, rounded
from evalsuite.gates import no_worse
from evalsuite.metrics.metric import Metric
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.sides import Side, comparable, matched, read_side, resampled_sides, shared_groups
from evalsuite.stats.paired import holm, mcnemar_p, randomization_p, standard_errors_seen

KEPT = 50
"""Changed questions that are told of at most."""
SIGNIFICANT = 0.05
RANDOMIZATION = "paired randomization"
MCNEMAR = "exact McNemar"


def compare(
    before: str,
    after: str,
    home: Home,
    margins: Mapping[str, float],
    resamples: int = 10_000,
    seed: int = 0,
    primary: Sequence[str] | None = None,
) -> Comparison:
    """Compare two evaluations.

    Args:
        before: The earlier one: its name, the beginning of it, or its folder.
        after: The later one.
        home: The workspace.
        margins: By metric, how much worse the later one may be, in the metric's unit.
        resamples: Of each interval, and permutations of each test.
        seed: Of both.
        primary: The metrics that verdicts are given on, and that Holm counts; all others are explored. None for all.

    Raises:
        UserError: One of them does not exist, they share no question, or a margin names what cannot be judged.
    """
    whole = [read_side(find_evaluation(text, home)) for text in (before, after)]
    old, new, left_out = matched(*whole)
    names, not_compared = comparable(old, new)
    _check_margins(margins, names, new.scores.cards)
    decided = _primary(primary, names)
    groups = shared_groups(old, new)
    independent = len(set(groups))
    first, second = resampled_sides(old, new, names, groups, resamples, seed)
    gaps = differences(second, first)
    tests = {name: _test(second.metrics[name], old, new, groups, resamples, seed) for name in names}
    adjusted = holm({name: p for name, (_, p, _) in tests.items() if p is not None and name in decided})
    floor = max(2 / 2**independent, 1 / (resamples + 1)) * len(adjusted)
    compared = {
        name: Compared(
            primary=name in decided,
            before=first.figures[name],
            after=second.figures[name],
            difference=gaps[name],
            smallest_seen=_smallest_seen(name, first, second, len(adjusted)) if floor < SIGNIFICANT and name in adjusted else None,
            test=tests[name][0],
            p=tests[name][1],
            p_holm=adjusted.get(name),
            reason=tests[name][2],
            verdict=_verdict(new.scores.cards[name], gaps[name], adjusted.get(name)),
            **_tally(new.scores.cards[name], old.scores.items[name], new.scores.items[name]),
        )
        for name in names
    }
    ranked_by = next((name for name in RANKING if name in names), None)
    return Comparison(
        before=old.card.target,
        after=new.card.target,
        n=len(groups),
        groups=independent,
        left_out=left_out,
        order=tuple(names),
        metrics={name: new.scores.cards[name] for name in names},
        compared=compared,
        not_compared=not_compared,
        ranked_by=ranked_by,
        changed=_changed(old, new, ranked_by) if ranked_by else (),
        warnings=tuple(_warnings(old, new, left_out, independent, floor)),
        margins=tuple(_judged(name, margin, compared[name], new.scores.cards[name]) for name, margin in margins.items()),
        resamples=resamples,
        seed=seed,
    )


def parse_margins(words: Sequence[str]) -> dict[str, float]:
    """What `--no-worse METRIC=MARGIN` says.

    Raises:
        UserError: It is not written so.
    """
    margins = {}
    for word in words:
        name, _, text = (part.strip() for part in word.partition("="))
        if name in margins:
            raise UserError(f"--no-worse names {name!r} twice", "Give each metric one margin.")
        try:
            margins[name] = float(text)
        except ValueError:
            raise UserError(f"--no-worse {word} is not METRIC=MARGIN", "Write a metric and a number, such as f1=0.02.") from None
    return margins


def _test(metric: Metric, old: Side, new: Side, groups: Sequence[str], permutations: int, seed: int) -> tuple[str | None, float | None, str | None]:
    """Which test, its p, and why there is none."""
    before, after = old.scores.statistics[metric.name], new.scores.statistics[metric.name]
    independent = min(groups_with_rows(table, groups) for table in (before, after))
    if independent < 2:
        held = "there is one" if independent else "it applies to none of the answers"
        return None, None, f"a test needs at least two independent groups of answers, and {held}"
    hits = paired_hits(metric, before, after)
    if hits and independent == sum(hits):
        _, lost, gained, _ = hits
        return MCNEMAR, rounded(mcnemar_p(gained, lost)), None
    return RANDOMIZATION, rounded(randomization_p(before, after, groups, metric.combine, permutations, seed)), None


def _smallest_seen(name: str, first: Resampled, second: Resampled, tests: int) -> float | None:
    if name not in first.draws or name not in second.draws:
        return None
    gaps = second.draws[name] - first.draws[name]
    spread = float(gaps[gaps == gaps].std(ddof=1))
    return rounded(standard_errors_seen(tests) * spread) if spread > 1e-9 else None


def _verdict(card: MetricCard, difference: Figure, p_holm: float | None) -> Literal["better", "worse", "unclear"]:
    if card.direction == "unknown" or p_holm is None or p_holm >= SIGNIFICANT or not difference.value:
        return "unclear"
    return "better" if (difference.value > 0) == (card.direction == "higher") else "worse"


def _tally(card: MetricCard, before: Sequence[float | None], after: Sequence[float | None]) -> dict[str, int]:
    """Wins, losses and ties, over the questions to whose answers the metric applies on both sides."""
    sign = -1 if card.direction == "lower" else 1
    gains = [sign * (new - old) for old, new in zip(before, after, strict=True) if old is not None and new is not None]
    wins, losses = sum(gain > 1e-9 for gain in gains), sum(gain < -1e-9 for gain in gains)
    return {"wins": wins, "losses": losses, "ties": len(gains) - wins - losses}


def _changed(old: Side, new: Side, metric: str) -> tuple[Change, ...]:
    pairs = enumerate(zip(old.scores.items[metric], new.scores.items[metric], strict=True))
    moved = [(place, before, after) for place, (before, after) in pairs if before is not None and after is not None and abs(after - before) > 1e-9]
    moved.sort(key=lambda move: (-abs(move[2] - move[1]), new.predictions[move[0]].id))
    return tuple(
        Change(
            id=new.predictions[place].id,
            question=new.predictions[place].question,
            references=new.predictions[place].references,
            before=old.predictions[place].text,
            after=new.predictions[place].text,
            score_before=rounded(before),
            score_after=rounded(after),
        )
        for place, before, after in moved[:KEPT]
    )


def _primary(primary: Sequence[str] | None, names: Sequence[str]) -> tuple[str, ...]:
    """The metrics that verdicts are given on, in the order of the comparison."""
    unknown = [name for name in primary or () if name not in names]
    if unknown:
        raise UserError(f"--metrics names {unknown[0]!r}, which is not compared here", f"There are {', '.join(names)}.")
    if primary is not None and not primary:
        raise UserError("--metrics names no metric", f"Name some of {', '.join(names)}.")
    return tuple(name for name in names if primary is None or name in primary)


def _check_margins(margins: Mapping[str, float], names: Sequence[str], cards: Mapping[str, MetricCard]) -> None:
    for name, margin in margins.items():
        if name not in names:
            raise UserError(f"--no-worse names {name!r}, which is not compared here", f"There are {', '.join(names)}.")
        if cards[name].direction == "unknown":
            raise UserError(f"--no-worse names {name!r}, of which nobody knows which way is better", "Name another metric.")
        if not (margin >= 0 and math.isfinite(margin)):
            raise UserError(f"the margin of {name} is {margin:g}", "Give how much worse it may be, as a number that is not negative.")
        card = cards[name]
        if card.high is not None and margin >= card.high - card.low:
            raise UserError(
                f"the margin of {name} is {margin:g}, and {name} runs from {card.low:g} to {card.high:g}",
                "It could never fail; give a smaller one, in the unit of the metric.",
            )


def _judged(name: str, margin: float, compared: Compared, card: MetricCard) -> Margin:
    passed, sentence, _ = no_worse(name, margin, compared.difference, card)
    return Margin(metric=name, margin=margin, passed=passed, sentence=sentence)


def _warnings(old: Side, new: Side, left_out: Mapping[str, int], independent: int, floor: float) -> list[str]:
    found = []
    for side, count in left_out.items():
        if count:
            found.append(f"{count} of the questions {side} are left out: the other was not asked them, or not with the same references.")
    if floor >= SIGNIFICANT:
        found.append(
            f"With {independent} independent groups of questions no p can fall below {min(1.0, floor):.2g} after Holm: "
            "nothing can be called better or worse here. More groups, more --resamples or fewer metrics would change that."
        )
    if old.card.target.fingerprint == new.card.target.fingerprint and new.card.target.kind != "file":
        found.append("Both are answers of the same weights with the same prompt.")
    engines = [f"{side.card.target.engine} {side.card.target.precision}" for side in (old, new)]
    if engines[0] != engines[1]:
        found.append(f"The answers come from two engines ({engines[0]}, {engines[1]}): part of a difference may be theirs.")
    settings = [side.card.settings.sampling for side in (old, new)]
    differing = [name for name in settings[1] if settings[0].get(name) != settings[1][name]]
    if differing:
        found.append(
            f"They were asked with other settings: {', '.join(f'{name} {settings[0].get(name)} and {settings[1][name]}' for name in differing)}."
        )
    if any(one.group != other.group for one, other in zip(old.predictions, new.predictions, strict=True)):
        found.append("The two group the questions differently: what either joins is taken as joined.")
    if independent < len(new.predictions):
        found.append(f"The {len(new.predictions)} questions fall into {independent} groups; intervals and tests allow for that.")
    return found
