"""Material for probes, and answers to their questions by a rule instead of a model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.api import EvaluationSettings, Example, Message
from evalsuite.prediction import Prediction
from evalsuite.probes.probe import Heard, Material, Measure, Probe, Question, Reply, Statement, Tools, Weighed

DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
"""Published sets, kept beside the project."""


def data_file(name: str) -> Path:
    return (DATA / f"{name}.dev.jsonl").resolve()


def example(number: int, question: str, answer: str = "rest and water", history: tuple[Message, ...] = ()) -> Example:
    return Example(id=f"e{number}", question=question, answers=(answer,), group=f"g{number // 2}", history=history)


def material(questions: Sequence[str] = (), folder: Path = Path(), **settings: Any) -> Material:
    examples = [example(number, question) for number, question in enumerate(questions)]
    return Material(examples, (), EvaluationSettings(**{"resamples": 200, **settings}), folder)


def rude(texts: Sequence[str]) -> list[float]:
    """The toxicity of a text as it says it itself: "rude 0.7"."""
    return [float(text.split()[1]) if text.startswith("rude ") else 0.0 for text in texts]


def same_words(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """The share of words that both texts have."""
    return [len({*one.split()} & {*other.split()}) / max(1, len({*one.split()} | {*other.split()})) for one, other in pairs]


TOOLS = Tools(toxicity=rude, similarity=same_words, classifier_of=lambda: "classifier:rude", encoder_of=lambda: "words")


def hear(
    probe: Probe,
    given: Material,
    answer: Callable[[Question], str] = lambda question: "",
    own: Callable[[Example], str] = lambda example: example.answers[0],
    weigh: Callable[[Statement], tuple[float, ...]] | None = None,
) -> Heard:
    """All of a probe's questions answered by `answer`, the test's own by `own`, and its statements weighed by `weigh`."""
    return Heard(
        replies=[Reply(question, answer(question), "stop") for question in probe.questions(given)],
        weighed=[Weighed(statement, weigh(statement)) for statement in probe.statements(given)] if weigh else [],
        answers={each.id: Prediction(each.id, own(each), each.answers, each.group) for each in given.examples},
        material=given,
        tools=TOOLS,
    )


def judged(probe: Probe, heard: Heard) -> dict[str, Measure]:
    return {measure.metric.name: measure for measure in probe.judge(heard)}


def value(measure: Measure) -> float:
    assert measure.reason is None, measure.reason
    return measure.metric.value(measure.statistics)


def write_rows(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path
