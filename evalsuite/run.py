"""The four stages of `evalsuite run`, one after another; a finished one is found and not done again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.api import (
    Chosen,
    DataError,
    Examples,
    Home,
    RecipeError,
    Target,
    TargetError,
    UserError,
    base_of,
    choose_engine,
    examples_of,
    find_target,
    fingerprint_of_value,
    load_recipe,
    read_jsonl,
    sampling_of,
    say,
)
from evalsuite.aggregate import Examined, Setup, aggregate
from evalsuite.evaluation import Evaluation, evaluation_of, home_words, is_answered, readable
from evalsuite.generate import Plan, Voice, generate
from evalsuite.metrics.registry import check_gates
from evalsuite.prediction import LONGEST, Prediction
from evalsuite.report import write_reports
from evalsuite.scorecard import ExamplesCard, Scorecard
from evalsuite.scores import Order, Scores, identity, order, read_scores, score, write_scores
from evalsuite.timings import read_timings
from evalsuite.toxicity.classifier import find_classifier

ChooseEngine = Callable[[Target, Home], Chosen]

OWN_KEYS = ("generation", "engine", "evaluation", "gates")
"""What a finished version can be examined with otherwise than its own recipe says."""


@dataclass(frozen=True)
class Options:
    """What a user said beside the target.

    Attributes:
        recipe: A recipe file: for a base its prompt and data, for a version other settings and gates.
        overrides: `key.path=value` over the recipe.
        data: Examples from this file, all of them; None for the test split.
        limit: Only so many, chosen by hash; None for all.
        with_base: Ask the untrained base as well.
        again: Do finished stages anew.
    """

    recipe: Path | None = None
    overrides: Sequence[str] = ()
    data: Path | None = None
    limit: int | None = None
    with_base: bool = True
    again: bool = False


def run(text: str, home: Home, options: Options, choose: ChooseEngine = choose_engine) -> tuple[Evaluation, Scorecard]:
    """Evaluate a target and write its scorecard.

    Args:
        text: A version, or a base.
        home: The workspace.
        options: What the user said.
        choose: Finds what answers; a test gives its own.

    Raises:
        UserError: Before anything slow runs: the target, the recipe, a metric, a gate or the data is wrong.
    """
    target = wanted_target(text, home, options)
    settings = target.recipe.evaluation
    wanted = order(
        settings.metrics, target.folder, lambda: find_classifier(settings.toxicity.checkpoint, settings.toxicity.sha256, target.folder), settings.seed
    )
    check_gates(target.recipe.gates, settings.metrics)
    examples = _limited(examples_of(target, home, file=options.data), options.limit)
    examined = _examine(target, home, examples, options, wanted, choose)
    bare = options.with_base and target.kind == "version"
    if bare and target.recipe.engine.name == "remote":
        say("the bare base is not asked: behind a server there is one model, and it would be compared with itself")
        bare = False
    base = _examine(base_of(target), home, examples, options, wanted, choose) if bare else None
    setup = Setup(
        examples=_examples_card(examples, options.limit),
        sampling=sampling_of(target.recipe),
        latency_requests=min(settings.latency_requests, len(examples.items)),
        commands=_commands(target, examined.evaluation, options, home),
    )
    card = aggregate(examined, base, setup)
    write_reports(examined.evaluation.folder, card)
    return examined.evaluation, card


def wanted_target(text: str, home: Home, options: Options) -> Target:
    """The target with the recipe that is to examine it.

    Raises:
        TargetError: There is no such target.
        RecipeError: The recipe or an override is wrong, or changes what a finished version cannot change.
    """
    if options.recipe is not None:
        return find_target(text, home, load_recipe(options.recipe, options.overrides))
    try:
        target = find_target(text, home)
    except TargetError as error:
        raise TargetError(error.what, f"{error.todo} A base needs --recipe for its prompt and data.") from None
    if not options.overrides:
        return target
    for override in options.overrides:
        key = override.partition("=")[0].strip()
        if key.partition(".")[0] not in OWN_KEYS:
            raise RecipeError(
                f"--set {key} cannot change {target.label}, which is finished", f"Keys under {', '.join(OWN_KEYS)} can be set for an evaluation."
            )
    assert target.version is not None, "a target that is no version comes with a recipe"
    return find_target(text, home, load_recipe(target.version.folder, options.overrides))


def _examine(target: Target, home: Home, examples: Examples, options: Options, wanted: Order, choose: ChooseEngine) -> Examined:
    """The first two stages for one target."""
    evaluation = _answered(target, home, examples, options, choose)
    predictions = _predictions(evaluation, examples)
    scores = _scored(evaluation, predictions, wanted, options.again)
    return Examined(target, evaluation, predictions, scores, read_timings(evaluation))


def _answered(target: Target, home: Home, examples: Examples, options: Options, choose: ChooseEngine) -> Evaluation:
    """The evaluation with the target's answers in it."""
    settings = target.recipe.evaluation
    plan = Plan(sampling_of(target.recipe), settings.batch_size, settings.latency_requests)
    chosen = choose(target, home)
    inputs: dict[str, Any] = {
        "target": target.fingerprint,
        "examples": examples.fingerprint,
        "limit": options.limit,
        **asdict(plan),
        "engine": dict(chosen.key),
    }
    evaluation = evaluation_of(home, target.label, inputs)
    if is_answered(evaluation, inputs) and not options.again:
        say(f"already answered: {evaluation.folder}")
        return evaluation
    say(f"{target.label}: loading")
    with Voice(chosen.open) as voice:
        generate(evaluation, voice.engine, examples.items, plan, inputs)
    return evaluation


