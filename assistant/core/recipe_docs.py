"""docs/recipe.md, written from the recipe's own types and docstrings.

python -m assistant.core.recipe_docs > docs/recipe.md
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any, Literal

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from assistant.core.recipe import Recipe
from assistant.core.recipe_keys import parts_of, sections_in

INTRODUCTION = """\
# The recipe

One YAML file says everything about an assistant. [datasets/health/recipe.yaml](../datasets/health/recipe.yaml) is a complete one;
the shortest has a name and data:

```yaml
name: health
data:
  files: [health.jsonl]
```

Every key can be given on the command line as well, over what the file says, with its path and a value written as in YAML:

```
assistant train datasets/health --set training.epochs=1 --set 'data.files=[health.jsonl, more.csv]' --set gates.0.at_least=0.3
```

An unknown key is an error that names the nearest known one. Paths are relative to the recipe.

*This page is written from the code: `python -m assistant.core.recipe_docs > docs/recipe.md`.*
"""

WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([INTRODUCTION, *_section(Recipe, "", "The recipe's own keys")])


def _section(section: type[BaseModel], path: str, title: str) -> Iterator[str]:
    """A heading, what the section is for, a table of its keys; then the sections inside it."""
    yield f"## {title}\n"
    if path:
        yield f"{(section.__doc__ or '').strip()}\n"
    yield "| key | value | default | meaning |"
    yield "|---|---|---|---|"
    inner: list[tuple[type[BaseModel], str]] = []
    for name, field in section.model_fields.items():
        place = f"{path}.{name}".lstrip(".")
        yield f"| `{name}` | {_value(field, place)} | {_default(field)} | {_cell(field.description or '')} |"
        inner += [(found, place) for found in sections_in(field.annotation)]
    yield ""
    for found, place in inner:
        yield from _section(found, place, f"`{place}`")


def _value(field: FieldInfo, place: str) -> str:
    """The type and range of a key in words."""
    parts = parts_of(field.annotation)
    kinds = [_kind(part, place) for part in parts if part is not type(None)]
    return " or ".join(kinds) + _range(field.metadata) + ("; or null" if type(None) in parts else "")


def _kind(part: Any, place: str) -> str:
    own = f"[keys of its own](#{place.replace('.', '')})"
    if part in WORDS:
        return WORDS[part]
    if typing.get_origin(part) is Literal:
        return _either([f"`{choice}`" for choice in typing.get_args(part)])
    if typing.get_origin(part) is tuple:
        return _list_of(typing.get_args(part)[0], own)
    return own


def _list_of(entry: Any, own: str) -> str:
    if entry is str:
        return "list of texts"
    if typing.get_origin(entry) is Literal:
        return f"list of {_either([f'`{choice}`' for choice in typing.get_args(entry)])}"
    # A number with a range is annotated with it.
    return "list of whole numbers" if typing.get_origin(entry) is typing.Annotated else f"list of entries, each with {own}"


def _range(metadata: list[Any]) -> str:
    words: list[str] = []
    for bound in metadata:
        match bound:
            case annotated_types.Ge(ge=low):
                words.append(f"at least {low}")
            case annotated_types.Gt(gt=low):
                words.append(f"above {low}")
            case annotated_types.Le(le=high):
                words.append(f"at most {high}")
            case annotated_types.Lt(lt=high):
                words.append(f"below {high}")
            case annotated_types.MinLen(min_length=least):
                words.append(f"{least} or more")
    return f", {' and '.join(words)}" if words else ""


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "none: must be given"
    if isinstance(value, BaseModel):
        return ""
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    return {None: "null", "": "empty"}.get(value, f"`{value}`")


def _either(choices: list[str]) -> str:
    return " or ".join([", ".join(choices[:-1]), choices[-1]]) if len(choices) > 1 else choices[0]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
