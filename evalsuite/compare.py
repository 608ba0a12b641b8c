"""Compares two finished evaluations: the same questions, paired intervals and tests, and what changed.

Reads what the stages left on disk and asks no engine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assistant.api import Home, UserError, read_jsonl
from evalsuite.answers import RANKING
from evalsuite.comparison import Change, Compared, Comparison, Margin
from evalsuite.evaluation import Evaluation, find_evaluation, read_scorecard, readable
from evalsuite.figures import Resampled, differences, figures_of_each, rounded
from evalsuite.metrics.metric import Metric
from evalsuite.prediction import Prediction
from evalsuite.scorecard import Figure, MetricCard, Scorecard
from evalsuite.scores import Scores, read_scores
from evalsuite.stats.paired import holm, joined_groups, mcnemar_p, newcombe_interval, randomization_p, standard_errors_seen

if TYPE_CHECKING:
    from evalsuite.metrics.metric import Array

KEPT = 50
"""Changed questions that are told of at most."""
FEWEST_GROUPS = 6
"""With fewer, an interval is too unsure to decide whether something became worse."""
MANY_GROUPS = 20
"""From here on the percentile bootstrap keeps what it promises; below, Student's t widens it."""
SIGNIFICANT = 0.05
RANDOMIZATION = "paired randomization"
MCNEMAR = "exact McNemar"


@dataclass(frozen=True)
class Side:
    """One of the two evaluations.

    Attributes:
        card: Its record.
        predictions: Its answers.
        scores: What metrics say of them.
    """

    card: Scorecard
    predictions: Sequence[Prediction]
    scores: Scores

    def at(self, places: Sequence[int]) -> Side:
        """The same with these of its answers alone, in this order."""
        index = list(places)
        scores = replace(
            self.scores,
            statistics={name: values[index] for name, values in self.scores.statistics.items()},
            items={name: [values[place] for place in index] for name, values in self.scores.items.items()},
        )
        return Side(self.card, [self.predictions[place] for place in index], scores)


