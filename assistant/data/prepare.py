"""From a recipe to prepared data: three splits in a folder named by their fingerprint, and what became of every row."""

from __future__ import annotations

import fcntl
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from assistant.core import fingerprint
from assistant.core.errors import DataError
from assistant.core.files import from_folder, make_folder, read_json, sweep_unfinished, whole_folder, write_json, write_jsonl
from assistant.core.home import Home
from assistant.core.plain import many
from assistant.core.recipe_data import Data
from assistant.core.recipe_file import RecipeFile
from assistant.data.canaries import TAG, canaries
from assistant.data.checking.tools import find_tools
from assistant.data.dealt import DealtRows
from assistant.data.example import Example
from assistant.data.flow import Flow, Observer, Rejected
from assistant.data.inputs import inputs_of
from assistant.data.kept import KeptExamples, broken
from assistant.data.scratch import scratch
from assistant.data.splitting.pool import Pool
from assistant.data.splitting.split import SPLITS, SplitName

SCHEMA = 2
REPORT = "report.json"
CLEAN = "clean.jsonl"
REJECTED = "rejected.jsonl"


@dataclass(frozen=True)
class Prepared:
    """Prepared data.

    Attributes:
        splits: The examples of train, validation and test; they lie on disk and are read when they are used.
        report: Counts of rows, problems, findings, duplicates, groups; how the files were understood.
        fingerprint: SHA-256 over the three splits.
        folder: Where they are kept, with `clean.jsonl` (all of them and where they are from) and `rejected.jsonl` (all others and why).
        found: Whether they were there already.
    """

    splits: Mapping[SplitName, Sequence[Example]]
    report: Mapping[str, Any]
    fingerprint: str
    folder: Path
    found: bool = False


def prepare(file: RecipeFile, home: Home) -> Prepared:
    """Read, clean, check, deduplicate and split the data of a recipe, and keep the result; nothing is done twice for the same inputs.

    Raises:
        DataError: There is nothing usable, or nothing to train on; or what was kept before was changed.
    """
    _refuse_tag_of_secrets(file.recipe.data)
    tools = find_tools(file)
    inputs = inputs_of(file, tools)
    if inputs and (before := _prepared_from(inputs, file.recipe.name, home)):
        return before
    with scratch() as database, tempfile.TemporaryFile("w+", encoding="utf-8") as rejected:
        flow = Flow(file, database, tools, _Keeper(rejected, file.folder))
        flow.run()
        if inputs_of(file, tools) != inputs:
            raise DataError("the data, or what was decided about it, changed while it was read", "Run it again when nothing writes to it.")
        _refuse_empty_split(flow.pool)
        rows = DealtRows(file, flow.pool, canaries(file.recipe.data.canaries, file.recipe.data.split.seed), database, flow.reject)
        print_of_data = fingerprint_of_examples({name: rows.examples(name) for name in SPLITS})
        folder = home.data / f"{file.recipe.name}-{print_of_data[: fingerprint.SHORT]}"
        leakage = {"leakage": rows.leakage().to_json()}
        told = {"schema": SCHEMA, "fingerprint": print_of_data, "inputs": inputs, **flow.report(), **rows.report(), **leakage}
        report = _from(file.folder, told)
        found = (folder / REPORT).exists()
        if found:
            _refuse_changed(folder, print_of_data)
        _keep(folder, found, Kept(flow, rows, rejected, report))
    return Prepared(_splits_in(folder), report, print_of_data, folder, found)


