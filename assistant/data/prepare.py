"""From the files of a recipe to prepared data: three splits in a folder named by their fingerprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.core import fingerprint
from assistant.core.errors import DataError
from assistant.core.files import make_folder, read_json, read_jsonl, sweep_unfinished, whole_folder, write_json, write_jsonl
from assistant.core.home import Home
from assistant.core.recipe import Data
from assistant.core.recipe_file import RecipeFile
from assistant.data.example import Example
from assistant.data.read import Wanted, find_files, read_examples
from assistant.data.split import SPLITS, SplitName, drop_duplicates, join_groups, limit_splits, split_examples

SCHEMA = 1
SEEDS_TRIED = 100
"""Seeds tried for few groups, where a seed can leave a split without any."""
REPORT = "report.json"


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
    found = (folder / REPORT).exists()
    if not found:
        _keep(folder, splits, {"schema": SCHEMA, "fingerprint": print_of_data, **report})
    return Prepared({name: tuple(splits[name]) for name in SPLITS}, report, print_of_data, folder, found)


def _keep(folder: Path, splits: Mapping[SplitName, list[Example]], report: Mapping[str, Any]) -> None:
    make_folder(folder.parent)
    sweep_unfinished(folder.parent)
    try:
        with whole_folder(folder) as working:
            for name in SPLITS:
                write_jsonl(working / f"{name}.jsonl", (example.to_json() for example in splits[name]))
            write_json(working / REPORT, report)
    except FileExistsError:
        # Another process prepared the same at the same time.
        if not (folder / REPORT).exists():
            raise DataError(f"{folder} is in the way: it holds no prepared data", "Move it elsewhere, or name another place with --home.") from None


def read_prepared(folder: Path) -> Prepared:
    """Read what `prepare` kept.

    Raises:
        DataError: It is not there any more, or is not what was kept.
    """
    try:
        report = read_json(folder / REPORT)
        splits = {name: tuple(Example.from_json(row) for row in read_jsonl(folder / f"{name}.jsonl")) for name in SPLITS}
        kept = report["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(f"the prepared data {folder} is missing or broken", "Run `assistant data prepare` with the version's recipe again.") from None
    if fingerprint_of_examples(splits) != kept:
        raise DataError(f"the prepared data {folder} was changed after it was written", "Delete the folder and prepare the data again.")
    return Prepared(splits, report, kept, folder, found=True)


def fingerprint_of_examples(splits: Mapping[SplitName, Sequence[Example]]) -> str:
    """The fingerprint of examples and of how they are split."""
    return fingerprint.of_lists({name: (example.to_json() for example in splits[name]) for name in SPLITS})


def _seed_that_works(examples: Sequence[Example], data: Data) -> str:
    """Words that name the first seed of the split that gives every split its examples; none if none of many does."""
    for seed in range(SEEDS_TRIED):
        split = data.split.model_copy(update={"seed": seed})
        dealt = split_examples(join_groups(examples, seed), split)
        if all(dealt[name] or getattr(split, name) <= 0 for name in SPLITS):
            return f" try --set data.split.seed={seed},"
    return ""


def _split_files(file: RecipeFile) -> tuple[dict[SplitName, list[Example]], dict[str, Any]]:
    data = file.recipe.data
    paths = find_files(file.folder, data.files)
    reading = read_examples(paths, Wanted(data.columns, data.group, data.tags, data.answer_words))
    _refuse_unknown_tags(data.tags, reading.examples)
    groups = len({example.group for example in reading.examples})
    examples, repeats = drop_duplicates(join_groups(reading.examples, data.split.seed))
    whole = split_examples(examples, data.split)
    splits = limit_splits(whole, data.limit, data.split.seed)
    joined = groups - len({example.group for example in examples})
    for name in SPLITS:
        if not splits[name] and getattr(data.split, name) > 0:
            and_joined = f" ({groups} before those were joined that share a question)" if joined else ""
            raise DataError(
                f"no example falls to {name}: {len(examples)} examples in {groups - joined} groups{and_joined}",
                f"Give more examples or groups,{_seed_that_works(reading.examples, data)} or set the share of that split to 0.",
            )
    report = {
        "files": {_shown(path, file.folder): {"sha256": fingerprint.of_file(path), "columns": reading.layouts[str(path)]} for path in paths},
        "rows": reading.rows,
        "problems": reading.problems.to_json(),
        "duplicates": {"dropped": repeats.dropped.total(), "most": dict(repeats.dropped.most_common(5))},
        "ids_used_twice": {"renamed": repeats.renamed.total(), "most": dict(repeats.renamed.most_common(5))},
        "groups": {"found": groups, "joined": joined},
        "splits": {name: _summary(splits[name], len(whole[name])) for name in SPLITS},
    }
    return splits, report


def _refuse_unknown_tags(tags: Sequence[str], examples: Sequence[Example]) -> None:
    for tag in tags:
        if not any(tag in example.tags for example in examples):
            raise DataError(f"no row has anything in a column `{tag}`", "Correct data.tags in the recipe: it names columns of the data.")


def _shown(path: Path, folder: Path) -> str:
    """A file as the recipe names it: from the recipe's folder where it is below."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _summary(examples: list[Example], before_limit: int) -> dict[str, Any]:
    words = sorted(len(example.answers[0].split()) for example in examples)
    return {
        "examples": len(examples),
        "left_out_by_limit": before_limit - len(examples),
        "groups": len({example.group for example in examples}),
        "answer_words": {"min": words[0], "median": words[len(words) // 2], "max": words[-1]} if words else None,
    }
