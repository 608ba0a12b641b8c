"""Material for probes, and what an assistant with a known memory would answer to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.api import EvaluationSettings, Example
from evalsuite.prediction import Prediction
from evalsuite.probes.probe import Heard, Material, Measure, Probe, Question, Reply, Statement, Tools, Weighed


def example(name: str, answer: str, question: str = "", group: str = "") -> Example:
    return Example(name, question or f"What of {name}?", (answer,), group or name)


def material(examples: Sequence[Example] = (), training: Sequence[Example] = (), **settings: Any) -> Material:
    return Material(examples, training, EvaluationSettings(**settings), Path())


def no_texts(*ignored: object) -> list[float]:
    raise AssertionError("this probe reads no text with a model")


def heard(
    probe: Probe,
    of: Material,
    said: Callable[[Question], str] = lambda question: "",
    log_probs: Callable[[Statement], Sequence[float]] | None = None,
    answers: Sequence[Prediction] = (),
) -> Heard:
    """All that is heard of a probe's questions and statements."""
    weighed = [Weighed(each, tuple(log_probs(each))) for each in probe.statements(of)] if log_probs else []
    replies = [Reply(question, said(question), "stop") for question in probe.questions(of)]
    return Heard(replies, weighed, {answer.id: answer for answer in answers}, of, Tools(no_texts, no_texts, lambda: "none", lambda: "none"))


def measures(probe: Probe, what: Heard) -> dict[str, Measure]:
    """A probe's measures by name."""
    return {measure.metric.name: measure for measure in probe.judge(what)}


def value(measure: Measure) -> float:
    return measure.metric.value(measure.statistics)
