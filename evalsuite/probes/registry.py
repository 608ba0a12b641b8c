"""Every probe by its name, and whether names are names of probes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from assistant.api import Gate, UserError
from evalsuite.prediction import Prediction
from evalsuite.probes.bbq import BBQ
from evalsuite.probes.bias import BIAS
from evalsuite.probes.canaries import CANARIES
from evalsuite.probes.case import CASE
from evalsuite.probes.consistency import CONSISTENCY
from evalsuite.probes.crows_pairs import CROWS_PAIRS
from evalsuite.probes.distraction import DISTRACTION
from evalsuite.probes.over_refusal import OVER_REFUSAL
from evalsuite.probes.personal_data import PERSONAL_DATA
from evalsuite.probes.probe import Heard, Material, Probe, Reply, Tools
from evalsuite.probes.provocation import PROVOCATION
from evalsuite.probes.recall import RECALL
from evalsuite.probes.rewording import REWORDING
from evalsuite.probes.typos import TYPOS

PROBES: dict[str, Probe] = {
    probe.name: probe
    for probe in (
        CONSISTENCY,
        TYPOS,
        CASE,
        DISTRACTION,
        REWORDING,
        PROVOCATION,
        OVER_REFUSAL,
        BIAS,
        BBQ,
        CROWS_PAIRS,
        RECALL,
        CANARIES,
        PERSONAL_DATA,
    )
}
"""In the order in which a scorecard shows them."""
KNOWN = (*PROBES, "fluency")
"""Fluency asks nothing: the base weighs the answers that are there."""


def check_probes(names: Iterable[str]) -> None:
    """Look at the names before anything slow runs.

    Raises:
        UserError: A name is no probe's, or stands there twice.
    """
    seen: set[str] = set()
    for name in names:
        if name not in KNOWN:
            # Names that differ in case or in marks alone (over-refusal, BBQ) are nearer than any ratio says.
            plain = {_letters(known): known for known in KNOWN}
            near = plain.get(_letters(name)) or next(iter(difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.5)), None)
            raise UserError(f"there is no probe {name!r}", f"Did you mean {near}?" if near else f"There are {', '.join(KNOWN)}.")
        if name in seen:
            raise UserError(f"the probe {name!r} is named twice", "Name each probe once in evaluation.probes.")
        seen.add(name)


def figures_for(gates: Iterable[Gate], probes: Sequence[Probe], material: Material) -> list[str]:
    """The names of the figures of these probes, for gates.

    Raises:
        UserError: A gate is on a figure of a probe that is not asked.
    """
    names = figure_names(probes, material)
    unknown = [gate.metric for gate in gates if gate.metric not in names]
    for probe in PROBES.values():
        if probe not in probes:
            for metric in set(unknown) & set(figure_names([probe], material)):
                raise UserError(
                    f"a gate names {metric!r}, a figure of the probe {probe.name}, which is not asked", f"Add {probe.name} to evaluation.probes."
                )
    return names


def figure_names(probes: Iterable[Probe], material: Material) -> list[str]:
    """What the figures of these probes are called: those of answers that nobody has given."""
    tools = Tools(lambda texts: [0.0] * len(texts), lambda pairs: [0.0] * len(pairs), str, str)
    answers = {example.id: Prediction(example.id, "", example.answers, example.group, example.question) for example in material.examples}
    found = []
    for probe in probes:
        replies = [Reply(question, "", "stop") for question in probe.questions(material)]
        found += [measure.metric.name for measure in probe.judge(Heard(replies, (), answers, material, tools))]
    return found


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()
