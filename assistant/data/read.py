"""Examples from data files, with a count of every row that is not used and why."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.core import fingerprint
from assistant.core.errors import DataError
from assistant.core.recipe import AnswerWords, Columns
from assistant.data.columns import Layout, Turns, UnusableError, layout_from, recognize, turns_of
from assistant.data.example import Example
from assistant.data.formats import Row, rows_of
from assistant.data.problems import Problem, Problems

LOOKED_AT = 100
"""Rows whose columns decide the layout of a file."""


@dataclass(frozen=True)
class Wanted:
    """What is read from the files.

    Attributes:
        columns: Which columns mean what; None to recognize them.
        group: Column of the group; None to group by equal questions only.
        tags: Columns kept as tags.
        answer_words: How long an answer may be.
    """

    columns: Columns | None = None
    group: str | None = None
    tags: tuple[str, ...] = ()
    answer_words: AnswerWords = field(default_factory=AnswerWords)


@dataclass
class Reading:
    """What was found in the files.

    Attributes:
        examples: The usable examples, in order.
        rows: Rows seen.
        problems: Rows, or turns, that are not used.
        layouts: How each file was understood.
    """

    examples: list[Example] = field(default_factory=list)
    rows: int = 0
    problems: Problems = field(default_factory=Problems)
    layouts: dict[str, str] = field(default_factory=dict)


def find_files(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """The files that a recipe names, in order.

    Raises:
        DataError: A pattern matches nothing.
    """
    files: list[Path] = []
    for pattern in patterns:
        if any(sign in pattern for sign in "*?["):
            anchor = Path(pattern).anchor
            root = Path(anchor) if anchor else folder
            found = sorted(root.glob(pattern.removeprefix(anchor)))
            if not found:
                raise DataError(f"no file matches {folder / pattern}", "Check data.files in the recipe; paths start from the recipe's folder.")
            files.extend(found)
        else:
            files.append(folder / pattern)
    return list(dict.fromkeys(files))


def read_examples(files: Sequence[Path], wanted: Wanted) -> Reading:
    """Read all examples of the files.

    Raises:
        DataError: A file cannot be read, or holds nothing usable.
    """
    reading = Reading()
    for path in files:
        before = len(reading.examples)
        _read_file(path, wanted, reading)
        if len(reading.examples) == before:
            found = [problem for places in reading.problems.places.values() for problem in places if problem.file == str(path)]
            why = f"{reading.problems.total} problems, among them {found[0]}" if found else "there are no rows"
            raise DataError(f"nothing usable in {path}: {why}", "Each row wants a question and an answer that is not empty.")
    return reading


def _read_file(path: Path, wanted: Wanted, reading: Reading) -> None:
    rows = rows_of(path)
    first = list(itertools.islice(rows, LOOKED_AT))
    layout = _layout_of(path, first, wanted.columns)
    reading.layouts[str(path)] = layout.describe() if layout else "no rows"
    for entry in itertools.chain(first, rows):
        reading.rows += 1
        if isinstance(entry, Problem):
            reading.problems.add(entry)
            continue
        assert layout
        line, row = entry
        try:
            reading.examples.extend(_examples_of(path, line, row, layout, wanted, reading.problems))
        except UnusableError as problem:
            reading.problems.add(Problem(problem.kind, str(path), line, problem.detail))


def _layout_of(path: Path, first: Sequence[tuple[int, Row] | Problem], columns: Columns | None) -> Layout | None:
    """The layout of a file; None if none of its first rows can be read at all."""
    names = list(dict.fromkeys(name for entry in first if not isinstance(entry, Problem) for name in entry[1]))
    named = layout_from(columns) if columns else None
    layout = named or recognize(names)
    if not names:
        return layout
    if layout is None:
        raise DataError(
            f"{path}: no question and answer among the columns {', '.join(names[:12])}",
            "Name them in the recipe: data.columns.question and data.columns.answer.",
        )
    missing = [column for column in (layout.question, layout.answer, layout.input, layout.id) if column and column not in names]
    if missing:
        raise DataError(f"{path} has no column `{missing[0]}`; it has {', '.join(names[:12])}", "Correct data.columns in the recipe.")
    return layout


def _examples_of(path: Path, line: int, row: Row, layout: Layout, wanted: Wanted, problems: Problems) -> Iterator[Example]:
    name = _text(row, layout.id) if layout.id else ""
    group = _text(row, wanted.group) if wanted.group else ""
    if wanted.group and not group:
        raise UnusableError(f"no group: empty or missing column {wanted.group}")
    tags = {tag: _text(row, tag) for tag in wanted.tags if _text(row, tag)}
    for number, turns in enumerate(turns_of(row, layout)):
        words = len(turns.answers[0].split())
        if words < wanted.answer_words.min or (wanted.answer_words.max and words > wanted.answer_words.max):
            kind = "answer too short" if words < wanted.answer_words.min else "answer too long"
            problems.add(Problem(kind, str(path), line, f"{words} words"))
            continue
        identity = _identity(turns)
        # All turns of one conversation stay together.
        whole = group or (identity if number == 0 and not turns.history else fingerprint.of_value([row[layout.question]])[:16])
        yield Example(
            id=f"{name}#{number}" if name and number else name or identity,
            question=turns.question,
            answers=turns.answers,
            group=whole,
            tags=tags,
            history=turns.history,
        )


def _identity(turns: Turns) -> str:
    """A name for an example that has none: a hash of what it says, so that it stays as data grows."""
    return fingerprint.of_value([turns.history, turns.question, turns.answers])[:16]


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip()
