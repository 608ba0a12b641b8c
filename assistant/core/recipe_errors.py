"""What pydantic finds wrong with a recipe, in two plain lines."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.core.errors import RecipeError
from assistant.core.recipe_keys import known_keys, nearest, without_positions

SHOWN = 60
"""Characters of a wrong value that are shown."""

WORDS = {
    "string_type": "must be text; put it in quotes",
    "tuple_type": "must be a list, such as [a, b]",
    "list_type": "must be a list, such as [a, b]",
    "model_type": "has keys of its own; write them indented below it",
    "model_attributes_type": "has keys of its own; write them indented below it",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than": "must be above {gt:.12g}",
    "greater_than_equal": "must be at least {ge:.12g}",
    "less_than": "must be below {lt:.12g}",
    "less_than_equal": "must be at most {le:.12g}",
    "literal_error": "must be {expected}",
    "too_short": "must not be empty",
}
"""pydantic's kinds of errors in plain words."""

PATTERNS = {
    "^[a-z0-9][a-z0-9_-]{0,62}$": "use lower-case letters, digits, - and _ only, 63 at most, a letter or digit first",
    "^[0-9a-f]{64}$": "must be a SHA-256: 64 digits and letters a to f",
}


def explain(error: ValidationError, path: Path, overridden: Collection[str] = ()) -> RecipeError:
    """The first thing that is wrong, where, and what to do.

    Args:
        error: What pydantic says.
        path: The recipe.
        overridden: The keys that came by `--set`.
    """
    # An unknown key is named first: it is often why another one is missing.
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] != "extra_forbidden")
    first = details[0]
    key = _key(first["loc"], unknown=first["type"] in ("extra_forbidden", "invalid_key"))
    by_set = any(f"{key}.".startswith(f"{name}.") or name.startswith(f"{key}.") for name in overridden)
    where = "--set" if by_set else str(path)
    if first["type"] == "extra_forbidden":
        return RecipeError(f"{where}: unknown key `{key}`", nearest(key))
    if first["type"] == "missing":
        return RecipeError(f"{where}: `{key}` is missing", "Add it; datasets/health/recipe.yaml is a complete example.")
    return RecipeError(f"{where}: `{key}`{_given(first['input'])}: {_words(first)}", f"Correct `{key}` in {'--set' if by_set else 'the recipe'}.")


def _key(place: tuple[int | str, ...], unknown: bool) -> str:
    """The dotted path; pydantic also puts the branch of a union into it, which is no key."""
    parts: list[str] = []
    for number, part in enumerate(place):
        longer = ".".join([*parts, str(part)])
        last = number == len(place) - 1
        if isinstance(part, int) or without_positions(longer) in known_keys() or (unknown and last):
            parts.append(str(part))
    return ".".join(parts) or "recipe"


def _given(value: Any) -> str:
    if isinstance(value, dict):
        return ""
    text = "empty" if value is None else repr(value)
    return f" (it is {text if len(text) <= SHOWN else text[: SHOWN - 3] + '...'})"


def _words(detail: Any) -> str:
    context = detail.get("ctx", {})
    if detail["type"] == "string_pattern_mismatch":
        return PATTERNS.get(context["pattern"], f"must match {context['pattern']}")
    if detail["type"] == "invalid_key":
        return "a key must be text"
    if detail["type"] == "string_type" and detail["input"] is None:
        return 'must be text; "" stands for none'
    message = str(detail["msg"]).removeprefix("Value error, ")
    return WORDS.get(detail["type"], message.replace("{", "{{").replace("}", "}}")).format(**context)