def read_prepared(folder: Path) -> Prepared:
    """Read what `prepare` kept.

    Raises:
        DataError: It is not there any more, or is not what was kept.
    """
    try:
        report = read_json(folder / REPORT)
        kept = report["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        raise broken(folder) from None
    _refuse_changed(folder, kept)
    return Prepared(_splits_in(folder), report, kept, folder, found=True)


def fingerprint_of_examples(splits: Mapping[SplitName, Iterable[Example]]) -> str:
    """The fingerprint of examples and of how they are split."""
    return fingerprint.of_lists({name: (example.to_json() for example in splits[name]) for name in SPLITS})


class _Keeper(Observer):
    """Writes down every row that goes no further."""

    def __init__(self, rejected: TextIO, folder: Path) -> None:
        self._file = rejected
        self._folder = folder

    def rejected(self, row: Rejected) -> None:
        self._file.write(json.dumps(_from(self._folder, row.to_json())) + "\n")


def _from(folder: Path, value: Any) -> Any:
    """What is to be written, with its files named from the recipe's folder where they are below: who is given it may have them elsewhere."""
    if isinstance(value, list):
        return [_from(folder, each) for each in value]
    if not isinstance(value, dict):
        return value
    named = value.get("file")
    shorter = {"file": from_folder(folder, named)} if isinstance(named, str) and "line" in value else {}
    return {key: inner if key == "row" else _from(folder, inner) for key, inner in {**value, **shorter}.items()}


@dataclass(frozen=True)
class Kept:
    """What goes into a folder of prepared data."""

    flow: Flow
    rows: DealtRows
    rejected: TextIO
    report: Mapping[str, Any]

    def write_splits(self, folder: Path) -> None:
        """What is trained on and examined; the fingerprint is theirs."""
        for name in SPLITS:
            write_jsonl(folder / f"{name}.jsonl", (example.to_json() for example in self.rows.examples(name)))

    def write_accounts(self, folder: Path) -> None:
        """What became of every row; says where rows lie, so it may differ where the examples do not."""
        if (folder / REPORT).exists():
            # Until all three are written it must not be found as what belongs to its former inputs.
            write_json(folder / REPORT, {**self.report, "inputs": None})
        write_jsonl(folder / CLEAN, self._clean_rows())
        self.rejected.seek(0)
        write_jsonl(folder / REJECTED, map(json.loads, self.rejected))
        write_json(folder / REPORT, self.report)

    def _clean_rows(self) -> Iterator[dict[str, Any]]:
        for number, example, split in self.flow.pool.dealt():
            if split and not (split == "train" and self.rows.is_thinned(example.id)):
                place = example.place.to_json() if example.place else {"file": None, "line": None}
                yield {**example.to_json(), "split": split, **_from(self.flow.file.folder, place), "cleaned": list(self.flow.rules_of(number))}
        for example in self.rows.examples("train"):
            if example.made_by:
                yield {**example.to_json(), "split": "train", "file": None, "line": None, "cleaned": []}


def _prepared_from(inputs: str, name: str, home: Home) -> Prepared | None:
    """What was prepared from the very same before; None where nothing was, or where it is not whole any more."""
    for path in sorted(home.data.glob(f"{name}-*/{REPORT}")):
        try:
            if read_json(path).get("inputs") == inputs and all((path.parent / account).exists() for account in (CLEAN, REJECTED)):
                return read_prepared(path.parent)
        except (OSError, ValueError, AttributeError):
            continue
    return None


def _refuse_tag_of_secrets(data: Data) -> None:
    if data.canaries and TAG in data.tags:
        raise DataError(
            f"data.tags names `{TAG}`, which marks the secrets of data.canaries", "Call that column otherwise, or set data.canaries to 0."
        )


def _splits_in(folder: Path) -> dict[SplitName, KeptExamples]:
    return {name: KeptExamples(folder / f"{name}.jsonl") for name in SPLITS}


def _refuse_changed(folder: Path, kept: str) -> None:
    if fingerprint_of_examples(_splits_in(folder)) != kept:
        raise DataError(f"the prepared data {folder} was changed after it was written", "Delete the folder and prepare the data again.")


def _keep(folder: Path, found: bool, kept: Kept) -> None:
    make_folder(folder.parent)
    sweep_unfinished(folder.parent)
    if found:
        # The same examples, read from elsewhere or otherwise; each file is whole or as before, and all three are of one run.
        with (folder / "train.jsonl").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept.write_accounts(folder)
        return
    try:
        with whole_folder(folder) as working:
            kept.write_splits(working)
            kept.write_accounts(working)
    except FileExistsError:
        # Another process prepared the same at the same time.
        if not (folder / REPORT).exists():
            raise DataError(f"{folder} is in the way: it holds no prepared data", "Move it elsewhere, or name another place with --home.") from None


def _refuse_empty_split(pool: Pool) -> None:
    empty = pool.empty_split()
    if empty is None:
        return
    found, after_joining = pool.groups()
    and_joined = f" ({found} before those were joined that ask or answer nearly the same)" if after_joining < found else ""
    seed = pool.seed_that_works()
    try_it = "" if seed is None else f" try --set data.split.seed={seed},"
    if seed is None and after_joining < found and "near" in pool.found:
        try_it = " set data.duplicates.near to ignore if questions that differ in a word or number are different here,"
    raise DataError(
        f"no example falls to {empty}: {many(pool.count(), 'example')} in {many(after_joining, 'group')}{and_joined}",
        f"Give more examples or groups,{try_it} or set the share of that split to 0.",
    )
