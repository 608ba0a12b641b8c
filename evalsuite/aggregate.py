"""Third stage: scores and timings in, the scorecard out.

Knows no engine and no page: what it needs of a run is read from the run's files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.api import Gate, Recipe, Sampling, Target
from evalsuite.answers import answers_of, best_and_worst, ranking_metric
from evalsuite.caveats import caveats, decisions
from evalsuite.evaluation import Evaluation
from evalsuite.figures import Resampled, differences, figures_of_each, statistics_of_references
from evalsuite.gates import judge_all, verdict_of
from evalsuite.metrics.speed import SPEED
from evalsuite.prediction import Prediction
from evalsuite.scorecard import ExamplesCard, Figure, Judgement, Machine, Scorecard, Settings, Subject
from evalsuite.scores import Scores
from evalsuite.slices import slices_of
from evalsuite.timings import Timed, speed_cards, speed_figures


@dataclass(frozen=True)
class Examined:
    """One target with all that is known of its answers.

    Attributes:
        target: What answered.
        evaluation: Where its answers lie.
        predictions: Its answers.
        scores: What metrics say of them.
        timed: What was timed.
    """

    target: Target
    evaluation: Evaluation
    predictions: Sequence[Prediction]
    scores: Scores
    timed: Timed

    @property
    def subject(self) -> Subject:
        """What it is, for the scorecard."""
        return Subject(
            label=self.target.label,
            kind=self.target.kind,
            fingerprint=self.target.fingerprint,
            run=self.evaluation.run,
            engine=self.timed.about["engine"],
            precision=self.timed.about["precision"],
            facts=dict(self.target.facts),
        )


@dataclass(frozen=True)
class Setup:
    """How both targets were asked and are judged.

    Attributes:
        examples: What was asked.
        sampling: How tokens were chosen.
        latency_requests: Questions asked one at a time.
        commands: How to run it again.
    """

    examples: ExamplesCard
    sampling: Sampling
    latency_requests: int
    commands: tuple[str, ...]


def aggregate(examined: Examined, base: Examined | None, setup: Setup) -> Scorecard:
    """The record of one evaluation.

    Args:
        examined: The target.
        base: The untrained base on the same examples; None if it was not asked.
        setup: How both were asked.
    """
    recipe, scores = examined.target.recipe, examined.scores
    resampled, references, base_resampled = _resampled(examined, base)
    figures = {**resampled.figures, **scores.fixed}
    base_figures = {**base_resampled.figures, **base.scores.fixed} if base and base_resampled else None
    compared = differences(resampled, base_resampled) if base_resampled else None
    gates = _judged(examined, recipe.gates, figures, base_figures, speed=False)
    machine = _machine(examined, base, figures, base_figures)
    answers = answers_of(examined.predictions, base.predictions if base else None)
    best, worst = best_and_worst(examined.predictions, scores, base.predictions if base else None, base.scores if base else None)
    slices, left_out = slices_of(examined.predictions, scores, base.scores if base else None, recipe.evaluation.resamples, recipe.evaluation.seed)
    return Scorecard(
        run=examined.evaluation.run,
        title=examined.target.label,
        description=recipe.description,
        notice=recipe.notice,
        target=examined.subject,
        base=base.subject if base else None,
        examples=setup.examples,
        settings=_settings(recipe, setup),
        order=tuple(scores.cards),
        metrics=scores.cards,
        figures={name: figures[name] for name in scores.cards},
        base_figures={name: base_figures[name] for name in scores.cards} if base_figures else None,
        differences=compared,
        reference_figures=references.figures,
        reference_differences=differences(resampled, references),
        slices=slices,
        slices_left_out=left_out,
        answers=answers,
        base_answers=answers_of(base.predictions, None) if base else None,
        ranked_by=ranking_metric(scores),
        best=best,
        worst=worst,
        toxicity=scores.toxicity,
        not_measured=_not_measured(recipe, figures),
        warnings=(
            *caveats(setup.examples, figures, scores.cards, answers, setup.sampling.max_new_tokens),
            *decisions(gates, figures, compared or {}, scores.cards),
        ),
        gates=gates,
        commands=setup.commands,
        speed_metrics=speed_cards(),
        measured_on=machine,
    )


def _resampled(examined: Examined, base: Examined | None) -> tuple[Resampled, Resampled, Resampled | None]:
    """The figures of the target, of the references as far as they have any, and of the base."""
    scores, settings = examined.scores, examined.target.recipe.evaluation
    samples = [(scores.metrics, scores.statistics), (scores.metrics, statistics_of_references(scores.references))]
    if base:
        samples.append((base.scores.metrics, base.scores.statistics))
    groups = [prediction.group for prediction in examined.predictions]
    target, references, *more = figures_of_each(samples, groups, settings.resamples, settings.seed)
    return target, references, more[0] if more else None


def _judged(
    examined: Examined, gates: Sequence[Gate], figures: dict[str, Figure], base_figures: dict[str, Figure] | None, speed: bool
) -> tuple[Judgement, ...]:
    """The gates on speed, or those on quality; a base is its own base."""
    chosen = [gate for gate in gates if (gate.metric in SPEED) == speed]
    return judge_all(chosen, figures, figures if examined.target.kind == "base" else base_figures)


def _machine(examined: Examined, base: Examined | None, figures: dict[str, Figure], base_figures: dict[str, Figure] | None) -> Machine:
    gates = examined.target.recipe.gates
    speed = speed_figures(examined.timed.timings)
    base_speed = speed_figures(base.timed.timings) if base else None
    judged = _judged(examined, gates, speed, base_speed, speed=True)
    about: dict[str, Any] = examined.timed.about
    return Machine(
        date=about["date"],
        device=about["device"],
        machine=about["machine"],
        packages=about["packages"],
        speed=speed,
        base_speed=base_speed,
        gates=judged,
        verdict=verdict_of((*_judged(examined, gates, figures, base_figures, speed=False), *judged)),
    )


def _settings(recipe: Recipe, setup: Setup) -> Settings:
    return Settings(
        sampling=asdict(setup.sampling),
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
    return found
