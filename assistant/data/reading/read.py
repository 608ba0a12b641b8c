"""Examples from data files, with a count of every row that is not used and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.core import fingerprint
from assistant.core.recipe_data import AnswerWords, Clean, CleaningRule, Columns, Data
from assistant.data.cleaning.cleaner import Cleaner
from assistant.data.cleaning.spelling import domain_words
from assistant.data.example import Example, Place
from assistant.data.problems import DEEPEST, Problem, Problems, is_deep
from assistant.data.reading.cells import UnusableError, label_of, unpacked
from assistant.data.reading.columns import Layout, Turns, mappings_of, turns_of
from assistant.data.reading.compressed import ARCHIVES, files_in
from assistant.data.reading.folders import find_data
from assistant.data.reading.formats import refuse_missing, unreadable
from assistant.data.reading.layouts import SEPARATED, first_names, layout_of, names_and_rows
from assistant.data.reading.named import NamedSource
from assistant.data.reading.rows import Row
from assistant.data.reading.source import DataFile, NoRowsError
from assistant.data.scratch import scratch
from assistant.data.splitting.equality import normal_form

CELLS = (*SEPARATED, ".xlsx")
"""Endings of files whose cells are texts, whatever they mean."""


@dataclass(frozen=True)
class Wanted:
    """What is read from the files.

    Attributes:
        columns: Which columns mean what; files without them are recognized.
        group: Column of the group; None to group by equal first questions only.
        tags: Columns kept as tags.
        answer_words: How long an answer may be.
        clean: What is mended in the texts.
        history: Messages before a question that its example keeps.
    """

    columns: tuple[Columns, ...] = ()
    group: str | None = None
    tags: tuple[str, ...] = ()
    answer_words: AnswerWords = field(default_factory=AnswerWords)
    clean: Clean = field(default_factory=Clean)
    history: int = 20

    @staticmethod
    def by(data: Data) -> Wanted:
        """All that a recipe says of it."""
        return Wanted(mappings_of(data), data.group, data.tags, data.answer_words, data.clean, data.history)


@dataclass
class Account:
    """What became of the rows of the files.

    Attributes:
        rows: Rows seen.
        problems: Rows, or turns, that are not used.
        layouts: How each file was understood.
        cleaned: In how many examples each cleaning rule mended something.
        changed: Told each example that cleaning changed, as it was, as it is now, and by which rules.
        passed_over: Files in folders and archives, and sheets, that were not read, and why.
        unusable: Told each row, or turn, that is not used.
        mappings: Which of the recipe's mappings were those of a file.
        shortened: Examples that do not hold all that was said before.
    """

    rows: int = 0
    problems: Problems = field(default_factory=Problems)
    layouts: dict[str, str] = field(default_factory=dict)
    cleaned: Counter[CleaningRule] = field(default_factory=Counter)
    changed: Callable[[Example, Example, tuple[CleaningRule, ...]], None] | None = None
    passed_over: Problems = field(default_factory=Problems)
    unusable: Callable[[Problem], None] | None = None
    shortened: int = 0
    mappings: set[Columns | None] = field(default_factory=set)


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
    return [file.path for file in find_data(folder, patterns) if file.path]


def column_names(file: DataFile | Path) -> frozenset[str]:
    """The columns that the first rows of a file have, or those of the files in it.

    Raises:
        DataError: The file cannot be read.
    """
    return frozenset(name for part in _parts_of(DataFile.of(file), (), Account()) for name in first_names(part))


def read_examples(files: Sequence[DataFile | Path], wanted: Wanted) -> Reading:
    """Read all examples of the files at once.

    Raises:
        DataError: A file cannot be read, or holds nothing usable.
    """
    reading = Reading()
    reading.examples.extend(each_example(files, wanted, reading))
    return reading


def each_example(files: Sequence[DataFile | Path], wanted: Wanted, account: Account) -> Iterator[Example]:
    """Read the examples of the files one by one.

    Args:
        files: Read in this order; of an archive or a workbook, each file or sheet in it.
        wanted: What is read of them.
        account: Gets every row that is read, and why it is not used.

    Raises:
        DataError: A file cannot be read, or holds nothing usable. One that was found in a folder, by a pattern or in an
            archive may hold nothing usable, as long as another one of them does.
    """
    cleaner = Cleaner(wanted.clean, _words_of_domain(files, wanted))
    sources: dict[str, NamedSource] = {}
    for named in map(DataFile.of, files):
        name = named.found_in or named.name
        source = sources.setdefault(name, NamedSource(name))
        yield from _each_of_file(named, wanted, cleaner, account, source)
        if not named.found_in:
            source.refuse_fruitless()
    for source in sources.values():
        source.refuse_fruitless()


def _words_of_domain(files: Sequence[DataFile | Path], wanted: Wanted) -> frozenset[str]:
    """What the data itself uses often, which `spelling` takes for right: all rows are read once more for it, where a recipe asks for that rule."""
    if "spelling" not in wanted.clean.also or "spelling" in wanted.clean.without:
        return frozenset()
    before = replace(wanted, clean=wanted.clean.model_copy(update={"also": tuple(rule for rule in wanted.clean.also if rule != "spelling")}))
    texts = (text for example in each_example(files, before, Account()) for text in (example.question, *example.answers))
    with scratch() as database:
        return domain_words(texts, database)


def _each_of_file(named: DataFile, wanted: Wanted, cleaner: Cleaner, account: Account, source: NamedSource) -> Iterator[Example]:
    parts = 0
    try:
        for part in _parts_of(named, wanted.columns, account):
            parts += part.name != named.name
            try:
                for example in _each_of_part(part, wanted, cleaner, account):
                    source.usable += 1
                    yield example
            except NoRowsError as error:
                source.miss(part, error, account.passed_over)
    except NoRowsError as error:
        source.miss(named, error, account.passed_over)
    if parts or named.name not in account.layouts:
        account.layouts[named.name] = f"{parts} {'sheets' if named.suffix == '.xlsx' else 'files'} in it" if parts else "no rows"


def _parts_of(file: DataFile, columns: Sequence[Columns], account: Account) -> Iterator[DataFile]:
    """The files of an archive, the sheets of a workbook; any other file is its only part."""
    if file.path is not None:
        refuse_missing(file.path)
    try:
        for inner in files_in(file, account.passed_over.add) if file.suffix in ARCHIVES else [file]:
            if inner.suffix == ".xlsx":
                from assistant.data.reading.excel import sheets

                yield from sheets(inner, columns, account.passed_over.add)
            else:
                yield inner
    except OSError as error:
        raise unreadable(file.name, error) from None


def _each_of_part(file: DataFile, wanted: Wanted, cleaner: Cleaner, account: Account) -> Iterator[Example]:
    names, rows = names_and_rows(file)
    layout, mapping = layout_of(file, names, wanted.columns, wanted.group)
    account.mappings.add(mapping)
    account.layouts[file.name] = layout.describe() if layout else "no rows"
    problems, usable = Problems(), 0

    def leave_out(problem: Problem) -> None:
        problems.add(problem)
        if account.unusable:
            account.unusable(problem)

    for entry in rows:
        account.rows += 1
        if isinstance(entry, Problem):
            leave_out(entry)
            continue
        assert layout
        line, row = entry
        try:
            is_told = False
            for found in _examples_of(row, layout, wanted, file.suffix in CELLS or file.rows is not None, account):
                try:
                    if isinstance(found, UnusableError):
                        raise found
                    example = _usable(replace(found, place=Place(file.name, line)), wanted, cleaner, account)
                except UnusableError as problem:
                    # Once for all turns of it, of which a conversation can have thousands.
                    leave_out(Problem(problem.kind, file.name, line, problem.detail, None if is_told else row))
                    is_told = True
                    continue
                usable += 1
                yield example
        except UnusableError as problem:
            leave_out(Problem(problem.kind, file.name, line, problem.detail, row))
    account.problems.extend(problems)
    if not usable:
        kinds = "; ".join(f"{count} x {kind}, the first in line {problems.places[kind][0].line}" for kind, count in problems.counts.most_common(3))
        why = kinds or "there are no rows"
        raise NoRowsError(f"nothing usable in {file.name}: {why}", "Each row wants a question and an answer that is not empty.")


def _examples_of(row: Row, layout: Layout, wanted: Wanted, has_texts: bool, account: Account) -> Iterator[Example | UnusableError]:
    """The examples of one row, and what of it is not used."""
    if is_deep(row):
        raise UnusableError("nested too deeply", f"more than {DEEPEST} lists and objects inside each other")
    if has_texts:
        row = _unpacked_row(row, layout)
    name = label_of(row.get(layout.id), "id") if layout.id else ""
    group = label_of(row.get(wanted.group), "group") if wanted.group else ""
    if wanted.group and not group:
        raise UnusableError(f"no group: the column {wanted.group} is empty or missing")
    tags = {tag: label for tag in wanted.tags if (label := label_of(row.get(tag), "tag"))}
    for number, turns in enumerate(turns_of(row, layout, wanted.history)):
        if isinstance(turns, UnusableError):
            yield turns
            continue
        # All turns of a conversation stay together, and with all that begin by the same question.
        group = group or fingerprint.of_value(normal_form(turns.opening or turns.question))[:16]
        account.shortened += turns.is_shortened
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


def _identity(turns: Turns) -> str:
    """A name for an example that has none: a hash of what it says, so that it stays as data grows."""
    return fingerprint.of_value([turns.history, turns.question, turns.answers])[:16]
