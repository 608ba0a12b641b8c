"""First stage, beside the test: the questions of probes, the same questions under other seeds, and many users at once.

Every set has a journal of its own in the evaluation's folder, which stays: it is found again as long as
neither its questions nor what answers them has changed. Knows no figure.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from assistant.api import Engine, Example, Request, Sampling, ScoringEngine, fingerprint_of_value, progress, request_of
from evalsuite.asking import Voice, ask_all
from evalsuite.evaluation import Evaluation
from evalsuite.journal import Journal, Said
from evalsuite.load import TimedLevel, level_of, row_of
from evalsuite.load_pass import load_pass
from evalsuite.probes.probe import Material, Probe, Question, Reply, Statement, Weighed

REFERENCES_WEIGHED = 4
"""References whose likelihood tells whether training has changed anything."""
WEIGHED_AT_ONCE = 64
"""Statements weighed between two entries of the journal."""


@dataclass(frozen=True)
class Course:
    """What is the same for every set of questions that a target is asked.

    Attributes:
        evaluation: Where the journals lie.
        voice: What answers.
        identity: All that decides its answers beside the questions: target, engine, precision.
        sampling: How tokens are chosen.
        batch_size: Questions asked at once.
        title: What the target is called.
    """

    evaluation: Evaluation
    voice: Voice
    identity: Mapping[str, Any]
    sampling: Sampling
    batch_size: int
    title: str

    def key(self, *more: Any) -> str:
        """Of a journal: the target, how it is asked, and the questions."""
        return fingerprint_of_value([dict(self.identity), asdict(self.sampling), self.batch_size, *more])


@dataclass(frozen=True)
class Probed:
    """What was answered to a probe.

    Attributes:
        replies: To its questions, in their order.
        weighed: Its statements, in their order; empty where the engine tells no likelihoods.
    """

    replies: tuple[Reply, ...]
    weighed: tuple[Weighed, ...]


def ask_probe(course: Course, probe: Probe, material: Material) -> Probed:
    """Ask a probe's questions and weigh its statements, as far as that is not done yet.

    Raises:
        UserError: A file that the probe reads is wrong.
        EngineError: The engine fails again and again.
    """
    questions, statements = probe.questions(material), probe.statements(material)
    key = course.key(probe.name, probe.version, list(map(asdict, questions)), list(map(asdict, statements)))
    requests = [Request(question.messages, _seeded(course.sampling, question.seed)) for question in questions]
    with Journal(course.evaluation.folder / "probes" / f"{probe.name}.jsonl", key) as journal:
        asked = ask_all(course.voice, requests, course.batch_size, journal, f"{course.title}: {probe.title.lower()}, {len(requests)} questions")
        weighed = _weigh(course, statements, journal, f"{course.title}: {probe.title.lower()}, {len(statements)} texts weighed")
    return Probed(tuple(_reply(question, said) for question, said in zip(questions, asked.said, strict=True)), weighed)


def ask_again(course: Course, examples: Sequence[Example], repeats: int) -> list[tuple[Said, ...]]:
    """The answers to the test's questions under other seeds, one set for each repeat beyond the first."""
    found = []
    for number in range(1, repeats):
        requests = [request_of(example, _seeded(course.sampling, course.sampling.seed + number)) for example in examples]
        key = course.key("repeat", number, [example.to_json() for example in examples])
        with Journal(course.evaluation.folder / "repeats" / f"{number}.jsonl", key) as journal:
            found.append(ask_all(course.voice, requests, course.batch_size, journal, f"{course.title}: once more, {number} of {repeats - 1}").said)
    return found


def weigh(course: Course, name: str, version: int, statements: Sequence[Statement], title: str) -> tuple[Weighed, ...]:
    """How likely the target finds these texts; empty where its engine does not tell."""
    with Journal(course.evaluation.folder / "weighed" / f"{name}.jsonl", course.key(name, version, list(map(asdict, statements)))) as journal:
        return _weigh(course, statements, journal, title)


def weigh_references(course: Course, examples: Sequence[Example]) -> list[tuple[float, ...]] | None:
    """How likely the target finds the reference answers of a few examples, token by token; None where its engine does not tell."""
    statements = [Statement(example.id, example.prompt, example.answers[0], example.group) for example in examples[:REFERENCES_WEIGHED]]
    weighed = weigh(course, "references", 1, statements, f"{course.title}: weighing a few references")
    return [each.log_probs for each in weighed] or None


def forget_further(evaluation: Evaluation) -> None:
    """Remove what was asked beside the test, so that it is asked anew."""
    for name in ("probes", "repeats", "weighed"):
        shutil.rmtree(evaluation.folder / name, ignore_errors=True)
    (evaluation.folder / "load.jsonl").unlink(missing_ok=True)


def measure_load(course: Course, examples: Sequence[Example], levels: Sequence[int], seconds: float) -> tuple[TimedLevel, ...]:
    """The load pass over these questions, as far as it is not done yet; nothing where no level is asked for."""
    if not levels:
        return ()
    requests = [request_of(example, course.sampling) for example in examples]
    key = course.key("load", list(levels), seconds, [example.to_json() for example in examples])
    with Journal(course.evaluation.folder / "load.jsonl", key) as journal:
        if "levels" not in journal.notes:
            timed = load_pass(course.voice.engine, requests, levels, seconds, asked_before=requests)
            journal.note("levels", list(map(row_of, timed)))
        return tuple(map(level_of, journal.notes["levels"]))


def _seeded(sampling: Sampling, seed: int | None) -> Sampling:
    return sampling if seed is None else replace(sampling, seed=seed % 2**32)


def _reply(question: Question, said: Said) -> Reply:
    return Reply(question, said.text, said.finish_reason)


def _weigh(course: Course, statements: Sequence[Statement], journal: Journal, title: str) -> tuple[Weighed, ...]:
    if not statements:
        return ()
    starts = range(0, len(statements), WEIGHED_AT_ONCE)
    waiting = [start for start in starts if f"weighed {start}" not in journal.notes]
    if waiting and "silent" not in journal.notes:
        engine = course.voice.engine
        if not _tells_likelihoods(engine):
            journal.note("silent", True)
        else:
            with progress(title, len(statements)) as advance:
                for start in waiting:
                    part = statements[start : start + WEIGHED_AT_ONCE]
                    rows = cast(ScoringEngine, engine).log_probs([(statement.messages, statement.text) for statement in part])
                    # JSON has no word for what is no number.
                    journal.note(f"weighed {start}", [[value if math.isfinite(value) else None for value in row] for row in rows])
                    advance(start + len(part), "")
    if "silent" in journal.notes:
        return ()
    rows = [row for start in starts for row in journal.notes[f"weighed {start}"]]
    return tuple(
        Weighed(statement, tuple(math.nan if value is None else value for value in row)) for statement, row in zip(statements, rows, strict=True)
    )


def _tells_likelihoods(engine: Engine) -> bool:
    return callable(getattr(engine, "log_probs", None))
