"""Reading a recipe from its file, with `--set key.path=value` over it, and saying exactly what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from assistant.core.errors import RecipeError
from assistant.core.files import open_plain
from assistant.core.recipe import Recipe
from assistant.core.recipe_errors import explain
from assistant.core.recipe_keys import is_text, known_keys, may_be_null, nearest, without_positions
from assistant.core.yaml_text import UNWRITABLE, NotYamlError, read_yaml

DEFAULT_FILE = "recipe.yaml"
LONGEST_RECIPE = 2**20
"""Bytes of a recipe, of which a long one has some thousand."""


@dataclass(frozen=True)
class RecipeFile:
    """A recipe and the place it came from.

    Attributes:
        recipe: What it says.
        path: Its file; relative paths inside are relative to its folder.
    """

    recipe: Recipe
    path: Path

    @property
    def folder(self) -> Path:
        """The folder that the recipe's relative paths start from."""
        return self.path.parent


def load_recipe(path: Path, overrides: Sequence[str] = ()) -> RecipeFile:
    """Read a recipe.

    Args:
        path: A YAML file, or a folder that holds `recipe.yaml`.
        overrides: `key.path=value`, the value written as in YAML.

    Raises:
        RecipeError: The file is missing, is not YAML, or holds what a recipe does not have.
    """
    if path.is_dir():
        path = path / DEFAULT_FILE
    content = _read_file(path)
    overridden = [_apply(content, override) for override in overrides]
    return RecipeFile(parse_recipe(content, path, overridden), path)


def override_recipe(recipe: Recipe, overrides: Sequence[str]) -> Recipe:
    """Put `key.path=value` over a recipe that was read before.

    Raises:
        RecipeError: A key is unknown, or its value is wrong.
    """
    content = recipe.model_dump(mode="json")
    for override in overrides:
        _apply(content, override)
    return parse_recipe(content, Path("--set")) if overrides else recipe


def parse_recipe(content: Any, path: Path, overridden: Collection[str] = ()) -> Recipe:
    """Check the content of a recipe.

    Args:
        content: What its file holds.
        path: Its file.
        overridden: The keys that came by `--set`, to say so where one is wrong.

    Raises:
        RecipeError: It names the first thing that is wrong, and the nearest key that exists.
    """
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise explain(error, path, overridden) from None


def dump_recipe(recipe: Recipe) -> str:
    """The resolved recipe as YAML, every key written out."""
    return str(yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100))


def _read_file(path: Path) -> dict[str, Any]:
    try:
        with open_plain(path) as file:
            written = file.read(LONGEST_RECIPE + 1)
        if len(written) > LONGEST_RECIPE:
            raise RecipeError(f"{path} is longer than {LONGEST_RECIPE >> 20} MiB", "A recipe is a short YAML file; name that one.")
        text = written.decode("utf-8")
    except FileNotFoundError:
        raise RecipeError(f"there is no recipe {path}", "Name a recipe file, such as datasets/health/recipe.yaml.") from None
    except UnicodeDecodeError:
        raise RecipeError(f"{path} is not UTF-8 text", "A recipe is a YAML file; name that one.") from None
    except OSError as error:
        raise RecipeError(f"cannot read {path}: {error.strerror}", "Check the path and its permissions.") from None
    try:
        content = read_yaml(text)
    except NotYamlError as error:
        where = f", line {error.line}, column {error.column}" if error.line else ""
        todo = "Mend that line; indentation is by spaces, and text with a colon wants quotes."
        raise RecipeError(f"{path}{where}: not YAML: {error.problem}", todo) from None
    if not isinstance(content, dict):
        raise RecipeError(f"{path} holds no recipe", "A recipe is a YAML mapping that begins with `name:`; see datasets/health/recipe.yaml.")
    return content


def _apply(content: dict[str, Any], override: str) -> str:
    """Put one `key.path=value` into the content of a recipe; returns its key."""
    key, equals, text = override.partition("=")
    key = key.strip()
    parts = key.split(".")
    if not equals or not all(parts):
        raise RecipeError(f"--set {override} is not of the form key.path=value", "Write, for instance, --set training.epochs=1.")
    if without_positions(key) not in known_keys():
        raise RecipeError(f"--set {override}: unknown key `{key}`", nearest(key))
    value = _value(key, text)
    place: Any = content
    for number, part in enumerate(parts[:-1]):
        empty: Any = [] if parts[number + 1].isdigit() else {}
        place = _inside(place, part, key, ".".join(parts[:number]), empty)
    _put(place, parts[-1], value, key, ".".join(parts[:-1]))
    return key


def _inside(place: Any, part: str, key: str, outer: str, empty: Any) -> Any:
    if isinstance(place, dict):
        if place.get(part) is None:
            place[part] = empty
        return place[part]
    return place[_position(place, part, key, outer)]


def _put(place: Any, part: str, value: Any, key: str, outer: str) -> None:
    place[part if isinstance(place, dict) else _position(place, part, key, outer)] = value


def _position(place: Any, part: str, key: str, outer: str) -> int:
    """Where in a list `part` is."""
    if not isinstance(place, list):
        raise RecipeError(f"--set {key}: `{outer}` is {place!r} in the recipe and has no keys inside it", f"Correct `{outer}` in the recipe.")
    if not part.isdigit() or int(part) >= len(place):
        todo = f"Name an entry by its position, from 0, or set the whole of it: --set '{outer}=[...]'."
        raise RecipeError(f"--set {key}: `{outer}` is a list of {len(place)} and has no entry `{part}`", todo)
    return int(part)


def _value(key: str, text: str) -> Any:
    """A value as in a recipe; where a text belongs it needs no quotes: `--set name=007`."""
    try:
        value = read_yaml(text)
    except NotYamlError as error:
        if is_text(key) and not UNWRITABLE.search(text):
            return text.strip()
        raise RecipeError(f"--set {key}: {text!r} is not a YAML value: {error.problem}", "Write it as in a recipe.") from None
    if is_text(key):
        if value is None and not text.strip() and not may_be_null(key):
            return ""
        return value if value is None or isinstance(value, str) else text.strip()
    return _number_or(value) if isinstance(value, str) else value


def _number_or(text: str) -> float | str:
    """YAML 1.1 reads 5e-4 as a text; people mean the number."""
    try:
        return float(text)
    except ValueError:
        return text
