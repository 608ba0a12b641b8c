"""Feedback as a file that the project reads: to train on, to prefer by, to ask at every examination.

Only what was accepted is written. Every row is read back by the very code that will read the file, so that none is
there which would not be used; and no question is both learned and asked in the regression set.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.chat.feedback import FeedbackBook
from assistant.chat.feedback_rows import EXPORTS, ExportKind, LeftOut, Made, Row, rows_of
from assistant.chat.outcomes import met_before, record_exports
from assistant.chat.rated import Judgement
from assistant.core.errors import DataError, UserError
from assistant.core.files import write_jsonl
from assistant.core.home import Home

if TYPE_CHECKING:
    from assistant.core.recipe import Recipe
    from assistant.data.example import Example

LEARNED: tuple[ExportKind, ...] = ("training", "preference")
ASKED: tuple[ExportKind, ...] = ("regression",)


@dataclass(frozen=True)
class Personal:
    """Personal data in a row.

    Attributes:
        judgement: Whose row it is.
        kinds: What was found: `email`, `phone`, ...
    """

    judgement: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        kind: What the file is for.
        file: The file.
        rows: How many rows it has.
        left_out: What is not in it, and why.
        personal: Rows in it that hold personal data.
    """

    kind: ExportKind
    file: Path
    rows: int
    left_out: tuple[LeftOut, ...]
    personal: tuple[Personal, ...]


def check_export(kind: str, file: Path) -> ExportKind:
    """Refuse what can never be written, before anything is read.

    Raises:
        UserError: There is no such kind, or the file is in the way or of another kind.
    """
    found = next((each for each in EXPORTS if each == kind), None)
    if found is None:
        raise UserError(f"nothing is exported as {kind!r}", f"There are {', '.join(EXPORTS)}.")
    if file.suffix.lower() != ".jsonl":
        raise UserError(f"{file} would hold JSON lines, and its name says something else", "Give it a name that ends in .jsonl.")
    if os.path.lexists(file):
        raise UserError(f"{file} is there already", "Name another file, or remove it first.")
    return found


def recipe_for(judgements: Sequence[Judgement], home: Home, file: Path | None = None, assistant: str = "") -> Recipe:
    """The recipe whose columns, split and system prompt rows are made by.

    Args:
        judgements: What is exported.
        home: The workspace.
        file: A recipe that was named.
        assistant: An assistant or version that was named; else the one that all of it is about.

    Raises:
        UserError: It is about several assistants, or about none that is in the workspace.
    """
    from assistant.core.errors import TargetError
    from assistant.core.recipe_file import load_recipe
    from assistant.registry.versions import find_version

    if file:
        return load_recipe(file).recipe
    names = {assistant} if assistant else {label.partition("@")[0] for judgement in judgements for label in judgement.speakers}
    if len(names) > 1:
        raise UserError(
            f"this is feedback on {', '.join(sorted(names))}", "Name one with --assistant, or the recipe that is to learn from all: --recipe."
        )
    try:
        return find_version(next(iter(names), ""), home).recipe
    except TargetError:
        name = next(iter(names), "") or "somebody unknown"
        raise UserError(f"it is not known by which recipe rows for {name} are to be made", "Name it: --recipe RECIPE.") from None


def export(
    kind: ExportKind, file: Path, judgements: Sequence[Judgement], book: FeedbackBook, recipe: Recipe, with_personal_data: bool = False
) -> Exported:
    """Write judgements to a file, and remember that they are there.

    Args:
        kind: What the file is for.
        file: The file to write; must not exist.
        judgements: Those that are meant; what was not accepted is left out.
        book: Where they are from.
        recipe: Of the assistant that is to learn, or to be asked.
        with_personal_data: Write rows that hold personal data too.

    Raises:
        UserError: Nothing is left to be written, or a question would be both learned and tested.
    """
    check_export(kind, file)
    left_out = [LeftOut(each.id, f"it is {each.state}; only what was accepted is exported") for each in judgements if each.state != "accepted"]
    accepted = sorted((each for each in judgements if each.state == "accepted"), key=lambda each: each.id)
    rows: list[tuple[Row, str]] = []
    personal: list[Personal] = []
    for made, example in _read_back(kind, rows_of(kind, accepted, recipe), recipe):
        kinds = _personal_data(made) if isinstance(made, Row) else ()
        if isinstance(made, LeftOut):
            left_out.append(made)
        elif kinds and not with_personal_data:
            left_out.append(LeftOut(made.judgements[0], f"it holds personal data ({', '.join(kinds)}); --with-personal-data takes it"))
        else:
            rows.append((made, example))
            personal += [Personal(made.judgements[0], kinds)] if kinds else []
    if not rows:
        why = f": {row_id_of(left_out[0])}: {left_out[0].why}" if left_out else ""
        raise UserError(f"nothing is left to be exported for {kind}{why}", "`assistant feedback list --state accepted` shows what could be.")
    _write(kind, file, rows, book)
    return Exported(kind, file, len(rows), tuple(left_out), tuple(personal))


