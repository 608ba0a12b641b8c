"""Finished versions on disk: `assistants/NAME/V/`, numbered from 1."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.core.errors import TargetError
from assistant.core.files import UNFINISHED, sweep_unfinished, whole_folder
from assistant.core.home import Home
from assistant.core.recipe import Recipe
from assistant.core.recipe_file import load_recipe
from assistant.registry.manifest import FILE, Manifest, read_manifest

RECIPE_FILE = "recipe.yaml"


@dataclass(frozen=True)
class Version:
    """One finished training of an assistant.

    Attributes:
        name: The assistant.
        number: Counted from 1.
        folder: Adapter or weights, tokenizer, recipe, manifest, card.
    """

    name: str
    number: int
    folder: Path

    @property
    def label(self) -> str:
        """How people name it: `health@1`."""
        return f"{self.name}@{self.number}"

    @property
    def manifest(self) -> Manifest:
        """What it was made from, and how it went."""
        return read_manifest(self.folder)

    @property
    def recipe(self) -> Recipe:
        """The resolved recipe that it was made by."""
        return load_recipe(self.folder / RECIPE_FILE).recipe

    @property
    def is_adapter(self) -> bool:
        """Whether it holds an adapter; else all weights."""
        return (self.folder / "adapter_config.json").exists()


def versions_of(name: str, home: Home) -> list[Version]:
    """The finished versions of one assistant, oldest first."""
    folder = home.assistants / name
    numbers = sorted(int(path.name) for path in folder.glob("[0-9]*") if path.name.isdigit() and (path / FILE).exists())
    return [Version(name, number, folder / str(number)) for number in numbers]


def all_versions(home: Home) -> list[Version]:
    """Every finished version, by name and number."""
    names = sorted(path.name for path in home.assistants.glob("*") if path.is_dir())
    return [version for name in names for version in versions_of(name, home)]


def find_version(text: str, home: Home) -> Version:
    """The version that `health` (its newest) or `health@3` names.

    Raises:
        TargetError: There is none; the nearest name is given.
    """
    name, at, number = text.partition("@")
    versions = versions_of(name, home)
    if not versions:
        names = {version.name for version in all_versions(home)}
        near = difflib.get_close_matches(name, names, n=1)
        train = "Train one with `assistant train RECIPE`, or name another place with --home."
        hint = f"Did you mean `{near[0]}`?" if near else f"The assistants there are: {', '.join(sorted(names))}." if names else train
        raise TargetError(f"there is no assistant `{name}` in {home.root}", hint)
    if not at:
        return versions[-1]
    for version in versions:
        if number == str(version.number):
            return version
    known = ", ".join(version.label for version in versions)
    raise TargetError(f"there is no version {text}", f"The versions there are: {known}.")


def remove_version(version: Version) -> None:
    """Remove a version with all that was made from it; its number is not given again while a later one is there."""
    hidden = version.folder.with_name(f"{UNFINISHED}removed-{version.number}")
    # From here on nobody finds it, whatever becomes of its files.
    version.folder.rename(hidden)
    shutil.rmtree(hidden, ignore_errors=True)


def add_version(name: str, home: Home, fill: Callable[[Path, int], None]) -> Version:
    """Add the next version of an assistant; it appears only when it is whole.

    Args:
        name: The assistant.
        home: The workspace.
        fill: Writes the version's files into the folder that it is given, with the version's number.
    """
    folder = home.assistants / name
    folder.mkdir(parents=True, exist_ok=True)
    sweep_unfinished(folder)
    taken = [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
    number = max(taken, default=0) + 1
    with whole_folder(folder / str(number)) as working:
        fill(working, number)
    return Version(name, number, folder / str(number))
