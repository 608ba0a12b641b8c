"""`evalsuite run`: a target, its base and its previous release examined alike, one after another, and the record of it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.api import Chosen, Examples, Home, Target, TargetError, base_of, choose_engine, find_target, load_recipe, previous_of, sampling_of, say
from evalsuite.again import write_command
from evalsuite.aggregate import Setup, aggregate
from evalsuite.evaluation import Evaluation, home_words, seal
from evalsuite.examination import prepare_examination
from evalsuite.further import FLUENCY, UNWEIGHED, judge_of, judged
from evalsuite.leakage.found import find_leakage
from evalsuite.report import write_reports
from evalsuite.scorecard import ExamplesCard, Scorecard
from evalsuite.targets import Options, wanted_target

ChooseEngine = Callable[[Target, Home], Chosen]


def run(text: str, home: Home, options: Options, choose: ChooseEngine = choose_engine) -> tuple[Evaluation, Scorecard]:
    """Evaluate a target and write its scorecard.

    Args:
        text: A version, a base, a server's URL, or a file of answers.
        home: The workspace.
        options: What the user said.
        choose: Finds what answers; a test gives its own.

    Raises:
        UserError: Before anything slow runs: the target, the recipe, a metric, a probe, a gate or the data is wrong.
    """
    target = wanted_target(text, home, options)
    examination = prepare_examination(target, home, options, Path(text), choose)
    previous = _previous(target, home, options)
    judge = judge_of(target, home)
    examined = examination.of(target, target.recipe.evaluation.load)
    # The base says how fluent it finds the answers: it has not written them.
    weigh = examined.predictions if FLUENCY.name in target.recipe.evaluation.probes else ()
    base = examination.of(base_of(target), weigh_answers=weigh) if _has_bare_base(target, options) else None
    if FLUENCY.name in target.recipe.evaluation.probes and target.kind != "file":
        examined = replace(examined, probes=(*examined.probes, base.fluency if base and base.fluency else UNWEIGHED))
    before = examination.of(previous) if previous else None
    beside = before or base
    if judge:
        opinion = judged(examined, judge, beside.predictions if beside else None, home, choose, options.again)
        examined = replace(examined, probes=(*examined.probes, opinion))
    settings, anew = target.recipe.evaluation, options.again or options.rescore
    setup = Setup(
        examples=_examples_card(examination.examples, options.limit),
        sampling=None if target.kind == "file" else sampling_of(target.recipe),
        latency_requests=0 if target.kind == "file" else min(settings.latency_requests, len(examination.examples.items)),
        leakage=find_leakage(examined.evaluation.folder, target, home, examination.unshown, anew),
        given=load_recipe(options.recipe, options.overrides).recipe if options.recipe and target.kind == "version" else None,
        missing=examination.wanted.missing,
        previous_reason=_why_not_previous(target, home, options),
        previous_leakage=find_leakage(before.evaluation.folder, previous, home, examination.unshown, anew) if before and previous else None,
        commands=_commands(target.label if target.kind == "version" else text, examined.evaluation, options, home),
    )
    card = aggregate(examined, base, before, setup)
    write_reports(examined.evaluation.folder, card)
    seal(examined.evaluation)
    write_command(examined.evaluation, target, text, replace(options, against=previous.label if options.against and previous else None))
    return examined.evaluation, card


def _has_bare_base(target: Target, options: Options) -> bool:
    if not options.with_base or target.kind != "version":
        return False
    if target.recipe.engine.name == "remote":
        say("the bare base is not asked: behind a server there is one model, and it would be compared with itself")
        return False
    return True


def _previous(target: Target, home: Home, options: Options) -> Target | None:
    """The release that this one is compared with: the one that was named, or the version before."""
    if options.against is None:
        return previous_of(target, home) if options.with_previous else None
    if not options.with_previous:
        raise TargetError("--against names a previous release, and --no-previous asks for none", "Leave one of them out.")
    other = find_target(options.against, home)
    if other.fingerprint == target.fingerprint:
        raise TargetError(f"{options.against} is what is examined: nothing is worse than itself", "Name another version with --against.")
    recipe = target.recipe
    return replace(other, recipe=other.recipe.model_copy(update={"evaluation": recipe.evaluation, "gates": recipe.gates}))


def _why_not_previous(target: Target, home: Home, options: Options) -> str | None:
    """Why the version before was not asked; None where it was, or where there is none."""
    if options.with_previous or previous_of(target, home) is None:
        return None
    return "it was not asked (--no-previous)"


def _examples_card(examples: Examples, limit: int | None) -> ExamplesCard:
    items = examples.items
    return ExamplesCard(
        source=examples.source, fingerprint=examples.fingerprint, n=len(items), groups=len({example.group for example in items}), limit=limit
    )


def _commands(text: str, evaluation: Evaluation, options: Options, home: Home) -> tuple[str, ...]:
    """How to get this record again, and how to judge and render it anew."""
    where = home_words(home)
    words = ["evalsuite", "run", text]
    for flag, value in (
        ("--model", options.model),
        ("--recipe", options.recipe),
        ("--data", options.data),
        ("--limit", options.limit),
        ("--against", options.against),
    ):
        words += [flag, str(value)] if value is not None else []
    for override in options.overrides:
        words += ["--set", override]
    words += [] if options.with_base else ["--no-base"]
    words += [] if options.with_previous else ["--no-previous"]
    return (
        shlex.join([*words, "--again", *where]),
        shlex.join(["evalsuite", "report", evaluation.run, *where]),
        shlex.join(["evalsuite", "gate", evaluation.run, *where]),
    )
