"""Which examples are asked in the test, and which of them, beside some of the training's, probes make their questions from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.api import DataError, Example, Examples, Home, Target, UserError, examples_of, fingerprint_of_value, is_canary, training_of
from evalsuite.prediction import LONGEST
from evalsuite.probes.chance import lowest
from evalsuite.probes.probe import Material
from evalsuite.replay import examples_in
from evalsuite.shots import with_shots
from evalsuite.targets import Options

TRAINING_ROWS = 20_000
"""At most so many rows of the training split are given to probes, chosen by hash; planted secrets come on top."""


def examples_for(target: Target, home: Home, options: Options, answers_file: Path) -> Examples:
    """The examples that are asked: the target's own test split, all of a file, or what stands beside answers that came as a file.

    Raises:
        DataError: There are none, or they cannot be used.
    """
    alone = target.kind == "file" and options.recipe is None and options.data is None
    examples = examples_in(answers_file) if alone else examples_of(target, home, file=options.data)
    _check(examples)
    if options.limit is not None:
        examples = Examples(_chosen(examples.items, options.limit), examples.fingerprint, examples.source)
    return examples


def shown_before(examples: Examples, target: Target, home: Home) -> Examples:
    """The examples with as many solved ones before each as the recipe says.

    Raises:
        DataError: There are not so many.
    """
    shots = 0 if target.kind == "file" else target.recipe.evaluation.shots
    return with_shots(examples, training_of(target, home).parts[0] if shots else (), shots)


def material_of(target: Target, home: Home, examples: Sequence[Example]) -> Material:
    """What probes make their questions from."""
    settings = target.recipe.evaluation
    # What a server's model has learned from is not known: the recipe's data is what it is examined with.
    training = () if target.kind == "server" else training_of(target, home).parts[0]
    planted = [example for example in training if is_canary(example)]
    learned = _chosen([example for example in training if not is_canary(example)], TRAINING_ROWS)
    return Material(_chosen(examples, settings.probe_examples), (*learned, *planted), settings, target.folder)


def _check(examples: Examples) -> None:
    if not examples.items:
        raise UserError(f"{examples.source} holds no examples", "Name a file of questions and answers with --data.")
    for example in examples.items:
        if max(map(len, example.answers)) > LONGEST:
            raise DataError(f"an answer of example {example.id!r} holds more than {LONGEST:,} characters", "Cut it, or leave the example out.")


def _chosen(examples: Sequence[Example], count: int) -> tuple[Example, ...]:
    """So many of the examples, by hash, in their order: neighbours in a file share a topic, and a sample should meet many."""
    return tuple(lowest(examples, count, lambda example: fingerprint_of_value(example.id)))