def row_id_of(left_out: LeftOut) -> str:
    """What the row would have been called."""
    return f"feedback-{left_out.judgement}"


def _write(kind: ExportKind, file: Path, rows: Sequence[tuple[Row, str]], book: FeedbackBook) -> None:
    """Write and remember, as one: programs that export at the same time come one after another."""
    members = [(name, example, row.asked) for row, example in rows for name in row.judgements]
    is_written = False
    try:
        with book.database.change() as connection:
            check_export(kind, file)
            _refuse_both(kind, members, book)
            record_exports(connection, kind, file, members)
            write_jsonl(file, (dict(row.content) for row, _ in rows))
            is_written = True
    except BaseException:
        if is_written:
            # What is not remembered must not lie about.
            file.unlink(missing_ok=True)
        raise


def _refuse_both(kind: ExportKind, members: Sequence[tuple[str, str, tuple[str, ...]]], book: FeedbackBook) -> None:
    """Refuse to have a question learned and in the regression set."""
    met = met_before(book.database, ASKED if kind in LEARNED else LEARNED, ((name, asked) for name, _, asked in members))
    if met:
        where = "the regression set" if kind in LEARNED else "what is learned"
        raise UserError(
            f"feedback-{met[0]}, or what asks the same, is in {where} already: {met[1]}",
            "What is learned cannot be tested: name other feedback, or take what is not exported yet by --new.",
        )


def _read_back(kind: ExportKind, made: Sequence[Made], recipe: Recipe) -> Iterator[tuple[Made, str]]:
    """Each row with the id that it gets in prepared data; what no reader would use is left out, and so is what says the same as another."""
    if kind == "preference":
        from assistant.data.reading.cells import HALF_CHARACTERS

        for each in made:
            is_half = isinstance(each, Row) and any(HALF_CHARACTERS.search(text) for text in each.texts)
            yield (LeftOut(each.judgements[0], "it has half a character, which no file can hold") if is_half and isinstance(each, Row) else each), ""
        return
    from assistant.data.splitting.equality import said

    met: dict[tuple[str, ...], str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for each in made:
            if isinstance(each, LeftOut):
                yield each, ""
                continue
            name = each.judgements[0]
            found = _example(kind, each, recipe, Path(folder) / "row.jsonl")
            if isinstance(found, str):
                yield LeftOut(name, found), ""
            elif (same := met.setdefault(said(found), name)) != name:
                yield LeftOut(name, f"it says the same as feedback-{same}"), ""
            else:
                yield each, found.id


def _example(kind: ExportKind, row: Row, recipe: Recipe, file: Path) -> Example | str:
    """The example that a row is read as; or why it would not be learned, or not be asked."""
    from assistant.core.recipe_data import AnswerWords
    from assistant.data.reading.columns import mappings_of
    from assistant.data.reading.read import Account, Wanted, each_example
    from assistant.data.splitting.groups import share
    from assistant.data.splitting.split import split_at

    data = recipe.data
    # As the test split of another file is read: by the recipe's columns where the file has them, and answers of any length.
    mappings = mappings_of(data, None if kind == "training" else row.content)
    wanted = Wanted(mappings, data.group, (), data.answer_words if kind == "training" else AnswerWords())
    account = Account()
    try:
        file.write_text(json.dumps(row.content), encoding="utf-8")
        examples = list(each_example([file], wanted, account))
    except DataError as error:
        kinds = ", ".join(account.problems.counts)
        return f"no reader of data takes it: {kinds or error.what.replace(str(file), 'the row')}"
    if len(examples) != 1:
        return "it is read as several questions"
    split = split_at(share(data.split.seed, examples[0].group), data.split)
    if kind == "training" and split != "train":
        return f"its question falls to the {split} split, for the recipe names no data.group by which it could be dealt to training"
    return examples[0]


def _personal_data(row: Row) -> tuple[str, ...]:
    from assistant.data.personal.personal_data import find_personal_data

    return tuple(dict.fromkeys(span.kind for text in row.texts for span in find_personal_data(text) if span.identifies))
