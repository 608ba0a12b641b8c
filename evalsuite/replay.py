"""First stage for answers that came as a file: they take the place of an engine's. Nothing was timed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.api import DataError, Example, Examples, fingerprint_of_value, say, write_jsonl
from evalsuite.evaluation import Evaluation, seal, write_about
from evalsuite.prediction import Prediction
from evalsuite.prediction_file import read_predictions


def examples_in(path: Path) -> Examples:
    """The questions and references that stand beside the answers.

    Raises:
        DataError: The file is not one of predictions.
    """
    items = tuple(Example(each.id, each.question or each.id, each.references, each.group, dict(each.tags)) for each in read_predictions(path))
    return Examples(items, fingerprint_of_value([example.to_json() for example in items]), path.name)


def replay(evaluation: Evaluation, path: Path, examples: Sequence[Example], inputs: dict[str, Any]) -> None:
    """Write the file's answers to these examples as those of an evaluation.

    An answer belongs to the example of the same id, or else of the same question.

    Raises:
        DataError: An example has no answer there.
    """
    given = read_predictions(path, with_references=False)
    by_id, asked = {each.id: each for each in given}, Counter(each.question for each in given)
    by_question = {each.question: each for each in given if each.question and asked[each.question] == 1}
    found = [_by_id(by_id, example) or by_question.get(example.question) for example in examples]
    missing = [example.id for example, answer in zip(examples, found, strict=True) if answer is None]
    if missing:
        raise DataError(
            f"{path} holds no answer to {len(missing)} of {len(examples)} questions, the first is {missing[0]!r}",
            "Give each answer the id, or the question, of the example that it answers.",
        )
    write_about(evaluation, inputs)
    about = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": "file",
        "precision": "unknown",
        "device": "unknown",
        "machine": {},
        "packages": {},
    }
    write_jsonl(
        evaluation.timings,
        [{"kind": "about", **about}, {"kind": "batches", "requests": 0, "tokens": None, "seconds": 0.0}, {"kind": "memory", "peak_mib": None}],
    )
    answers = [_answer(example, answer) for example, answer in zip(examples, found, strict=True) if answer is not None]
    write_jsonl(evaluation.predictions, (answer.to_json() for answer in answers))
    seal(evaluation)
    beyond = len(given) - len({id(answer) for answer in found})
    if beyond:
        say(f"{beyond} answers of {path} belong to no question that is asked, and are left out")


def _by_id(given: dict[str, Prediction], example: Example) -> Prediction | None:
    """The answer of the same id, unless it says that it is to another question: two files may both count their rows from 1."""
    found = given.get(example.id)
    return found if found is None or not found.question or found.question.split() == example.question.split() else None


def _answer(example: Example, given: Prediction) -> Prediction:
    return replace(given, id=example.id, question=example.question, references=example.answers, group=example.group, tags=dict(example.tags))
