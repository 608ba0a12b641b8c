"""Reading a recipe from its file, with `--set key.path=value` over it, and saying exactly what is wrong."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from assistant.core.errors import RecipeError
from assistant.core.recipe import Recipe

DEFAULT_FILE = "recipe.yaml"


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
    content = _read_yaml(path)
    for override in overrides:
        _apply(content, override)
    return RecipeFile(parse_recipe(content, path), path)


def override_recipe(recipe: Recipe, overrides: Sequence[str]) -> Recipe:
    """Put `key.path=value` over a recipe that was read before.

    Raises:
        RecipeError: A key is unknown, or its value is wrong.
    """
    content = recipe.model_dump(mode="json")
    for override in overrides:
        _apply(content, override)
    return parse_recipe(content, Path("--set")) if overrides else recipe


def parse_recipe(content: Any, path: Path) -> Recipe:
    """Check the content of a recipe.

    Raises:
        RecipeError: It names the first thing that is wrong, and the nearest key that exists.
    """
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise _explain(error, path) from None


def dump_recipe(recipe: Recipe) -> str:
    """The resolved recipe as YAML, every key written out."""
    return yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RecipeError(f"there is no recipe {path}", "Name a recipe file, such as datasets/health/recipe.yaml.") from None
    except UnicodeDecodeError:
        raise RecipeError(f"{path} is not UTF-8 text", "A recipe is a YAML file; name that one.") from None
    except OSError as error:
        raise RecipeError(f"cannot read {path}: {error.strerror}", "Check the path and its permissions.") from None
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        todo = "Mend that line; indentation is by spaces, and text with a colon wants quotes."
        raise RecipeError(f"{path}{where}: not YAML: {problem}", todo) from None
    if not isinstance(content, dict):
        raise RecipeError(f"{path} holds no recipe", "A recipe is a YAML mapping that begins with `name:`; see datasets/health/recipe.yaml.")
    return content


def _apply(content: dict[str, Any], override: str) -> None:
    """Put one `key.path=value` into the content of a recipe."""
    key, equals, text = override.partition("=")
    parts = key.strip().split(".")
    if not equals or not all(parts):
        raise RecipeError(f"--set {override} is not of the form key.path=value", "Write, for instance, --set training.epochs=1.")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        raise RecipeError(f"--set {key}: {text!r} is not a YAML value", "Put the value in quotes, as in a recipe.") from None
    if isinstance(value, str):
        value = _number_or(value)
    place = content
    for part in parts[:-1]:
        inner = place.get(part)
        if inner is None:
            inner = place[part] = {}
        if not isinstance(inner, dict):
            raise RecipeError(f"--set {key}: `{part}` has no keys inside it", _nearest(key))
        place = inner
    place[parts[-1]] = value


def _number_or(text: str) -> float | str:
    """YAML 1.1 reads 5e-4 as a text; people mean the number."""
    try:
        return float(text)
    except ValueError:
        return text


def _explain(error: ValidationError, path: Path) -> RecipeError:
    # An unknown key is named first: it is often why another one is missing.
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    first = details[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return RecipeError(f"{path}: unknown key `{key}`", _nearest(key))
    if first["type"] == "missing":
        return RecipeError(f"{path}: `{key}` is missing", "Add it; datasets/health/recipe.yaml is a complete example.")
    message = first["msg"].removeprefix("Value error, ")
    given = "" if isinstance(first["input"], dict) else f" (it is {first['input']!r})"
    message = message.replace("String should match pattern '^[a-z0-9][a-z0-9_-]{0,62}$'", "use lower-case letters, digits, - and _ only")
    return RecipeError(f"{path}: `{key}`{given}: {message}", f"Correct `{key}` in the recipe or in --set.")


def _nearest(key: str) -> str:
    """Point to the known key that looks most like `key`."""
    known = list(_known_keys(Recipe))
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    if not near:
        leaf = key.rsplit(".", 1)[-1]
        near = [name for name in known if difflib.SequenceMatcher(None, name.rsplit(".", 1)[-1], leaf).ratio() > 0.7]
    return f"Did you mean `{near[0]}`?" if near else "The known keys are in docs/recipe.md."


def _known_keys(section: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in section.model_fields.items():
        yield prefix + name
        for inner in _sections_in(field.annotation):
            yield from _known_keys(inner, f"{prefix}{name}.")


def _sections_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [inner for part in typing.get_args(annotation) for inner in _sections_in(part)]
    return []
