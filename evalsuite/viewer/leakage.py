"""Which items may have leaked into the training data: `leakage.json` beside the scores, where something wrote it.

The file is read for one thing only, ids with the kinds of their leaks, in whatever part of it they stand: the rest
of its shape is the matter of who writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from assistant.api import DataError, read_json

FILE = "leakage.json"
DEEPEST = 8
"""Levels of the file that are looked through."""


def read_leaks(folder: Path, ids: Set[str]) -> dict[str, tuple[str, ...]] | None:
    """The kinds of leaks by item; None where nobody looked for leaks.

    Three ways of writing are understood, at any depth: `{"exact": ["q1", ...]}`, `{"q1": "exact"}` or
    `{"q1": ["exact", ...]}`, and rows `{"id": "q1", "kind": "exact"}` or with `kinds`.

    Args:
        folder: The evaluation's.
        ids: Of its items; other texts in the file are no items.

    Raises:
        DataError: The file cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        content = read_json(path)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path} cannot be read: {error}", "Remove it, or run the evaluation again.") from None
    found: dict[str, list[str]] = {}
    for name, kind in _leaks(content, "leaked", ids, DEEPEST):
        kinds = found.setdefault(name, [])
        if kind not in kinds:
            kinds.append(kind)
    return {name: tuple(kinds) for name, kinds in found.items()}


def _leaks(value: Any, kind: str, ids: Set[str], depth: int) -> Iterator[tuple[str, str]]:
    """Ids with the kind that they stand under."""
    if depth == 0:
        return
    if isinstance(value, list):
        for each in value:
            if isinstance(each, str):
                if each in ids:
                    yield each, kind
            else:
                yield from _leaks(each, kind, ids, depth - 1)
    elif isinstance(value, dict):
        name = value.get("id")
        if isinstance(name, str) and name in ids:
            yield from ((name, each) for each in _kinds(value.get("kinds", value.get("kind")), kind))
            return
        for key, each in value.items():
            if key in ids:
                yield from ((key, one) for one in _kinds(each, kind))
            else:
                yield from _leaks(each, key, ids, depth - 1)


def _kinds(value: Any, otherwise: str) -> list[str]:
    """The kinds that are said of one item; none where it is said not to have leaked."""
    if isinstance(value, dict):
        value = value.get("kinds", value.get("kind", [key for key, each in value.items() if each is True]))
    if isinstance(value, str):
        return [] if value in ("", "none") else [value]
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return [] if value is False else [otherwise]
