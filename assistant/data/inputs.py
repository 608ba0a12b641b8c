"""What prepared data depends on, as one fingerprint: where it is the same, nothing needs to be done again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from assistant.core import fingerprint
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.tools import Tools
from assistant.data.reading.folders import find_data


def inputs_of(file: RecipeFile, tools: Tools) -> str | None:
    """The fingerprint of all that decides about prepared data: files, recipe, decisions, code, and what the checks can look for.

    Returns:
        None where rows come from a database or a hub, which may hold others the next time.
    """
    recipe = file.recipe
    data = recipe.data
    if data.sql or data.hub:
        return None
    beside = [name for name in (data.decisions, data.split.keep, *data.augmented) if name]
    passed_over: list[str] = []
    found = find_data(file.folder, data.files, lambda problem: passed_over.append(f"{problem.file}: {problem.kind}"))
    return fingerprint.of_value(
        {
            "name": recipe.name,
            "code": fingerprint.of_code(),
            "data": data.model_dump(mode="json", exclude={"augment"}),
            "base": [recipe.base, recipe.template, recipe.system_prompt, recipe.training.max_length],
            "files": list(_prints(each.path for each in found if each.path)),
            "passed_over": passed_over,
            "beside": list(_prints(file.folder / name for name in beside)),
            "tools": [sorted(tools.missing.items()), dict(tools.prints)],
        }
    )


def _prints(paths: Iterable[Path]) -> Iterable[list[str | None]]:
    for path in paths:
        try:
            yield [str(path), fingerprint.of_file(path) if path.is_file() else None]
        except OSError:
            # Whoever reads it tells why it cannot be read.
            yield [str(path), None]
