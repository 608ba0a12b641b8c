"""What can be asked questions: a version, or an untrained base with the prompt of a recipe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.core import fingerprint
from assistant.core.errors import BaseError, TargetError
from assistant.core.home import Home
from assistant.core.recipe import Recipe
from assistant.core.recipe_file import RecipeFile
from assistant.registry.versions import Version, find_version, versions_of

if TYPE_CHECKING:
    from assistant.data.example import Example
    from assistant.data.prepare import Prepared


@dataclass(frozen=True)
class Target:
    """Something that answers.

    Attributes:
        label: `health@1`, or the base's name.
        kind: A finished training, the model it started from, the model behind a server, or answers that came as a file.
        recipe: The version's own; for a base the one that was given.
        folder: What relative paths in the recipe start from.
        fingerprint: Over weights, adapter, template and system prompt: all that decides its answers besides the request.
        facts: What a reader of a scorecard wants to know about it.
        version: The version it is, or whose prompt the base is given; None for a base with a recipe of its own.
    """

    label: str
    kind: Literal["version", "base", "server", "file"]
    recipe: Recipe
    folder: Path
    fingerprint: str
    facts: Mapping[str, Any]
    version: Version | None = None


@dataclass(frozen=True)
class Training:
    """All that a target learned from, read from disk whenever it is asked for.

    Attributes:
        parts: The training split, and the validation split, which chose the best checkpoint.
        fingerprint: SHA-256 over the three splits that they belong to.
        source: Where they are from, in a few words.
    """

    parts: tuple[Sequence[Example], ...]
    fingerprint: str
    source: str

    def __iter__(self) -> Iterator[Example]:
        return chain.from_iterable(self.parts)

    def __len__(self) -> int:
        return sum(map(len, self.parts))


def find_target(text: str, home: Home, recipe: RecipeFile | None = None) -> Target:
    """The target that a command names.

    Args:
        text: `health`, `health@3`, or a base where a recipe is given.
        home: The workspace.
        recipe: For a base, its prompt and data; for a version, other generation, evaluation and gates than its own.

    Raises:
        TargetError: There is no such thing.
    """
    try:
        version = find_version(text, home)
    except TargetError as unknown:
        if recipe and not re.search(r"@\d+$", text):
            return _base_of_recipe(text, recipe)
        raise unknown from None
    return _version_target(version, recipe.recipe if recipe else None)


def base_of(target: Target) -> Target:
    """The untrained base of a version, with the same prompt."""
    if target.version is None:
        return target
    manifest = target.version.manifest
    return replace(
        target,
        label=Path(manifest.base.name).name,
        kind="base",
        fingerprint=fingerprint.of_value([manifest.base.fingerprint, manifest.template]),
        facts={"base": manifest.base.name, "base_fingerprint": manifest.base.fingerprint, "template": manifest.template, "trained": False},
    )


def server_of(file: RecipeFile) -> Target:
    """The model behind the server that a recipe names under `engine.remote`, asked with the recipe's system prompt."""
    remote = file.recipe.engine.remote
    assert remote is not None, "the caller has put it there"
    facts = {"server": remote.url, "model": remote.model, "trained": False}
    return Target(
        label=Path(remote.model).name or remote.model,
        kind="server",
        recipe=file.recipe,
        folder=file.folder,
        fingerprint=fingerprint.of_value([remote.url, remote.model, remote.endpoint, file.recipe.system_prompt]),
        facts=facts,
    )


def answers_of_file(path: Path, file: RecipeFile) -> Target:
    """Answers that somebody else's program wrote, in the place of what would have answered.

    Args:
        path: The file.
        file: How they are to be judged.
    """
    found = fingerprint.of_file(path)
    return Target(label=path.stem, kind="file", recipe=file.recipe, folder=file.folder, fingerprint=found, facts={"file": path.name, "sha256": found})


def previous_of(target: Target, home: Home) -> Target | None:
    """The version of the same assistant before this one, answering by its own recipe and examined like this one; None if there is none."""
    if target.kind != "version" or target.version is None:
        return None
    earlier = [version for version in versions_of(target.version.name, home) if version.number < target.version.number]
    if not earlier:
        return None
    previous = _version_target(earlier[-1], None)
    recipe = target.recipe
    return replace(previous, recipe=previous.recipe.model_copy(update={"evaluation": recipe.evaluation, "gates": recipe.gates}))


def prepared_of(target: Target, home: Home) -> Prepared:
    """The data that a version was trained on, whatever became of its recipe's files since; for a base with a recipe of its own, that recipe's.

    Raises:
        DataError: It is missing or harmed, or the recipe's files hold nothing usable.
    """
    from assistant.data.prepare import prepare, read_prepared

    if target.version is None:
        return prepare(RecipeFile(target.recipe, target.folder / "recipe.yaml"), home)
    return read_prepared(home.data / f"{target.recipe.name}-{target.version.manifest.data[: fingerprint.SHORT]}")


def training_of(target: Target, home: Home) -> Training:
    """What a target learned from; for a base with a recipe of its own, what that recipe would teach it.

    It can be iterated over as often as is needed, and is never in memory as a whole.

    Raises:
        DataError: It is missing or harmed, so that nobody can say what was learned.
    """
    prepared = prepared_of(target, home)
    parts = prepared.splits["train"], prepared.splits["validation"]
    return Training(parts, prepared.fingerprint, f"training and validation split of {target.recipe.name}")


def _version_target(version: Version, other: Recipe | None) -> Target:
    manifest = version.manifest
    recipe = version.recipe
    if other:
        own = {"generation": other.generation, "engine": other.engine, "evaluation": other.evaluation, "gates": other.gates}
        recipe = recipe.model_copy(update=own)
    weights = sorted(version.folder.glob("*.safetensors"))
    return Target(
        label=version.label,
        kind="version",
        recipe=recipe,
        folder=Path(manifest.recipe_folder),
        fingerprint=fingerprint.of_value([manifest.base.fingerprint, fingerprint.of_files(version.folder, weights), manifest.template]),
        facts={
            "base": manifest.base.name,
            "base_fingerprint": manifest.base.fingerprint,
            "template": manifest.template,
            "trained": True,
            "method": manifest.training.method,
            "data": manifest.data,
            "created": manifest.created,
            "training_seconds": manifest.training.seconds,
            "validation_loss": manifest.training.validation_loss,
        },
        version=version,
    )


def _base_of_recipe(text: str, file: RecipeFile) -> Target:
    from assistant.models.bases import find_base
    from assistant.models.fitting import fit_base

    try:
        base = find_base(text, file.folder)
    except BaseError as error:
        raise TargetError(f"`{text}` is neither an assistant nor a base", error.todo) from None
    fitted = fit_base(base, file.recipe.template, file.folder, file.recipe.system_prompt)
    template = fitted.template.fingerprint
    return Target(
        label=Path(text).name,
        kind="base",
        recipe=file.recipe.model_copy(update={"base": text}),
        folder=file.folder,
        fingerprint=fingerprint.of_value([base.fingerprint, template]),
        facts={"base": text, "base_fingerprint": base.fingerprint, "template": template, "trained": False},
    )
