"""What a user can name for an evaluation, and how: a version, a base, a server's model, or a file of answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.api import (
    Home,
    RecipeError,
    RecipeFile,
    Target,
    TargetError,
    answers_of_file,
    find_target,
    load_recipe,
    override_recipe,
    parse_recipe,
    server_of,
)

OWN_KEYS = ("generation", "engine", "evaluation", "gates")
"""What a finished version can be examined with otherwise than its own recipe says."""
ANSWERS = {".jsonl", ".json"}
"""How the name of a file of answers ends."""


@dataclass(frozen=True)
class Options:
    """What a user said beside the target.

    Attributes:
        recipe: A recipe file: for what is no version its prompt and data, for a version other settings and gates.
        overrides: `key.path=value` over the recipe.
        data: Examples from this file, all of them; None for the test split.
        limit: Only so many, chosen by hash; None for all.
        with_base: Ask the untrained base as well.
        against: What is compared as the previous release; None for the version before.
        with_previous: Ask the previous release as well.
        model: What a server calls its model.
        again: Ask and score anew what was asked and scored before.
        rescore: Score anew what was scored before, from the answers that are there.
    """

    recipe: Path | None = None
    overrides: Sequence[str] = ()
    data: Path | None = None
    limit: int | None = None
    with_base: bool = True
    against: str | None = None
    with_previous: bool = True
    model: str | None = None
    again: bool = False
    rescore: bool = False


def wanted_target(text: str, home: Home, options: Options) -> Target:
    """The target with the recipe that is to examine it.

    Raises:
        TargetError: There is no such target.
        RecipeError: The recipe or an override is wrong, or changes what a finished version cannot change.
    """
    if text.startswith(("http://", "https://")):
        return _server(text, options)
    if options.model is not None:
        raise TargetError(f"--model belongs to a server, and {text!r} is none", "Name its URL: http://127.0.0.1:8000/v1.")
    if Path(text).suffix in ANSWERS and Path(text).is_file():
        return answers_of_file(Path(text), _recipe_or_default(Path(text), options, ()))
    if options.recipe is not None:
        return find_target(text, home, load_recipe(options.recipe, options.overrides))
    try:
        target = find_target(text, home)
    except TargetError as error:
        raise TargetError(error.what, f"{error.todo} A base needs --recipe for its prompt and data.") from None
    return _overridden(target, text, home, options) if options.overrides else target


def _overridden(target: Target, text: str, home: Home, options: Options) -> Target:
    """A version that is examined otherwise than its recipe says."""
    for override in options.overrides:
        key = override.partition("=")[0].strip()
        if key.partition(".")[0] not in OWN_KEYS:
            raise RecipeError(
                f"--set {key} cannot change {target.label}, which is finished", f"Keys under {', '.join(OWN_KEYS)} can be set for an evaluation."
            )
    assert target.version is not None, "a target that is no version comes with a recipe"
    return find_target(text, home, load_recipe(target.version.folder, options.overrides))


def _server(url: str, options: Options) -> Target:
    if not options.model:
        raise TargetError(f"nobody says which model of {url} is meant", "Give --model NAME; the server's own list is at its /models.")
    if options.recipe is None and options.data is None:
        raise TargetError(f"there are no questions for {url}", "Give --recipe RECIPE for its prompt and data, or --data FILE.")
    where = [f"engine.remote.{key}={json.dumps(value)}" for key, value in (("url", url), ("model", options.model))]
    if options.recipe is None or load_recipe(options.recipe).recipe.engine.remote is None:
        where = [f"engine.remote={json.dumps({'url': url, 'model': options.model})}"]
    return server_of(_recipe_or_default(options.data or Path(), options, ("engine.name=remote", *where)))


def _recipe_or_default(data: Path, options: Options, first: Sequence[str]) -> RecipeFile:
    """The recipe that was named, or one that says nothing but where the data is."""
    overrides = (*first, *options.overrides)
    if options.recipe is not None:
        read = load_recipe(options.recipe)
        # A server's address must be there before its other keys can be set.
        return RecipeFile(override_recipe(read.recipe, overrides), read.path)
    plain = parse_recipe({"name": "evaluation", "data": {"files": [str(data)]}}, Path("recipe.yaml"))
    return RecipeFile(override_recipe(plain, overrides), Path.cwd() / "recipe.yaml")
