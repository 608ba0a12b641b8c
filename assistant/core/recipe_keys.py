"""The keys that a recipe knows, and the one that was probably meant by another."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from assistant.core.recipe import Recipe

ALSO_CALLED = {
    "lr": "learning_rate",
    "r": "rank",
    "model": "base",
    "model_name_or_path": "base",
    "file": "files",
    "val": "validation",
    "dev": "validation",
    "num_train_epochs": "epochs",
    "per_device_train_batch_size": "batch_size",
    "gradient_accumulation_steps": "accumulation",
    "lr_scheduler_type": "schedule",
    "warmup_ratio": "warmup",
    "max_seq_length": "max_length",
    "max_tokens": "max_new_tokens",
    "target_modules": "targets",
    "minimum": "at_least",
    "maximum": "at_most",
}
"""What other tools call things, and what they are called here."""


@cache
def known_keys() -> dict[str, FieldInfo]:
    """Every key by its dotted path; for entries of a list without their position: `gates.metric`."""
    return dict(_keys(Recipe, ""))


def without_positions(key: str) -> str:
    """`gates.metric` for `gates.0.metric`."""
    return ".".join(part for part in key.split(".") if not part.isdigit())


def is_text(key: str) -> bool:
    """Whether the value of a key is a text, or a text or null, and nothing else."""
    field = known_keys().get(without_positions(key))
    return field is not None and set(parts_of(field.annotation)) <= {str, type(None)}


def may_be_null(key: str) -> bool:
    """Whether null is a value of a key."""
    field = known_keys().get(without_positions(key))
    return field is not None and type(None) in parts_of(field.annotation)


def nearest(key: str) -> str:
    """What to do about an unknown key: the known ones that were probably meant."""
    found = _near(without_positions(key))
    parent, _, _ = key.rpartition(".")
    shown = [f"{parent}.{name.rpartition('.')[2]}" if name.rpartition(".")[0] == without_positions(parent) and parent else name for name in found]
    return f"Did you mean {' or '.join(f'`{name}`' for name in shown)}?" if shown else "The known keys are in docs/recipe.md."


def _near(key: str) -> list[str]:
    parent, _, leaf = key.rpartition(".")
    leaf = ALSO_CALLED.get(leaf, leaf)
    known = list(known_keys())
    beside = {name.rpartition(".")[2]: name for name in known if name.rpartition(".")[0] == parent}
    # The same name or nearly so in the same section; the same name in another; nearly so in another; the whole path.
    if near := difflib.get_close_matches(leaf, beside, n=1, cutoff=0.7):
        return [beside[near[0]]]
    if same := [name for name in known if name.rpartition(".")[2] == leaf]:
        return same
    by_leaf = {name.rpartition(".")[2]: name for name in reversed(known)}
    if near := difflib.get_close_matches(leaf, by_leaf, n=1, cutoff=0.7):
        return [by_leaf[near[0]]]
    return difflib.get_close_matches(key, known, n=1, cutoff=0.6)


def _keys(section: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in section.model_fields.items():
        yield prefix + name, field
        for inner in sections_in(field.annotation):
            yield from _keys(inner, f"{prefix}{name}.")


def sections_in(annotation: Any) -> list[type[BaseModel]]:
    """The sections that a value of this type is, or is a list of."""
    found = (part for outer in parts_of(annotation) for part in (typing.get_args(outer) or (outer,)))
    return [part for part in found if isinstance(part, type) and issubclass(part, BaseModel)]


def parts_of(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, or the type itself."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)
