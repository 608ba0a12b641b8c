"""Every metric by its name; and which of them a recipe or `--metrics` asks for."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from assistant.api import Gate, UserError
from evalsuite.cost import COST
from evalsuite.metrics import bleu_options, chrf_options, endings, exact_match, f1, numeric, rouge_options, semantic, toxicity
from evalsuite.metrics.completeness import COMPLETENESS
from evalsuite.metrics.external import External
from evalsuite.metrics.facts import FACTS
from evalsuite.metrics.form import LENGTH_RATIO, REPETITION
from evalsuite.metrics.metric import Metric
from evalsuite.metrics.options import Family, described, read_options, split_name
from evalsuite.metrics.own import declares_a_metric, own_metric
from evalsuite.metrics.personal_data import PERSONAL_DATA
from evalsuite.metrics.speed import SPEED
from evalsuite.similarity import Encoder, find_encoder
from evalsuite.toxicity.classifier import Classifier

_FAMILIES: tuple[Family, ...] = (
    exact_match.FAMILY,
    f1.F1_FAMILY,
    f1.PRECISION_FAMILY,
    f1.RECALL_FAMILY,
    bleu_options.FAMILY,
    chrf_options.FAMILY,
    *rouge_options.FAMILIES,
)
_PLAIN = (numeric.NUMERIC_MATCH, *FACTS, COMPLETENESS, REPETITION, LENGTH_RATIO, *endings.ENDINGS, PERSONAL_DATA)


def _without_options(metric: Metric) -> Family:
    return Family(metric, {}, lambda: metric)


FAMILIES: dict[str, Family] = {family.plain.name: family for family in (*_FAMILIES, *map(_without_options, _PLAIN))}
"""Every metric that needs an answer and what belongs to it, and nothing else, with the options that it can be asked with."""


class TextMetrics(Mapping[str, Metric]):
    """The metrics that need no classifier, by name.

    Walked through, it gives each as it usually is. Asked by name, it also knows those with options:
    `TEXT["bleu(order=2)"]`, which is called so.
    """

    def __getitem__(self, name: str) -> Metric:
        try:
            return _text_metric(name)
        except UserError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(FAMILIES)

    def __len__(self) -> int:
        return len(FAMILIES)


TEXT = TextMetrics()


@cache
def _text_metric(name: str) -> Metric:
    """The metric of this name, with options or without.

    Raises:
        UserError: There is none, or an option is wrong.
    """
    plain, text = split_name(name)
    family = FAMILIES.get(plain)
    if family is None:
        raise UserError(f"there is no metric {name!r}", _advice(name, plain))
    if text is None:
        return family.plain
    given = read_options(plain, text, family.options)
    values = {**{key: option.default for key, option in family.options.items()}, **given}
    wrong = family.check(values)
    if wrong:
        raise UserError(f"the metric {name} cannot be: {wrong}", "Leave one of them out.")
    metric = family.make(**values) if given else family.plain
    return replace(metric, name=name, title=f"{metric.title} ({described(given)})" if given else metric.title)


BY_MODEL = (*toxicity.NAMES, *semantic.NAMES)
"""Metrics that a classifier or an encoder makes, which is only loaded where one of them is asked for."""


def split_names(text: str) -> tuple[str, ...]:
    """The names in `--metrics a,b(x=1,y=2)`; a comma between parentheses parts nothing."""
    return tuple(name.strip() for name in re.split(r",(?![^()]*\))", text) if name.strip())


def check_names(names: Iterable[str], folder: Path) -> None:
    """Look at the names before anything slow runs.

    Raises:
        UserError: A name is no metric's, an option is wrong, or a script does not exist; or there is no name.
    """
    names = tuple(names)
    if not names:
        raise UserError("no metric is named", f"Name some of {', '.join((*TEXT, 'toxicity', *semantic.NAMES))}.")
    scripts: dict[str, Path | str] = {}
    for name in names:
        if External.is_one(name):
            script = External.find(name, folder)
            if script.name in {*TEXT, *BY_MODEL, *SPEED, *COST} or scripts.setdefault(script.name, script.source) != script.source:
                raise UserError(f"the metric script {script.source} is called {script.name!r}, as another metric is", "Rename the script.")
        elif name not in BY_MODEL:
            _text_metric(name)


def check_gates(gates: Iterable[Gate], names: Iterable[str], further: Callable[[], Collection[str]] = tuple) -> None:
    """Look at what gates name before anything slow runs.

    Args:
        gates: They.
        names: Of the metrics that are asked for.
        further: Tells the names of figures that are no metrics'; only asked where a gate is on one of these.

    Raises:
        UserError: A gate names what no evaluation measures, writes a metric's options otherwise than the metrics do, or is on speed or cost and
            asks for what only figures of answers have: slices, and differences in pairs.
    """
    gates, names = tuple(gates), tuple(names)
    for gate in gates:
        if gate.metric in (*SPEED, *COST):
            _check_of_a_run(gate)
    known = {*TEXT, *BY_MODEL, *SPEED, *COST, *(_called(name) for name in names)}
    unknown = [gate for gate in gates if gate.metric not in known]
    known.update(further() if unknown else ())
    for gate in unknown:
        if gate.metric in known:
            continue
        if split_name(gate.metric)[1] is None:
            raise UserError(f"a gate names {gate.metric!r}, which no metric is called", _nearest(gate.metric, sorted(known)))
        meant = _meaning(gate.metric)
        for name in names:
            if split_name(name)[1] is not None and _meaning(name) == meant:
                raise UserError(f"a gate names {gate.metric!r}, and the metric is written otherwise", f"Write {name}, as the metrics do.")


def _check_of_a_run(gate: Gate) -> None:
    kind = "speed" if gate.metric in SPEED else "cost"
    if gate.slice is not None:
        raise UserError(
            f"the gate on {gate.metric} is for the slice {gate.slice}, and a figure of {kind} is of all answers together",
            "Leave slice out, or put the gate on a figure of the answers.",
        )
    if gate.no_worse is not None:
        raise UserError(
            f"the gate on {gate.metric} is by no_worse, and a figure of {kind} is measured once in a run, so that it cannot be compared in pairs",
            "Give at_most or at_least in place of no_worse.",
        )


def choose(
    names: Sequence[str], folder: Path, classifier: Callable[[], Classifier], encoder: Callable[[], Encoder] = find_encoder
) -> tuple[list[Metric], list[External]]:
    """The metrics of these names, each once and in their order.

    Args:
        names: As in a recipe.
        folder: What paths of scripts are relative to.
        classifier: Asked for only where toxicity is.
        encoder: Asked for only where likeness of meaning is.

    Returns:
        Metrics of this project, and of one's own; and metrics of the `evaluate` library.

    Raises:
        UserError: A name is no metric's, an option is wrong, a metric of one's own fails its example, or the encoder cannot be fetched.
    """
    check_names(names, folder)
    found: dict[str, Metric] = {}
    scripts: dict[str, External] = {}
    for name in names:
        if External.is_one(name):
            script = External.find(name, folder)
            if script.path and declares_a_metric(script.path):
                found[script.name] = own_metric(script.path)
            else:
                scripts[script.name] = script
        elif name in TEXT:
            found[name] = TEXT[name]
        elif name in semantic.NAMES:
            found.update((metric.name, metric) for metric in semantic.semantic_metrics(encoder()) if metric.name == name)
        elif not found.keys() & set(toxicity.NAMES):
            # The mean and the rate come from one reading of the answers: whoever asks for one gets both.
            found.update((metric.name, metric) for metric in toxicity.toxicity_metrics(classifier()))
    return list(found.values()), list(scripts.values())


def _called(name: str) -> str:
    """What the figure of a metric is called that was asked for so."""
    return External.name_of(name) if External.is_one(name) else name


def _meaning(name: str) -> tuple[str, frozenset[tuple[str, object]]]:
    """A name with options, whichever way they are written.

    Raises:
        UserError: An option is wrong.
    """
    _text_metric(name)
    plain, text = split_name(name)
    return plain, frozenset(read_options(plain, text or "", FAMILIES[plain].options).items())


def _advice(name: str, plain: str) -> str:
    if name.count("(") != name.count(")"):
        return 'In a list in brackets a name with commas needs quotes: ["bleu(order=2,smooth=none)"].'
    return _nearest(plain, (*TEXT, *BY_MODEL))


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    # Names that differ in case or in marks alone (rouge-l, ROUGEL) are nearer than any ratio says.
    plain = {"".join(filter(str.isalnum, each)).lower(): each for each in known}
    same = plain.get("".join(filter(str.isalnum, name)).lower())
    if same or near:
        return f"Did you mean {same or near[0]}?"
    return f"There are {', '.join(known)}."
