"""Second stage for probes: what was answered to them in, the rows of their figures out.

Knows no engine. The rows are written beside the scores, for whoever wants to look at them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from assistant.api import BaseError, say, write_jsonl
from evalsuite.evaluation import Evaluation
from evalsuite.figures import rounded
from evalsuite.metrics.toxicity import remembering
from evalsuite.prediction import Prediction
from evalsuite.probes.probe import About, Heard, Material, Measure, Probe, Tools
from evalsuite.probing import Probed
from evalsuite.similarity import find_encoder, similarity
from evalsuite.toxicity.classifier import Classifier


@dataclass(frozen=True)
class ProbeResult:
    """What was measured by a probe, or by what stands beside the probes.

    Attributes:
        about: What it finds out.
        questions: How many were asked.
        statements: How many texts were weighed.
        failed: Questions that got no answer.
        measures: Its figures, as the rows they are made from.
        reason: Why there are none.
    """

    about: About
    questions: int
    statements: int
    failed: int
    measures: tuple[Measure, ...]
    reason: str | None = None


def judge_probes(
    probes: Sequence[Probe], probed: Mapping[str, Probed], predictions: Sequence[Prediction], material: Material, tools: Tools
) -> list[ProbeResult]:
    """The figures of every probe that was asked.

    Args:
        probes: Which.
        probed: What was answered, by the probe's name.
        predictions: The answers to the test's own questions.
        material: What the questions were made from.
        tools: What reads texts.
    """
    answers = {prediction.id: prediction for prediction in predictions}
    found = []
    for probe in probes:
        said = probed[probe.name]
        failed = sum(reply.finish_reason == "failed" for reply in said.replies)
        measures: Sequence[Measure] = ()
        reason = None
        try:
            measures = probe.judge(Heard(said.replies, said.weighed, answers, material, tools))
        except BaseError as error:
            # An encoder that cannot be had here must not cost what all other probes have found.
            reason = error.what
            say(f"{probe.title}: not measured, {reason}")
        found.append(ProbeResult(probe, len(said.replies), len(said.weighed), failed, tuple(measures), reason))
    return found


def write_measures(evaluation: Evaluation, results: Sequence[ProbeResult]) -> None:
    """Write the rows of every figure of every probe."""
    write_jsonl(evaluation.folder / "measures.jsonl", (row for result in results for row in _rows(result)))


def _rows(result: ProbeResult) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for measure in result.measures:
        about = {"probe": result.about.name, "figure": measure.metric.name}
        rows.append({**about, "p": measure.p, "test": measure.test, "reason": measure.reason, "shown": [asdict(each) for each in measure.shown]})
        for name, group, statistics in zip(measure.ids, measure.groups, measure.statistics, strict=True):
            rows.append({**about, "id": name, "group": group, "statistics": [rounded(float(value)) for value in statistics]})
    return rows


def tools_of(classifier: Callable[[], Classifier]) -> Tools:
    """What reads texts for probes; the classifier and the encoder are loaded when they are first asked.

    Args:
        classifier: Finds that of toxicity.
    """
    found, encoder = cache(classifier), cache(find_encoder)
    toxicity = remembering(lambda texts: found().score(texts))
    return Tools(toxicity, lambda pairs: similarity(encoder(), pairs), lambda: found().signature, lambda: encoder().signature)