def _predictions(evaluation: Evaluation, examples: Examples) -> list[Prediction]:
    """The answers, one for each example in their order.

    Raises:
        DataError: The file was changed since.
    """
    with readable(evaluation.predictions):
        predictions = [Prediction.from_json(row) for row in read_jsonl(evaluation.predictions)]
        if [prediction.id for prediction in predictions] != [example.id for example in examples.items]:
            raise ValueError(f"{len(predictions)} answers to other questions than the {len(examples.items)} that were asked")
    return predictions


def _scored(evaluation: Evaluation, predictions: Sequence[Prediction], wanted: Order, again: bool) -> Scores:
    """The scores of the answers, read or made."""
    key = identity(predictions, wanted)
    found = None if again else read_scores(evaluation.folder, predictions, key)
    if found is not None:
        say(f"already scored: {evaluation.folder}")
        return found
    scores = score(predictions, wanted)
    write_scores(evaluation.folder, scores, predictions, key)
    return scores


def _limited(examples: Examples, limit: int | None) -> Examples:
    if not examples.items:
        raise UserError(f"{examples.source} holds no examples", "Name a file of questions and answers with --data.")
    for example in examples.items:
        if max(map(len, example.answers)) > LONGEST:
            raise DataError(f"an answer of example {example.id!r} holds more than {LONGEST:,} characters", "Cut it, or leave the example out.")
    if limit is None or limit >= len(examples.items):
        return examples
    # By hash, not the first: neighbours in a file share a topic, and a trial should meet many.
    chosen = {example.id for example in sorted(examples.items, key=lambda example: fingerprint_of_value(example.id))[:limit]}
    return Examples(tuple(example for example in examples.items if example.id in chosen), examples.fingerprint, examples.source)


def _examples_card(examples: Examples, limit: int | None) -> ExamplesCard:
    items = examples.items
    return ExamplesCard(
        source=examples.source, fingerprint=examples.fingerprint, n=len(items), groups=len({example.group for example in items}), limit=limit
    )


def _commands(target: Target, evaluation: Evaluation, options: Options, home: Home) -> tuple[str, ...]:
    """How to get this record again, and how to judge and render it anew."""
    where = home_words(home)
    name = target.label if target.kind == "version" else target.recipe.base
    words = ["evalsuite", "run", name]
    for flag, value in (("--recipe", options.recipe), ("--data", options.data), ("--limit", options.limit)):
        words += [flag, str(value)] if value is not None else []
    for override in options.overrides:
        words += ["--set", override]
    words += [] if options.with_base else ["--no-base"]
    return (
        shlex.join([*words, "--again", *where]),
        shlex.join(["evalsuite", "report", evaluation.run, *where]),
        shlex.join(["evalsuite", "gate", evaluation.run, *where]),
    )
