"""More rows out of those of train: the methods of a recipe, the model that writes where one is wanted, and the file they go to."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from assistant.core.errors import DataError
from assistant.core.files import write_jsonl
from assistant.core.home import Home
from assistant.core.plain import one_line
from assistant.core.progress import say
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.inspector import Inspector
from assistant.data.checking.tools import Tools, find_tools
from assistant.data.enlarging.augment import augment, local_rewriters
from assistant.data.enlarging.balance import Filling, classes_of
from assistant.data.enlarging.known import Known
from assistant.data.enlarging.made import Made, preview_lines
from assistant.data.enlarging.passages import passages_of
from assistant.data.enlarging.sieve import Sieve
from assistant.data.example import Example
from assistant.data.prepare import Prepared, prepare
from assistant.data.scratch import scratch
from assistant.data.splitting.split import SPLITS
from assistant.workshop.writing import Paraphraser, grounded, open_writer

AUGMENTED = "augmented.jsonl"


@dataclass(frozen=True)
class Augmented:
    """What came of it.

    Attributes:
        rows: New rows, where they are only shown.
        tally: Made, kept, and refused by which reason.
        meaning: Why closeness in meaning was not measured; empty where it was.
        path: The file; None where nothing was written.
        is_named: Whether the recipe reads that file already.
        name: What the recipe would call it.
    """

    rows: tuple[Made, ...]
    tally: dict[str, Any]
    meaning: str
    path: Path | None = None
    is_named: bool = False
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {"file": str(self.path) if self.path else None, "meaning_not_measured": self.meaning or None, **self.tally}

    def lines(self) -> Iterator[str]:
        """The new rows, before and after, and what was refused."""
        for line in preview_lines(self.rows):
            # One line each, and still indented.
            yield " " * (len(line) - len(line.lstrip(" "))) + one_line(line)
        yield from lines_of(self)


def preview_of(file: RecipeFile, home: Home, count: int) -> Augmented:
    """The first new rows; nothing is written.

    Raises:
        UserError: The data cannot be prepared, or a method lacks what it needs.
    """
    with scratch() as database, ExitStack() as stack:
        work = _Work(file, home, database, stack)
        return Augmented(tuple(islice(work.made(), count)), work.tally(), work.meaning)


def augment_recipe(file: RecipeFile, home: Home, out: Path | None) -> Augmented:
    """Make all new rows and write them.

    Raises:
        UserError: The data cannot be prepared, a method lacks what it needs, or the file cannot be written.
    """
    path = out or file.folder / AUGMENTED
    with scratch() as database, ExitStack() as stack:
        work = _Work(file, home, database, stack)
        write_jsonl(path, (made.to_json() for made in work.made()))
        named = path.resolve() in {(file.folder / name).resolve() for name in file.recipe.data.augmented}
        return Augmented((), work.tally(), work.meaning, path, named, _from(file.folder, path))


def _from(folder: Path, path: Path) -> str:
    """A path as a recipe in a folder names it."""
    whole, start = path.resolve(), folder.resolve()
    return whole.relative_to(start).as_posix() if whole.is_relative_to(start) else str(whole)


def lines_of(told: Augmented) -> Iterator[str]:
    """What came of it, for a person."""
    tally = told.tally
    if told.path:
        yield f"{tally['kept']} of {tally['made']} new rows kept"
    else:
        yield f"{len(told.rows)} shown, nothing written; of {tally['made']} new rows tried so far {tally['kept']} would be kept"
    for method, counts in tally["methods"].items():
        refused = ", ".join(f"{count} {reason}" for reason, count in counts["refused"].items())
        nothing = "" if counts["kept"] or refused else "; no question that it could change"
        yield "    " + one_line(f"{method}: {counts['kept']} kept{f'; refused: {refused}' if refused else nothing}")
    if told.meaning:
        yield one_line(f"closeness in meaning was not measured: {told.meaning}")
    if told.path:
        yield f"written: {told.path}"
        if not told.is_named:
            yield f"The recipe does not read it yet: add `augmented: [{told.name}]` under data."


class _Work:
    """Everything that the making needs, opened."""

    def __init__(self, file: RecipeFile, home: Home, database: sqlite3.Connection, stack: ExitStack) -> None:
        self._file = file
        data = file.recipe.data
        # What was made before is made anew and must not stand in its own way; planted secrets are no questions that anybody asks.
        bare = data.model_copy(update={"augmented": (), "balance": None, "canaries": 0})
        self._prepared = prepare(RecipeFile(file.recipe.model_copy(update={"data": bare}), file.path), home)
        tools = find_tools(file)
        self.meaning = "" if tools.encode else "the sentence encoder is not here; `assistant base fetch minilm-l6` gets it"
        self._sieve = Sieve(data.augment, _known(self._prepared, database), tools.encode, _refusal(tools, file, database))
        self._rewriters = local_rewriters(data)
        self._writer = None
        if {"paraphrase", "grounded"} & set(data.augment.methods):
            self._writer = stack.enter_context(closing(open_writer(file, home)))
            if "paraphrase" in data.augment.methods:
                self._rewriters["paraphrase"] = Paraphraser(self._writer, data.augment)
        if "grounded" in data.augment.methods and not data.augment.documents:
            raise DataError("grounded makes questions out of documents, and none is named", "Name them under data.augment.documents.")

    def made(self) -> Iterator[Made]:
        """The new rows."""
        data = self._file.recipe.data
        train = self._prepared.splits["train"]
        filling = Filling(classes_of(train, data.balance.tag), data.balance, data.augment.per_row) if data.balance else None
        wanted, missed = (filling.wanted, filling.missed) if filling else (None, None)
        if set(data.augment.methods) - {"grounded"}:
            yield from augment(train, data.augment, self._rewriters, self._sieve, wanted, missed)
        if self._writer and "grounded" in data.augment.methods:
            for name in data.augment.documents:
                say(f"reading {name}")
                yield from grounded(passages_of(self._file.folder / name, name), self._writer, self._sieve)

    def tally(self) -> dict[str, Any]:
        """What was made, kept and refused so far; a method that found nothing to do is told as well."""
        tally = self._sieve.tally.to_json()
        none = {method: {"kept": 0, "refused": {}} for method in self._file.recipe.data.augment.methods}
        return {**tally, "methods": {**none, **tally["methods"]}}


def _known(prepared: Prepared, database: sqlite3.Connection) -> Known:
    known = Known(database)
    for split in SPLITS:
        for example in prepared.splits[split]:
            known.add(example, in_train=split == "train")
    return known


def _refusal(tools: Tools, file: RecipeFile, database: sqlite3.Connection) -> Callable[[Example], str | None]:
    """Gives the check that a new row does not pass; None where it passes all."""
    # One row alone has no language of most rows, and shares its answer with its original.
    alone = {"language": "ignore", "boilerplate": "ignore", "contradiction": "ignore", "outlier": "ignore", "off_topic": "ignore"}
    inspector = Inspector(file.recipe.data.check.model_copy(update=alone), tools, database)

    def refuses(example: Example) -> str | None:
        (looked,) = inspector.inspect([example])
        bad = (finding for finding in looked.findings if finding.severity != "note")
        return next((finding.rule for finding in bad), None)

    return refuses
