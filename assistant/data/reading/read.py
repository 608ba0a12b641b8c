"""Examples from data files, with a count of every row that is not used and why."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.core import fingerprint
from assistant.core.errors import DataError
from assistant.core.recipe_data import AnswerWords, Clean, CleaningRule, Columns
from assistant.data.cleaning.cleaner import Cleaner
from assistant.data.example import Example, Place
from assistant.data.problems import Problem, Problems
from assistant.data.reading.cells import UnusableError, label_of, unpacked
from assistant.data.reading.columns import Layout, Turns, layout_from, recognize, turns_of, what_is_missing
from assistant.data.reading.formats import Row, rows_of
from assistant.data.splitting.equality import normal_form

SEPARATED = (".csv", ".tsv")
"""Endings of files whose cells are texts, whatever they mean."""

LOOKED_AT = 100
"""Rows whose columns decide the layout of a file."""

COLUMNS_SHOWN = 12
"""How many columns an error names."""


@dataclass(frozen=True)
class Wanted:
    """What is read from the files.

    Attributes:
        columns: Which columns mean what; None to recognize them.
        group: Column of the group; None to group by equal first questions only.
        tags: Columns kept as tags.
        answer_words: How long an answer may be.
        clean: What is mended in the texts.
    """

    columns: Columns | None = None
    group: str | None = None
    tags: tuple[str, ...] = ()
    answer_words: AnswerWords = field(default_factory=AnswerWords)
    clean: Clean = field(default_factory=Clean)


@dataclass
class Account:
    """What became of the rows of the files.

    Attributes:
        rows: Rows seen.
        problems: Rows, or turns, that are not used.
        layouts: How each file was understood.
        cleaned: In how many examples each cleaning rule mended something.
        changed: Told each example that cleaning changed, as it was, as it is now, and by which rules.
    """

    rows: int = 0
    problems: Problems = field(default_factory=Problems)
    layouts: dict[str, str] = field(default_factory=dict)
    cleaned: Counter[CleaningRule] = field(default_factory=Counter)
    changed: Callable[[Example, Example, tuple[CleaningRule, ...]], None] | None = None


@dataclass
class Reading(Account):
    """What was found in the files.

    Attributes:
        examples: The usable examples, in order.
    """

    examples: list[Example] = field(default_factory=list)


def find_files(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """The files that a recipe names, in order; hidden ones only where they are named in full.

    Raises:
        DataError: A pattern matches nothing.
    """
    files: list[Path] = []
    for pattern in patterns:
        if "\0" in pattern:
            raise DataError(f"data.files has a name with a zero byte: {pattern!r}", "Write the name of a file.")
        if not any(sign in pattern for sign in "*?[") or (folder / pattern).exists():
            files.append(folder / pattern)
            continue
        anchor = Path(pattern).anchor
        root = Path(anchor) if anchor else folder
        try:
            found = sorted(path for path in root.glob(pattern.removeprefix(anchor)) if path.is_file() and not path.name.startswith("."))
        except (ValueError, NotImplementedError) as error:
            raise DataError(f"data.files: {pattern} is no pattern: {error}", "`*` stands for any part of a name, `**/` for any folders.") from None
        if not found:
            raise DataError(f"no file matches {folder / pattern}", "Check data.files in the recipe; paths start from the recipe's folder.")
        files.extend(found)
    return list(dict.fromkeys(files))


def column_names(path: Path) -> frozenset[str]:
    """The columns that the first rows of a file have.

    Raises:
        DataError: The file cannot be read.
    """
    return frozenset(_first_names(path))


def read_examples(files: Sequence[Path], wanted: Wanted) -> Reading:
    """Read all examples of the files at once.

    Raises:
        DataError: A file cannot be read, or holds nothing usable.
    """
    reading = Reading()
    reading.examples.extend(each_example(files, wanted, reading))
    return reading


def each_example(files: Sequence[Path], wanted: Wanted, account: Account) -> Iterator[Example]:
    """Read the examples of the files one by one.

    Args:
        files: Read in this order.
        wanted: What is read of them.
        account: Gets every row that is read, and why it is not used.

    Raises:
        DataError: A file cannot be read, or holds nothing usable.
    """
    cleaner = Cleaner(wanted.clean)
    for path in files:
        yield from _each_of_file(path, wanted, cleaner, account)


def _each_of_file(path: Path, wanted: Wanted, cleaner: Cleaner, account: Account) -> Iterator[Example]:
    layout = _layout_of(path, _first_names(path), wanted)
    account.layouts[str(path)] = layout.describe() if layout else "no rows"
    is_separated = path.suffix.lower() in SEPARATED
    problems, usable = Problems(), 0
    for entry in rows_of(path):
        account.rows += 1
        if isinstance(entry, Problem):
            problems.add(entry)
            continue
        assert layout
        line, row = entry
        try:
            for found in _examples_of(row, layout, wanted, is_separated):
                try:
                    if isinstance(found, UnusableError):
                        raise found
                    example = _usable(replace(found, place=Place(str(path), line)), wanted, cleaner, account)
                except UnusableError as problem:
                    problems.add(Problem(problem.kind, str(path), line, problem.detail, row))
                    continue
                usable += 1
                yield example
        except UnusableError as problem:
            problems.add(Problem(problem.kind, str(path), line, problem.detail, row))
    account.problems.extend(problems)
    if not usable:
        kinds = "; ".join(f"{count} x {kind}, the first in line {problems.places[kind][0].line}" for kind, count in problems.counts.most_common(3))
        why = kinds or "there are no rows"
        raise DataError(f"nothing usable in {path}: {why}", "Each row wants a question and an answer that is not empty.")


def _first_names(path: Path) -> list[str]:
    """The columns of the first rows that can be read; the file is opened for them alone, so that no row needs to be held."""
    rows = (entry[1] for entry in rows_of(path) if not isinstance(entry, Problem))
    return list(dict.fromkeys(name for row in itertools.islice(rows, LOOKED_AT) for name in row))


def _layout_of(path: Path, names: Sequence[str], wanted: Wanted) -> Layout | None:
    """The layout of a file by its columns; None if none of its rows can be read at all."""
    if not names:
        return None
    layout = layout_from(wanted.columns, names) if wanted.columns else recognize(names)
    shown = ", ".join(names[:COLUMNS_SHOWN]) + (", ..." if len(names) > COLUMNS_SHOWN else "")
    if layout is None:
        todo = "Name them in the recipe: data.columns.question and data.columns.answer."
        if len(names) == 1 and path.suffix.lower() in SEPARATED:
            todo = "It has one column only: cells are parted by commas in .csv and by tabs in .tsv."
        raise DataError(f"{path}: {what_is_missing(names)} among the columns {shown}", todo)
    named = {"data.columns": (layout.question, layout.answer, layout.input, layout.id), "data.group": (wanted.group,)}
    for key, columns in named.items():
        for column in columns:
            if column and column not in names:
                raise DataError(f"{path} has no column `{column}`; it has {shown}", f"Correct {key} in the recipe.")
    return layout


def _examples_of(row: Row, layout: Layout, wanted: Wanted, is_separated: bool) -> Iterator[Example | UnusableError]:
    """The examples of one row, and what of it is not used."""
    if is_separated:
        row = _unpacked_row(row, layout)
    name = label_of(row.get(layout.id), "id") if layout.id else ""
    group = label_of(row.get(wanted.group), "group") if wanted.group else ""
    if wanted.group and not group:
        raise UnusableError(f"no group: the column {wanted.group} is empty or missing")
    tags = {tag: label for tag in wanted.tags if (label := label_of(row.get(tag), "tag"))}
    for number, turns in enumerate(turns_of(row, layout)):
        if isinstance(turns, UnusableError):
            yield turns
            continue
        # All turns of a conversation stay together, and with all that begin by the same question.
        group = group or fingerprint.of_value(_first_question(turns))[:16]
        yield Example(
            id=f"{name}#{number}" if name and number else name or _identity(turns),
            question=turns.question,
            answers=turns.answers,
            group=group,
            tags=tags,
            history=turns.history,
        )


def _usable(example: Example, wanted: Wanted, cleaner: Cleaner, account: Account) -> Example:
    """The example after cleaning.

    Raises:
        UnusableError: Nothing of its question or answers is left, or the answer has not the wanted length.
    """
    cleaned, rules = cleaner.example(example)
    if not cleaned.question.strip():
        raise UnusableError("empty question")
    if not cleaned.answers:
        raise UnusableError("empty answer")
    words = len(cleaned.answers[0].split())
    if words < wanted.answer_words.min:
        raise UnusableError("answer too short", f"{words} words")
    if wanted.answer_words.max and words > wanted.answer_words.max:
        raise UnusableError("answer too long", f"{words} words")
    account.cleaned.update(rules)
    if rules and account.changed:
        account.changed(example, cleaned, rules)
    return cleaned


def _unpacked_row(row: Row, layout: Layout) -> Row:
    """A CSV cell can hold a list as text only."""
    row = dict(row)
    for column in (layout.question, layout.answer):
        if column in row:
            value = unpacked(row[column])
            if column == layout.answer or (isinstance(value, list) and isinstance(value[0], dict)):
                row[column] = value
    return row


def _first_question(turns: Turns) -> str:
    said: list[Any] = [message["content"] for message in turns.history if message["role"] == "user"]
    return normal_form((said or [turns.question])[0])


def _identity(turns: Turns) -> str:
    """A name for an example that has none: a hash of what it says, so that it stays as data grows."""
    return fingerprint.of_value([turns.history, turns.question, turns.answers])[:16]
