"""A recipe, or data files without one: what the commands that only look at data are told."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from assistant.core.errors import DataError, RecipeError
from assistant.core.files import open_plain
from assistant.core.recipe import Recipe
from assistant.core.recipe_file import DEFAULT_FILE, RecipeFile, load_recipe, override_recipe

RECIPES = (".yaml", ".yml")
LOOKED_AT = 2**16
"""Characters of a YAML file that tell whether it is a recipe."""


def recipe_of(sources: Sequence[Path], overrides: Sequence[str] = ()) -> RecipeFile:
    """The recipe that is named, or the shortest one for data files.

    Args:
        sources: One recipe (or its folder), or data files and folders.
        overrides: `key.path=value` over either.

    Raises:
        RecipeError: Several are named and one of them is a recipe, or it is wrong.
        DataError: One of the files is not there.
    """
    recipes = [path for path in sources if _is_recipe(path)]
    if not recipes:
        if missing := [path for path in sources if not path.exists()]:
            raise DataError(f"there is no {missing[0]}", "Name a recipe, or data files and folders that are there.")
        files = [str(path.absolute()) for path in sources]
        name = re.sub(r"[^a-z0-9_-]+", "-", sources[0].name.split(".")[0].lower()).strip("-_") or "data"
        # Decisions about these files are no other recipe's in the same folder.
        recipe = Recipe.model_validate({"name": name[:60], "data": {"files": files, "decisions": f"{name[:60]}.decisions.jsonl"}})
        return RecipeFile(override_recipe(recipe, overrides), Path.cwd() / DEFAULT_FILE)
    if len(sources) > 1:
        raise RecipeError(f"{recipes[0]} is a recipe, and other files are named beside it", "Name one recipe, or data files alone.")
    return load_recipe(recipes[0], overrides)


def refuse_unknown(rules: Collection[str], known: Sequence[str], what: str) -> None:
    """See that all rules are ones that there are.

    Args:
        rules: What was named.
        known: What there is.
        what: What that is, in the singular.

    Raises:
        DataError: One is not.
    """
    if unknown := [rule for rule in rules if rule not in known]:
        raise DataError(f"there is no {what} `{unknown[0]}`", f"Name some of: {', '.join(known)}.")


def _is_recipe(path: Path) -> bool:
    if path.is_dir():
        return (path / DEFAULT_FILE).is_file()
    if path.suffix.lower() not in RECIPES:
        return False
    try:
        with io.TextIOWrapper(open_plain(path), encoding="utf-8") as file:
            text = file.read(LOOKED_AT)
    except (OSError, UnicodeDecodeError):
        # A missing recipe is what its own reader tells best.
        return not path.exists()
    return bool(re.search(r"(?m)^name:", text) and re.search(r"(?m)^data:", text))
