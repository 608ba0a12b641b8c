"""k folds of all examples of a recipe, as files that any tool reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from assistant.core.errors import DataError
from assistant.core.files import make_folder, whole_folder, write_jsonl
from assistant.core.home import Home
from assistant.core.recipe_file import RecipeFile
from assistant.data.canaries import is_canary
from assistant.data.example import Example
from assistant.data.prepare import prepare
from assistant.data.splitting.folds import folds
from assistant.data.splitting.split import SPLITS


@dataclass(frozen=True)
class Folded:
    """Where the folds are.

    Attributes:
        folder: `fold-1/train.jsonl`, `fold-1/test.jsonl` and so on are below it.
        sizes: Examples held out in each fold.
        groups: How many groups were dealt.
    """

    folder: Path
    sizes: Sequence[int]
    groups: int

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {"folder": str(self.folder), "sizes": list(self.sizes), "groups": self.groups}


def write_folds(file: RecipeFile, home: Home, k: int, out: Path | None) -> Folded:
    """Deal what people wrote to k folds; what was made of it, and secrets that were planted, are in none.

    Raises:
        DataError: There are fewer groups than folds, or the folder is there already.
    """
    prepared = prepare(file, home)

    def originals() -> Iterator[Example]:
        return (example for example in chain.from_iterable(prepared.splits[name] for name in SPLITS) if not (example.made_by or is_canary(example)))

    split = file.recipe.data.split
    dealt = folds(originals(), k, split.seed, split.stratify)
    folder = out or prepared.folder.with_name(f"{prepared.folder.name}-folds-{k}")
    make_folder(folder.absolute().parent)
    try:
        with whole_folder(folder) as working:
            for fold in range(k):
                place = working / f"fold-{fold + 1}"
                place.mkdir()
                write_jsonl(place / "train.jsonl", (example.to_json() for example in dealt.train(fold, originals())))
                write_jsonl(place / "test.jsonl", (example.to_json() for example in dealt.held_out(fold, originals())))
    except FileExistsError:
        raise DataError(f"{folder} is there already", "Delete it, or name another folder with --out.") from None
    return Folded(folder, dealt.sizes, len(dealt.fold_of))


def lines_of(folded: Folded) -> Iterator[str]:
    """For a person."""
    for number, size in enumerate(folded.sizes, 1):
        yield f"fold {number}: {size} examples held out"
    yield f"{folded.groups} groups, none of them parted"
    yield f"written: {folded.folder}"
