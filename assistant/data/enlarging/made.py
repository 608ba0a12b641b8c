"""A new row: what it was made from and by, how far it is from that; on the screen, and in a file of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from assistant.core.errors import DataError
from assistant.core.files import open_plain
from assistant.data.enlarging.known import Known
from assistant.data.example import Example
from assistant.data.problems import Problem

LONGEST_LINE = 1 << 20
"""Bytes of a line from which a file of new rows is none."""
GROUNDED = "grounded"
"""What made a row that has no original: its question and its answer come from a document."""
LeftOut = Literal[
    "no row that was made",
    "its original is not in train",
    "its original asks something else now",
    "its question stands in the data already",
    "its id is used already",
]
"""Why a row that was made is not used."""
NOT_MADE: LeftOut = "no row that was made"
"""Why a line is left out that is nothing of what `assistant data augment` writes."""


@dataclass(frozen=True)
class Made:
    """One new row that passed the sieve.

    Attributes:
        example: The row; `made_by` names the method.
        made_from: The id of its original; for `grounded` the passage, as `guide.md#3`.
        before: The original's question; for `grounded` the passage itself.
        meaning: Cosine of the two questions' embeddings; None where it was not measured.
        words: Jaccard similarity of the two questions' words; None where there is no original.
    """

    example: Example
    made_from: str
    before: str
    meaning: float | None
    words: float | None

    def to_json(self) -> dict[str, Any]:
        """The row for augmented.jsonl."""
        return {
            "id": self.example.id,
            "question": self.example.question,
            "answer": self.example.answers[0],
            "group": self.example.group,
            "tags": dict(self.example.tags),
            "made_by": self.example.made_by,
            "made_from": self.made_from,
            "before": self.before,
            "meaning": None if self.meaning is None else round(self.meaning, 4),
            "words": None if self.words is None else round(self.words, 4),
        }


def preview_lines(made: Iterable[Made]) -> Iterator[str]:
    """New rows for people: before and after, with what was measured; texts as they are, so print them with care."""
    for row in made:
        meaning = "meaning not measured" if row.meaning is None else f"meaning {row.meaning:.2f}"
        words = "" if row.words is None else f", words {row.words:.2f}"
        yield f"{row.example.made_by}  {row.example.id}  ({meaning}{words})"
        yield f"  - {' '.join(row.before.split())}"
        yield f"  + {' '.join(row.example.question.split())}"
        if row.example.made_by == GROUNDED:
            yield f"    {' '.join(row.example.answers[0].split())}"


def read_augmented(path: Path, known: Known, name: str | None = None) -> Iterator[Example | Problem]:
    """Read a file of new rows back, each as an example of train, or as the reason why it is left out.

    A row follows its original: it has its group, its conversation, its answers and its tags as they are now, and is
    left out where the original is not in train any more or asks something else. So is one whose question stands
    anywhere in the data already, be it in the test.

    Args:
        path: What `assistant data augment` wrote, or by the same keys.
        known: All examples there are, and which are in train; each row that is taken is added.
        name: What reports call the file; its own name if None.

    Raises:
        DataError: The file cannot be read.
    """
    name = name or path.name
    try:
        with open_plain(path) as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), start=1):
                if not line.strip():
                    continue
                if len(line) > LONGEST_LINE:
                    raise DataError(
                        f"line {number} of {name} is longer than {LONGEST_LINE} bytes", "Give a file that `assistant data augment` wrote."
                    )
                found = _read(line, known)
                if isinstance(found, Example):
                    known.add(found)
                    yield found
                else:
                    kind, detail, content = found
                    yield Problem(kind, name, number, detail, content)
    except OSError as error:
        raise DataError(
            f"cannot read {name}: {error.strerror}", "Correct data.augmented in the recipe, or write the file with `assistant data augment`."
        ) from None


def _read(line: bytes, known: Known) -> Example | tuple[LeftOut, str, Any]:
    try:
        row = json.loads(line)
        made = _row(row)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return NOT_MADE, "", line.decode("utf-8", "replace").rstrip("\n")
    example, made_from, before = made
    if example.made_by != GROUNDED:
        original = known.in_train(made_from)
        if original is None:
            return "its original is not in train", made_from, row
        if before is not None and before != original.question:
            return "its original asks something else now", made_from, row
        example = replace(original, id=example.id, question=example.question, made_by=example.made_by, weight=1.0, place=None)
    if known.has(example):
        return "its question stands in the data already", "", row
    if known.has_id(example.id):
        return "its id is used already", example.id, row
    return example


def _row(row: Any) -> tuple[Example, str, str | None]:
    """The example, the id of its original, and what that asked.

    Raises:
        ValueError: Something of it is not what it should be; or KeyError, TypeError, AttributeError.
    """
    texts = [row[key] for key in ("id", "question", "answer", "group", "made_by", "made_from")]
    before = row.get("before")
    tags = dict(row.get("tags") or {})
    for text in (*texts, *tags, *tags.values(), before or ""):
        if not isinstance(text, str):
            raise TypeError("a text is none")
        text.encode()  # lone surrogates can be written in JSON, and in no file
    identity, question, answer, group, made_by, made_from = texts
    if not (identity.strip() and question.strip() and answer.strip() and made_by.strip()):
        raise ValueError("something is empty")
    return Example(identity, question, (answer,), group, tags, made_by=made_by), made_from, before
