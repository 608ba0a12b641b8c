"""Fingerprints: SHA-256 over what a result depends on, so that a change of any input can be seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

SHORT = 12
"""Characters of a fingerprint that names and screens show."""


def of_value(value: Any) -> str:
    """The fingerprint of anything that JSON can hold, independent of the order of its keys."""
    return hashlib.sha256(_text(value)).hexdigest()


def of_lists(lists: Mapping[str, Iterable[Any]]) -> str:
    """The same as `of_value` of an object of lists, without ever holding all of its text."""
    digest = hashlib.sha256()
    for number, name in enumerate(sorted(lists)):
        digest.update(b"," if number else b"{")
        digest.update(_text(name) + b":[")
        for place, value in enumerate(lists[name]):
            digest.update((b"," if place else b"") + _text(value))
        digest.update(b"]")
    digest.update(b"}" if lists else b"{}")
    return digest.hexdigest()


def _text(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def of_file(path: Path) -> str:
    """The SHA-256 of one file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_files(folder: Path, paths: Iterable[Path]) -> str:
    """The fingerprint of several files below `folder`: their relative names and their bytes."""
    return of_value({path.relative_to(folder).as_posix(): of_file(path) for path in sorted(paths)})


@cache
def of_code() -> str:
    """The fingerprint of this project's own Python, as it is running."""
    package = Path(__file__).parents[1]
    return of_files(package, package.rglob("*.py"))
