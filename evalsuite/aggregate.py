"""Third stage: scores and timings in, the scorecard out.

Knows no engine and no page: what it needs of a run is read from the run's files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from assistant.api import Leakage, Recipe, Sampling, Target, sampling_of
from evalsuite.answers import answers_of, best_and_worst, ranking_metric
from evalsuite.caveats import caveats, decisions, leakage_caveat, troubles
from evalsuite.examined import Examined
from evalsuite.figures import Resampled, differences, figures_of_each, statistics_of_references
from evalsuite.flags import flags_of
from evalsuite.gates import Grounds, judge_on
from evalsuite.leakage.card import leakage_card
from evalsuite.machine_record import TIMED, machine_of, timed_cards
from evalsuite.previous import Previous, previous_of
from evalsuite.probe_cards import probe_cards
from evalsuite.record.doubts import FlagCard, LeakageCard, SelfCheckCard
from evalsuite.record.figure import Figure
from evalsuite.record.probes import ProbeCard, probe_figures
from evalsuite.scorecard import ExamplesCard, Scorecard, Settings, Slice
from evalsuite.slices import slices_of


@dataclass(frozen=True)
class Setup:
    """How both targets were asked and are judged.

    Attributes:
        examples: What was asked.
        sampling: How tokens were chosen; None where the answers came as a file.
        latency_requests: Questions asked one at a time.
        leakage: What of the examples stands in what the target learned from; or why that is not known.
        given: The recipe that a user examined a version by; None for the version's own.
        missing: Metrics that cannot be measured on this machine, and why.
        previous_reason: Why no previous release was asked although there is one; None for a first release.
        previous_leakage: What of the examples stands in what the previous release learned from; or why that is not known.
        commands: How to run it again.
    """

    examples: ExamplesCard
    sampling: Sampling | None
    latency_requests: int
    leakage: Leakage | str
    given: Recipe | None
    missing: Mapping[str, str]
    previous_reason: str | None
    previous_leakage: Leakage | str | None
    commands: tuple[str, ...]


@dataclass(frozen=True)
class _Quality:
    """The figures of every side that was examined.

    Attributes:
        target: The target's, as they were resampled.
        figures: The same with those that cannot be resampled.
        references: What the classifier of toxicity gives the references.
        base: The base's, with those that cannot be resampled; None if it was not asked.
        to_base: Target minus base; None if it was not asked.
        previous: The previous release's, and how the target differs from it; None if it was not asked.
    """

    target: Resampled
    figures: dict[str, Figure]
    references: Resampled
    base: dict[str, Figure] | None
    to_base: dict[str, Figure] | None
    previous: Previous | None


def aggregate(examined: Examined, base: Examined | None, previous: Examined | None, setup: Setup) -> Scorecard:
    """The record of one evaluation.

    Args:
        examined: The target.
        base: The untrained base on the same examples; None if it was not asked.
        previous: The release before on the same examples; None if it was not asked.
        setup: How all were asked.
    """
    recipe, scores = examined.target.recipe, examined.scores
    settings = recipe.evaluation
    quality = _quality(examined, base, previous)
    probes = probe_cards(examined.probes, base.probes if base else None, previous.probes if previous else None, settings.resamples, settings.seed)
    wanted = {gate.slice for gate in recipe.gates if gate.slice}
    slices, left_out = slices_of(
        examined.predictions,
        scores,
        base.scores if base else None,
        settings.resamples,
        settings.seed,
        previous.scores if previous else None,
        wanted,
    )
    grounds = _grounds(examined, quality, probes, slices, setup)
    gates = judge_on(grounds, [gate for gate in recipe.gates if gate.metric not in TIMED])
    answers = answers_of(examined.predictions, base.predictions if base else None)
    checks = tuple(SelfCheckCard(name=each.name, passed=each.passed, sentence=each.sentence) for each in scores.checks)
    unanswered = {each.id: each.error for each in examined.predictions if each.error is not None}
    deaths = examined.timed.deaths
    leaked = _leaked(examined, setup)
    flags = _flags(examined, base, setup)
    best, worst = best_and_worst(examined.predictions, scores, base.predictions if base else None, base.scores if base else None)
    return Scorecard(
        run=examined.evaluation.run,
        title=examined.target.label,
        description=recipe.description,
        notice=recipe.notice,
        target=examined.subject,
        base=base.subject if base else None,
        previous=previous.subject if previous else None,
        previous_reason=setup.previous_reason,
        examples=setup.examples,
        settings=_settings(recipe, setup),
        order=tuple(scores.cards),
        metrics=scores.cards,
        figures={name: quality.figures[name] for name in scores.cards},
        base_figures={name: quality.base[name] for name in scores.cards} if quality.base else None,
        differences=quality.to_base,
        previous_figures=quality.previous.figures if quality.previous else None,
        previous_differences=quality.previous.differences if quality.previous else None,
        reference_figures=quality.references.figures,
        reference_differences=differences(quality.target, quality.references),
        slices=slices,
        slices_left_out=left_out,
        answers=answers,
        base_answers=answers_of(base.predictions, None) if base else None,
        ranked_by=ranking_metric(scores),
        best=best,
        worst=worst,
        probes=probes,
        probes_reason=None if probes else _no_probes(examined.target),
        leakage=leaked,
        leakage_reason=setup.leakage if isinstance(setup.leakage, str) else None,
        flags=flags,
        toxicity=scores.toxicity,
        not_measured={**_not_measured(recipe, quality.figures), **setup.missing, **_not_asked(examined.target)},
        self_checks=checks,
        metric_failures={name: dict(failed) for name, failed in scores.failures.items()},
        unanswered=unanswered,
        engine_deaths=deaths,
        warnings=(
            *troubles(checks, scores.failures, unanswered, deaths, len(examined.predictions)),
            *filter(None, [leakage_caveat(leaked) if leaked else None]),
            *_unlike(examined, base, previous, setup),
            *caveats(setup.examples, quality.figures, scores.cards, answers, recipe.generation.max_new_tokens),
            *decisions(gates, grounds.figures, slices, grounds.cards, _sides(quality, base, previous)),
        ),
        gates=gates,
        commands=setup.commands,
        speed_metrics=timed_cards(settings.price),
        measured_on=machine_of(examined, base, grounds, gates, flags),
    )


def _quality(examined: Examined, base: Examined | None, previous: Examined | None) -> _Quality:
    scores, settings = examined.scores, examined.target.recipe.evaluation
    samples = [(scores.metrics, scores.statistics), (scores.metrics, statistics_of_references(scores.references))]
    if base:
        samples.append((base.scores.metrics, base.scores.statistics))
    groups = [prediction.group for prediction in examined.predictions]
    target, references, *more = figures_of_each(samples, groups, settings.resamples, settings.seed)
    return _Quality(
        target,
        {**target.figures, **scores.fixed},
        references,
        {**more[0].figures, **base.scores.fixed} if base else None,
        differences(target, more[0]) if base else None,
        previous_of(target, scores, previous.scores, settings.resamples, settings.seed) if previous else None,
    )


def _unlike(examined: Examined, base: Examined | None, previous: Examined | None, setup: Setup) -> Iterator[str]:
    """What the sides have not in common, so that a difference may be its doing."""
    for other in filter(None, (base, previous)):
        about, theirs = examined.timed.about, other.timed.about
        if any(about[name] != theirs[name] for name in ("engine", "precision")):
            by = f"{theirs['engine']} {theirs['precision']}"
            yield f"{other.target.label} answered by {by}, not by {about['engine']} {about['precision']}: part of a difference may be theirs."
        asked, sampled = asdict(sampling_of(other.target.recipe)), asdict(setup.sampling) if setup.sampling else {}
        unlike = [f"{name} {asked[name]}, not {value}" for name, value in sampled.items() if asked[name] != value]
        if unlike:
            yield f"{other.target.label} was asked otherwise: {'; '.join(unlike)}."
    if previous and isinstance(setup.previous_leakage, Leakage):
        known = len(examined.predictions) - len(setup.previous_leakage.clean)
        if known:
            yield f"{known} of the questions share something with what {previous.target.label} was trained on: its figures may flatter it."


def _sides(quality: _Quality, base: Examined | None, previous: Examined | None) -> dict[str, dict[str, Figure]]:
    """How the target differs from the base and from the previous release, by what they are called."""
    found: dict[str, dict[str, Figure]] = {}
    if base:
        found["the base"] = quality.to_base or {}
    if previous and quality.previous:
        found[previous.target.label] = quality.previous.differences
    return found


def _leaked(examined: Examined, setup: Setup) -> LeakageCard | None:
    settings = examined.target.recipe.evaluation
    return (
        None
        if isinstance(setup.leakage, str)
        else leakage_card(setup.leakage, examined.predictions, examined.scores, settings.resamples, settings.seed)
    )


def _flags(examined: Examined, base: Examined | None, setup: Setup) -> tuple[FlagCard, ...]:
    """Reasons to take the figures for those of something else than what was released."""
    about = examined.timed.about
    mine, theirs = examined.weighed, base.weighed if base else None
    alike = base is not None and all(base.timed.about[name] == about[name] for name in ("engine", "precision"))
    weighed = (mine, theirs) if mine is not None and theirs is not None and alike else None
    found = flags_of(examined.target, about["engine"], about["precision"], setup.given, weighed)
    return tuple(FlagCard(name=flag.name, severity=flag.severity, sentence=flag.sentence) for flag in found)


def _grounds(examined: Examined, quality: _Quality, probes: tuple[ProbeCard, ...], slices: tuple[Slice, ...], setup: Setup) -> Grounds:
    """What gates are judged on; a base is its own base."""
    absent = {name: Figure(value=None, ci95=None, n=0, reason=reason) for name, reason in setup.missing.items()}
    figures = {**absent, **quality.figures, **probe_figures(probes)}
    base = None if quality.base is None else {**quality.base, **probe_figures(probes, "base")}
    before: dict[str, Figure] | None = None if setup.previous_reason is None else {}
    if quality.previous is not None:
        before = {**quality.previous.differences, **probe_figures(probes, "previous_difference")}
    return Grounds(
        figures,
        figures if examined.target.kind == "base" else base,
        before,
        {**examined.scores.cards, **{figure.name: figure.card for probe in probes for figure in probe.figures}},
        slices,
    )


def _no_probes(target: Target) -> str:
    return "the answers came as a file: nothing further could be asked" if target.kind == "file" else "the recipe names none (evaluation.probes)"


def _not_asked(target: Target) -> dict[str, str]:
    """What a recipe asks for in vain where the answers came as a file."""
    settings = target.recipe.evaluation
    asked = {"probes": bool(settings.probes), "repeats": settings.repeats > 1, "load": bool(settings.load), "shots": settings.shots > 0}
    return {name: "the answers came as a file" for name, wanted in asked.items() if wanted} if target.kind == "file" else {}


def _settings(recipe: Recipe, setup: Setup) -> Settings:
    return Settings(
        sampling=asdict(setup.sampling) if setup.sampling else {},
        batch_size=recipe.evaluation.batch_size,
        latency_requests=setup.latency_requests,
        resamples=recipe.evaluation.resamples,
        seed=recipe.evaluation.seed,
    )


def _not_measured(recipe: Recipe, figures: dict[str, Figure]) -> dict[str, str]:
    """What a reader may look for in vain, and why; figures of speed say so themselves."""
    found = {name: figure.reason for name, figure in figures.items() if figure.value is None and figure.reason}
    if "toxicity" not in figures:
        found["toxicity"] = "it is not among the recipe's evaluation.metrics"
    found["contradiction"] = "it takes a model of entailment, and none comes with this program"
    return found