def compare(before: str, after: str, home: Home, margins: Mapping[str, float], resamples: int = 10_000, seed: int = 0) -> Comparison:
    """Compare two evaluations.

    Args:
        before: The earlier one: its name, the beginning of it, or its folder.
        after: The later one.
        home: The workspace.
        margins: By metric, how much worse the later one may be, in the metric's unit.
        resamples: Of each interval, and permutations of each test.
        seed: Of both.

    Raises:
        UserError: One of them does not exist, they share no question, or a margin names what cannot be judged.
    """
    whole = [read_side(find_evaluation(text, home)) for text in (before, after)]
    old, new, left_out = matched(*whole)
    names, not_compared = _comparable(old, new)
    _check_margins(margins, names, new.scores.cards)
    groups = joined_groups(*([prediction.group for prediction in side.predictions] for side in (old, new)))
    independent = len(set(groups))
    metrics = {metric.name: metric for metric in new.scores.metrics}
    samples = [([metrics[name] for name in names], side.scores.statistics) for side in (old, new)]
    first, second = figures_of_each(samples, groups, resamples, seed)
    tests = {name: _test(metrics[name], old, new, groups, resamples, seed) for name in names}
    adjusted = holm({name: p for name, (_, p, _) in tests.items() if p is not None})
    floor = max(2 / 2**independent, 1 / (resamples + 1)) * len(adjusted)
    gaps = {name: _gap(metrics[name], gap, first, second, old, new, independent) for name, gap in differences(second, first).items()}
    compared = {
        name: Compared(
            before=first.figures[name],
            after=second.figures[name],
            difference=gaps[name],
            smallest_seen=_smallest_seen(name, first, second, len(adjusted)) if floor < SIGNIFICANT else None,
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
        margins=tuple(_judged(name, margin, compared[name], new.scores.cards[name], independent) for name, margin in margins.items()),
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


def read_side(evaluation: Evaluation) -> Side:
    """A finished evaluation as its stages left it.

    Raises:
        DataError: Its files are not as they were written.
        UserError: Its scores are not those of its answers.
    """
    card = read_scorecard(evaluation)
    with readable(evaluation.predictions):
        predictions = [Prediction.from_json(row) for row in read_jsonl(evaluation.predictions)]
    scores = read_scores(evaluation.folder, predictions)
    if scores is None:
        raise UserError(
            f"{evaluation.run} has no whole scores of its answers, as this program writes them",
            "Run the same `evalsuite run` again: it scores the answers that are there anew.",
        )
    return Side(card, predictions, scores)


def matched(before: Side, after: Side) -> tuple[Side, Side, dict[str, int]]:
    """Both sides with the questions that they share, and how many each has beyond those.

    A question is shared where id, text and references are the same.

    Raises:
        UserError: There is none.
    """
    places = {asked_alike(prediction): place for place, prediction in enumerate(before.predictions)}
    pairs = [(places[key], place) for place, prediction in enumerate(after.predictions) if (key := asked_alike(prediction)) in places]
    if not pairs:
        raise UserError(
            f"{before.card.run} and {after.card.run} share no question",
            "Evaluate both on the same examples: `evalsuite run TARGET --data FILE`.",
        )
    old, new = (side.at(side_places) for side, side_places in zip((before, after), zip(*pairs, strict=True), strict=True))
    left_out = {name: len(side.predictions) - len(pairs) for name, side in (("before", before), ("after", after))}
    return old, new, left_out


def asked_alike(prediction: Prediction) -> tuple[str, str, tuple[str, ...]]:
    """What makes two predictions answers to the same question: its id, its text and its references."""
    return prediction.id, prediction.question, prediction.references


def _comparable(old: Side, new: Side) -> tuple[list[str], dict[str, str]]:
    """Metrics that mean the same on both sides and add up over any questions; and why the others do not."""
    names: list[str] = []
    reasons: dict[str, str] = {}
    for name in dict.fromkeys((*new.scores.cards, *old.scores.cards)):
        if name not in old.scores.cards or name not in new.scores.cards:
            side = old if name not in old.scores.cards else new
            reasons[name] = f"{side.card.run} was not measured by it"
        elif old.scores.cards[name].signature != new.scores.cards[name].signature:
            reasons[name] = f"it was measured in two ways: {old.scores.cards[name].signature} and {new.scores.cards[name].signature}"
        elif name not in old.scores.statistics or name not in new.scores.statistics:
            reasons[name] = "its figure is one number over all answers, which cannot be paired"
        else:
            names.append(name)
    return names, reasons


def _test(metric: Metric, old: Side, new: Side, groups: Sequence[str], permutations: int, seed: int) -> tuple[str | None, float | None, str | None]:
    """Which test, its p, and why there is none."""
    before, after = old.scores.statistics[metric.name], new.scores.statistics[metric.name]
    independent = len(set(groups))
    if independent < 2:
        return None, None, "a test needs at least two independent groups of answers, and there is one"
    if metric.rate and independent == len(groups):
        _, lost, gained, _ = _hits(before, after)
        return MCNEMAR, rounded(mcnemar_p(gained, lost)), None
    return RANDOMIZATION, rounded(randomization_p(before, after, groups, metric.combine, permutations, seed)), None


def _hits(before: Array, after: Array) -> tuple[int, int, int, int]:
    """Answers of a rate that hit on both sides, before alone, after alone, and on neither."""
    old, new = before[:, 0] > 0, after[:, 0] > 0
    return int((old & new).sum()), int((old & ~new).sum()), int((~old & new).sum()), int((~old & ~new).sum())


def _gap(metric: Metric, gap: Figure, first: Resampled, second: Resampled, old: Side, new: Side, independent: int) -> Figure:
    """A difference with an interval that also holds for rates and for few groups."""
    if independent < 2 or gap.value is None:
        return gap
    if metric.rate and independent == len(new.predictions):
        hits = _hits(old.scores.statistics[metric.name], new.scores.statistics[metric.name])
        return _with(gap, newcombe_interval(*hits), "Newcombe")
    if metric.rate and gap.ci95 is None:
        # Each group counts as one answer, and nothing is known of how alike the two sides are.
        before, after = (side.figures[metric.name].value or 0.0 for side in (first, second))
        shares = [independent * share for share in (before * after, before * (1 - after), (1 - before) * after, (1 - before) * (1 - after))]
        return _with(gap, newcombe_interval(*shares), f"Newcombe over {independent} groups")
    if gap.ci95 is None or independent >= MANY_GROUPS:
        return gap
    from scipy.stats import t

    spread = float((second.draws[metric.name] - first.draws[metric.name]).std(ddof=1)) * math.sqrt(independent / (independent - 1))
    reach = float(t.ppf(0.975, independent - 1)) * spread
    wider = (min(gap.ci95[0], gap.value - reach), max(gap.ci95[1], gap.value + reach))
    return _with(gap, wider, f"paired bootstrap, widened by Student's t for {independent} groups")


def _with(gap: Figure, interval: tuple[float, float], method: str) -> Figure:
    return gap.model_copy(update={"ci95": (rounded(interval[0]), rounded(interval[1])), "interval_method": method, "reason": None})


def _smallest_seen(name: str, first: Resampled, second: Resampled, tests: int) -> float | None:
    if name not in first.draws or name not in second.draws:
        return None
    spread = float((second.draws[name] - first.draws[name]).std(ddof=1))
    return rounded(standard_errors_seen(tests) * spread) if spread > 0 else None


def _verdict(card: MetricCard, difference: Figure, p_holm: float | None) -> Literal["better", "worse", "unclear"]:
    if card.direction == "unknown" or p_holm is None or p_holm >= SIGNIFICANT or not difference.value:
        return "unclear"
    return "better" if (difference.value > 0) == (card.direction == "higher") else "worse"


def _tally(card: MetricCard, before: Sequence[float], after: Sequence[float]) -> dict[str, int]:
    sign = -1 if card.direction == "lower" else 1
    gains = [sign * (new - old) for old, new in zip(before, after, strict=True)]
    wins, losses = sum(gain > 1e-9 for gain in gains), sum(gain < -1e-9 for gain in gains)
    return {"wins": wins, "losses": losses, "ties": len(gains) - wins - losses}


def _changed(old: Side, new: Side, metric: str) -> tuple[Change, ...]:
    before, after = old.scores.items[metric], new.scores.items[metric]
    moved = [place for place in range(len(after)) if abs(after[place] - before[place]) > 1e-9]
    moved.sort(key=lambda place: (-abs(after[place] - before[place]), new.predictions[place].id))
    return tuple(
        Change(
            id=new.predictions[place].id,
            question=new.predictions[place].question,
            references=new.predictions[place].references,
            before=old.predictions[place].text,
            after=new.predictions[place].text,
            score_before=rounded(before[place]),
            score_after=rounded(after[place]),
        )
        for place in moved[:KEPT]
    )


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
    if old.card.target.fingerprint == new.card.target.fingerprint:
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


def _judged(name: str, margin: float, compared: Compared, card: MetricCard, independent: int) -> Margin:
    interval = compared.difference.ci95
    if interval is None or independent < FEWEST_GROUPS:
        reason = compared.difference.reason if interval is None else f"{independent} independent groups are too few, {FEWEST_GROUPS} are the least"
        sentence = f"{name} has no interval of its difference to judge: {reason}."
        return Margin(metric=name, margin=margin, passed=False, sentence=sentence)
    worst = interval[0] if card.direction == "higher" else -interval[1]
    end = "lower" if card.direction == "higher" else "upper"
    sentence = (
        f"{name} may be worse by {margin:g}; the {end} end of its difference is {interval[0] if card.direction == 'higher' else interval[1]:+.4g}."
    )
    return Margin(metric=name, margin=margin, passed=worst >= -margin, sentence=sentence)
