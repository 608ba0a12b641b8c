"""An evaluation beside the previous release's: differences in pairs, of all examples and of slices, for gates on `no_worse`.

Asks no engine. Which release is the previous one is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from assistant.api import Home
from evalsuite.evaluation import Evaluation, find_evaluation
from evalsuite.figures import Resampled, differences, figures_of
from evalsuite.record.figure import Figure
from evalsuite.record.probes import ProbeCard
from evalsuite.scorecard import Scorecard, Slice
from evalsuite.scores import Scores
from evalsuite.sides import Side, comparable, matched, read_side, resampled_sides, shared_groups

TWO_WAYS = "it was measured in two ways, so that the two cannot be compared"


@dataclass(frozen=True)
class Previous:
    """What a scorecard says of the previous release.

    Attributes:
        figures: Its quality, by metric of the target.
        differences: Target minus previous release, by metric.
    """

    figures: dict[str, Figure]
    differences: dict[str, Figure]


def previous_of(target: Resampled, scores: Scores, previous: Scores, resamples: int, seed: int) -> Previous:
    """Figures of the previous release, and how the target differs from it.

    Args:
        target: The target's figures, made with the same resamples and seed.
        scores: The target's scores.
        previous: The previous release's scores of the same examples, in the same order.
        resamples: Bootstrap resamples.
        seed: Of the resamples.
    """
    resampled = figures_of(previous.metrics, previous.statistics, target.groups, resamples, seed)
    figures = {**resampled.figures, **previous.fixed}
    return Previous({name: figure for name, figure in figures.items() if name in scores.cards}, differences_to(target, scores, resampled, previous))


def differences_to(target: Resampled, scores: Scores, previous: Resampled, previous_scores: Scores) -> dict[str, Figure]:
    """Target minus previous release in pairs; null, with the reason, of a metric that the two were measured by in two ways."""
    found = differences(target, previous)
    for name in found:
        if scores.cards[name].signature != previous_scores.cards[name].signature:
            found[name] = Figure(value=None, ci95=None, n=0, reason=TWO_WAYS)
    return found


@dataclass(frozen=True)
class Beside:
    """A scorecard with another evaluation as its previous one.

    Attributes:
        card: The same but for `previous`, its figures and differences, those of the slices asked for among them.
        left_out: Questions of the scorecard that the other was not asked.
    """

    card: Scorecard
    left_out: int


def beside(evaluation: Evaluation, other: str, home: Home, wanted: Collection[str]) -> Beside:
    """A finished evaluation with another as its previous one, over the questions that both were asked.

    Args:
        evaluation: The later one.
        other: The earlier one: its name, the beginning of it, or its folder.
        home: The workspace.
        wanted: Slices whose differences are needed, `tag=value`.

    Raises:
        UserError: They share no question, or one of them has no whole scores.
    """
    old, new, left_out = matched(read_side(find_evaluation(other, home)), read_side(evaluation))
    card = new.card
    figures, gaps = _pair(old, new, card)
    slices = tuple(_with_differences(part, old, new, card) if f"{part.tag}={part.value}" in wanted else part for part in card.slices)
    found = {
        "previous": old.card.target,
        "previous_reason": None,
        "previous_figures": figures,
        "previous_differences": gaps,
        "slices": slices,
        "probes": tuple(map(_unpaired, card.probes)),
    }
    return Beside(card.model_copy(update=found), left_out["after"])


def _unpaired(probe: ProbeCard) -> ProbeCard:
    """A probe without the release that it was compared with: what the other one answered to it is not paired."""
    nothing = Figure(value=None, ci95=None, n=0, reason="what two finished evaluations answered to a probe is not paired")
    figures = tuple(figure.model_copy(update={"previous": None, "previous_difference": nothing}) for figure in probe.figures)
    return probe.model_copy(update={"figures": figures})


def _pair(old: Side, new: Side, card: Scorecard) -> tuple[dict[str, Figure], dict[str, Figure]]:
    names, reasons = comparable(old, new)
    first, second = resampled_sides(old, new, names, shared_groups(old, new), card.settings.resamples, card.settings.seed)
    refused = {name: Figure(value=None, ci95=None, n=0, reason=reason) for name, reason in reasons.items() if name in card.metrics}
    return first.figures, {**refused, **differences(second, first)}


def _with_differences(part: Slice, old: Side, new: Side, card: Scorecard) -> Slice:
    places = [place for place, prediction in enumerate(new.predictions) if prediction.tags.get(part.tag) == part.value]
    gaps = _pair(old.at(places), new.at(places), card)[1] if places else {}
    return part.model_copy(update={"previous_differences": gaps})
