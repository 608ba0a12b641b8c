"""From the files of a recipe to prepared data: three splits in a folder named by their fingerprint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.core import fingerprint
from assistant.core.errors import DataError
from assistant.core.files import read_json, read_jsonl, sweep_unfinished, whole_folder, write_json, write_jsonl
from assistant.core.home import Home
from assistant.core.recipe_file import RecipeFile
from assistant.data.example import Example
from assistant.data.read import Wanted, find_files, read_examples
from assistant.data.split import SPLITS, SplitName, drop_duplicates, join_groups, limit_splits, split_examples

SCHEMA = 1


@dataclass(frozen=True)
class Prepared:
    """Prepared data.

    Attributes:
        splits: The examples of train, validation and test.
        report: Counts of rows, problems, duplicates, groups; how the files were understood.
        fingerprint: SHA-256 over the three splits.
        folder: Where they are kept.
        found: Whether they were there already.
    """

    splits: Mapping[SplitName, tuple[Example, ...]]
    report: Mapping[str, Any]
    fingerprint: str
    folder: Path
    found: bool = False


def prepare(file: RecipeFile, home: Home) -> Prepared:
    """Read, clean and split the data of a recipe, and keep the result.

    Raises:
        DataError: There is nothing usable, or nothing to train on.
    """
    splits, report = _split_files(file)
    print_of_data = fingerprint_of_examples(splits)
    folder = home.data / f"{file.recipe.name}-{print_of_data[: fingerprint.SHORT]}"
    found = (folder / "report.json").exists()
    if not found:
        home.data.mkdir(parents=True, exist_ok=True)
        sweep_unfinished(home.data)
        with whole_folder(folder) as working:
            for name in SPLITS:
                write_jsonl(working / f"{name}.jsonl", (example.to_json() for example in splits[name]))
            write_json(working / "report.json", {"schema": SCHEMA, "fingerprint": print_of_data, **report})
    return Prepared({name: tuple(splits[name]) for name in SPLITS}, report, print_of_data, folder, found)


def read_prepared(folder: Path) -> Prepared:
    """Read what `prepare` kept.

    Raises:
        DataError: It is not there any more, or is not what was kept.
    """
    try:
        report = read_json(folder / "report.json")
        splits = {name: tuple(Example.from_json(row) for row in read_jsonl(folder / f"{name}.jsonl")) for name in SPLITS}
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(f"the prepared data {folder} is missing or broken", "Run `assistant data prepare` with the version's recipe again.") from None
    if fingerprint_of_examples(splits) != report["fingerprint"]:
        raise DataError(f"the prepared data {folder} was changed after it was written", "Delete the folder and prepare the data again.")
    return Prepared(splits, report, report["fingerprint"], folder, found=True)


def fingerprint_of_examples(splits: Mapping[SplitName, Any]) -> str:
    """The fingerprint of examples and of how they are split."""
    return fingerprint.of_value({name: [example.to_json() for example in splits[name]] for name in SPLITS})


def _split_files(file: RecipeFile) -> tuple[dict[SplitName, list[Example]], dict[str, Any]]:
    data = file.recipe.data
    paths = find_files(file.folder, data.files)
    reading = read_examples(paths, Wanted(data.columns, data.group, data.tags, data.answer_words))
    unique, again = drop_duplicates(reading.examples)
    whole = split_examples(join_groups(unique), data.split)
    splits = limit_splits(whole, data.limit, data.split.seed)
    for name in SPLITS:
        if not splits[name] and getattr(data.split, name) > 0:
            raise DataError(
                f"no example falls to {name}: {len(unique)} examples in {len({e.group for e in unique})} groups",
                "Give more examples or groups, another data.split.seed, or set the share of that split to 0.",
            )
    report = {
        "files": {path.name: {"sha256": fingerprint.of_file(path), "columns": reading.layouts[str(path)]} for path in paths},
        "rows": reading.rows,
        "problems": reading.problems.to_json(),
        "duplicates": {"dropped": again.total(), "most": dict(again.most_common(5))},
        "splits": {name: _summary(splits[name], len(whole[name])) for name in SPLITS},
    }
    return splits, report


def _summary(examples: list[Example], before_limit: int) -> dict[str, Any]:
    words = sorted(len(example.answers[0].split()) for example in examples)
    return {
        "examples": len(examples),
        "left_out_by_limit": before_limit - len(examples),
        "groups": len({example.group for example in examples}),
        "answer_words": {"min": words[0], "median": words[len(words) // 2], "max": words[-1]} if words else None,
    }
