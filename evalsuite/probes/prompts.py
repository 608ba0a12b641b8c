"""Sets of questions on disk: those that come with the project, and those that a recipe names.

Knows how a row must look, and not what is asked of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from assistant.api import DataError, RecipeError

Row = Mapping[str, Any]


def bundled(name: str) -> list[dict[str, Any]]:
    """The rows of a set that comes with the project, written for it."""
    text = files("evalsuite.probes").joinpath(f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def of_recipe(key: str, named: str, folder: Path, check: Callable[[Row], str | None]) -> list[dict[str, Any]]:
    """The rows of a file that a recipe names, each with an id of its own.

    Args:
        key: What the recipe calls the file, below `evaluation.probe_files`.
        named: The path as it stands there.
        folder: What it is relative to.
        check: What is wrong with a row, in words; None for nothing.

    Returns:
        The rows in order. A row without an `id` is called by its line: `line-3`.

    Raises:
        RecipeError: There is no such file.
        DataError: A row is not what it should be, or there is none.
    """
    path = (folder / Path(named).expanduser()).resolve()
    if not path.is_file():
        raise RecipeError(
            f"evaluation.probe_files.{key}: there is no file {path}", "Correct the path, or leave the key out: then its questions are not asked."
        )
    rows: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for line, text in enumerate(_lines(path), 1):
        if not text.strip():
            continue
        row = _row(text, path, line)
        wrong = check(row)
        if wrong:
            raise DataError(f"{path}, line {line}: {wrong}", "Correct the row; docs/probes.md tells what fields it needs.")
        row["id"] = str(row.get("id", f"line-{line}"))
        first = seen.setdefault(row["id"], line)
        if first != line:
            raise DataError(f"{path}, line {line}: the id {row['id']!r} is that of line {first} already", "Give each row an id of its own.")
        rows.append(row)
    if not rows:
        raise DataError(f"{path} has no rows", f"Put some there, or leave evaluation.probe_files.{key} out.")
    return rows


def text_missing(row: Row, *fields: str) -> str | None:
    """Which of these fields is not a text with something in it."""
    for field in fields:
        value = row.get(field)
        if not isinstance(value, str) or not value.strip():
            return f"its {field!r} is not a text" if field in row else f"it has no {field!r}"
    return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text", "Save it as UTF-8, one JSON object a line.") from error


def _row(text: str, path: Path, line: int) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except ValueError as error:
        raise DataError(f"{path}, line {line}: it is not JSON", "Put one JSON object on each line.") from error
    if not isinstance(row, dict):
        raise DataError(f"{path}, line {line}: it is no JSON object", "Put one JSON object on each line.")
    return row
