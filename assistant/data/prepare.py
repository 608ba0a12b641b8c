"""From the files of a recipe to prepared data: three splits in a folder named by their fingerprint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from assistant.core import fingerprint
from assistant.core.errors import DataError
from assistant.core.files import make_folder, read_json, sweep_unfinished, whole_folder, write_json, write_jsonl
from assistant.core.home import Home
from assistant.core.recipe_data import Data
from assistant.core.recipe_file import RecipeFile
from assistant.data.canaries import TAG, Canary, canaries
from assistant.data.example import Example
from assistant.data.kept import KeptExamples, broken
from assistant.data.reading.read import Account, Wanted, each_example, find_files
from assistant.data.scratch import scratch
from assistant.data.splitting.pool import Pool
from assistant.data.splitting.split import SPLITS, SplitName

SCHEMA = 1
REPORT = "report.json"


@dataclass(frozen=True)
class Prepared:
    """Prepared data.

    Attributes:
        splits: The examples of train, validation and test; they lie on disk and are read when they are used.
        report: Counts of rows, problems, duplicates, groups; how the files were understood.
        fingerprint: SHA-256 over the three splits.
        folder: Where they are kept.
        found: Whether they were there already.
    """

    splits: Mapping[SplitName, Sequence[Example]]
    report: Mapping[str, Any]
    fingerprint: str
    folder: Path
    found: bool = False


def prepare(file: RecipeFile, home: Home) -> Prepared:
    """Read, clean and split the data of a recipe, and keep the result.

    Raises:
        DataError: There is nothing usable, or nothing to train on; or what was kept before was changed.
    """
    with scratch() as database:
        pool = Pool(database, file.recipe.data.split)
        secrets = _secrets(file.recipe.data)
        report = {**_fill(pool, file), **_planted(secrets)}
        print_of_data = fingerprint_of_examples({name: _examples(pool, secrets, name) for name in SPLITS})
        folder = home.data / f"{file.recipe.name}-{print_of_data[: fingerprint.SHORT]}"
        found = (folder / REPORT).exists()
        if found:
            _refuse_changed(folder, print_of_data)
        else:
            _keep(folder, pool, secrets, {"schema": SCHEMA, "fingerprint": print_of_data, **report})
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


def _secrets(data: Data) -> list[Canary]:
    if data.canaries and TAG in data.tags:
        raise DataError(
            f"data.tags names `{TAG}`, which marks the secrets of data.canaries", "Call that column otherwise, or set data.canaries to 0."
        )
    return canaries(data.canaries, data.split.seed)


def _planted(secrets: Sequence[Canary]) -> dict[str, Any]:
    """What the report says of secrets; nothing where there are none, so that it is the same as it ever was."""
    return {"canaries": {"planted": len(secrets), "examples": sum(secret.repeats for secret in secrets)}} if secrets else {}


def _examples(pool: Pool, secrets: Sequence[Canary], split: SplitName) -> Iterator[Example]:
    """The examples of a split; secrets come after those of train, when all that decides about rows is decided."""
    return chain(pool.examples(split), chain.from_iterable(secret.examples() for secret in secrets) if split == "train" else ())


def _splits_in(folder: Path) -> dict[SplitName, KeptExamples]:
    return {name: KeptExamples(folder / f"{name}.jsonl") for name in SPLITS}


def _refuse_changed(folder: Path, kept: str) -> None:
    if fingerprint_of_examples(_splits_in(folder)) != kept:
        raise DataError(f"the prepared data {folder} was changed after it was written", "Delete the folder and prepare the data again.")


def _keep(folder: Path, pool: Pool, secrets: Sequence[Canary], report: Mapping[str, Any]) -> None:
    make_folder(folder.parent)
    sweep_unfinished(folder.parent)
    try:
        with whole_folder(folder) as working:
            for name in SPLITS:
                write_jsonl(working / f"{name}.jsonl", (example.to_json() for example in _examples(pool, secrets, name)))
            write_json(working / REPORT, report)
    except FileExistsError:
        # Another process prepared the same at the same time.
        if not (folder / REPORT).exists():
            raise DataError(f"{folder} is in the way: it holds no prepared data", "Move it elsewhere, or name another place with --home.") from None


def _fill(pool: Pool, file: RecipeFile) -> dict[str, Any]:
    """Read all files into the pool and deal what is in it.

    Returns:
        The report on it.
    """
    data = file.recipe.data
    paths = find_files(file.folder, data.files)
    account = Account()
    tags_met: set[str] = set()
    for example in each_example(paths, Wanted(data.columns, data.group, data.tags, data.answer_words, data.clean), account):
        tags_met.update(example.tags)
        pool.add(example)
    _refuse_unknown_tags(data.tags, tags_met)
    pool.deal(data.limit)
    _refuse_empty_split(pool)
    found, after_joining = pool.groups()
    return {
        "files": {_shown(path, file.folder): {"sha256": fingerprint.of_file(path), "columns": account.layouts[str(path)]} for path in paths},
        "rows": account.rows,
        "problems": account.problems.to_json(),
        "duplicates": {"dropped": pool.unique.dropped.total(), "most": dict(pool.unique.dropped.most_common(5))},
        "ids_used_twice": {"renamed": pool.unique.renamed.total(), "most": dict(pool.unique.renamed.most_common(5))},
        "groups": {"found": found, "joined": found - after_joining},
        "splits": {name: pool.summary(name) for name in SPLITS},
    }


def _refuse_unknown_tags(tags: Sequence[str], met: Set[str]) -> None:
    for tag in tags:
        if tag not in met:
            raise DataError(f"no row has anything in a column `{tag}`", "Correct data.tags in the recipe: it names columns of the data.")


def _refuse_empty_split(pool: Pool) -> None:
    empty = pool.empty_split()
    if empty is None:
        return
    found, after_joining = pool.groups()
    and_joined = f" ({found} before those were joined that share a question)" if after_joining < found else ""
    seed = pool.seed_that_works()
    try_it = "" if seed is None else f" try --set data.split.seed={seed},"
    raise DataError(
        f"no example falls to {empty}: {pool.count()} examples in {after_joining} groups{and_joined}",
        f"Give more examples or groups,{try_it} or set the share of that split to 0.",
    )


def _shown(path: Path, folder: Path) -> str:
    """A file as the recipe names it: from the recipe's folder where it is below."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
