"""Every metric by its name; and which of them a recipe or `--metrics` asks for."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from assistant.api import Gate, UserError
from evalsuite.metrics import semantic, toxicity
from evalsuite.metrics.bleu import BLEU
from evalsuite.metrics.chrf import CHRF
from evalsuite.metrics.exact_match import EXACT_MATCH
from evalsuite.metrics.external import External
from evalsuite.metrics.f1 import F1
from evalsuite.metrics.metric import Metric
from evalsuite.metrics.rouge import ROUGE1, ROUGE2, ROUGE_L, ROUGE_LSUM
from evalsuite.metrics.speed import SPEED
from evalsuite.similarity import Encoder, find_encoder
from evalsuite.toxicity.classifier import Classifier

TEXT: dict[str, Metric] = {metric.name: metric for metric in (EXACT_MATCH, F1, BLEU, CHRF, ROUGE1, ROUGE2, ROUGE_L, ROUGE_LSUM)}
"""Metrics that need an answer and its references, and nothing else."""

BY_MODEL = (*toxicity.NAMES, *semantic.NAMES)
"""Metrics that a classifier or an encoder makes, which is only loaded where one of them is asked for."""


def split_names(text: str) -> tuple[str, ...]:
    """The names in `--metrics a,b`."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def check_names(names: Iterable[str], folder: Path) -> None:
    """Look at the names before anything slow runs.

    Raises:
        UserError: A name is no metric's, or a script does not exist; or there is no name.
    """
    names = tuple(names)
    if not names:
        raise UserError("no metric is named", f"Name some of {', '.join((*TEXT, 'toxicity', *semantic.NAMES))}.")
    scripts: dict[str, Path] = {}
    for name in names:
        if name.endswith(".py"):
            script = External.find(name, folder)
            if script.name in {*TEXT, *BY_MODEL, *SPEED} or scripts.setdefault(script.name, script.path) != script.path:
                raise UserError(f"the metric script {script.path} is called {script.name!r}, as another metric is", "Rename the script.")
        elif name not in TEXT and name not in BY_MODEL:
            raise UserError(f"there is no metric {name!r}", _nearest(name, (*TEXT, *BY_MODEL)))


def check_gates(gates: Iterable[Gate], names: Iterable[str]) -> None:
    """Look at what gates name before anything slow runs.

    Raises:
        UserError: A gate names what no evaluation measures.
    """
    known = {*TEXT, *BY_MODEL, *SPEED, *(Path(name).stem for name in names if name.endswith(".py"))}
    for gate in gates:
        if gate.metric not in known:
            raise UserError(f"a gate names {gate.metric!r}, which no metric is called", _nearest(gate.metric, sorted(known)))


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
        Metrics of this project; and metrics of the `evaluate` library.

    Raises:
        UserError: As `check_names`; or the encoder is asked for and cannot be fetched.
    """
    check_names(names, folder)
    found: dict[str, Metric] = {}
    scripts: dict[str, External] = {}
    for name in names:
        if name.endswith(".py"):
            script = External.find(name, folder)
            scripts[script.name] = script
        elif name in TEXT:
            found[name] = TEXT[name]
        elif name in semantic.NAMES:
            found.update((metric.name, metric) for metric in semantic.semantic_metrics(encoder()) if metric.name == name)
        elif not found.keys() & set(toxicity.NAMES):
            # The mean and the rate come from one reading of the answers: whoever asks for one gets both.
            found.update((metric.name, metric) for metric in toxicity.toxicity_metrics(classifier()))
    return list(found.values()), list(scripts.values())


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    # Names that differ in case or in marks alone (rouge-l, ROUGEL) are nearer than any ratio says.
    plain = {"".join(filter(str.isalnum, each)).lower(): each for each in known}
    same = plain.get("".join(filter(str.isalnum, name)).lower())
    if same or near:
        return f"Did you mean {same or near[0]}?"
    return f"There are {', '.join(known)}."
