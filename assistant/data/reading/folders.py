"""The files that a recipe names: one by one, by patterns, or by the folder in which they lie."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.cells import HALF_CHARACTERS
from assistant.data.reading.compressed import ARCHIVES, Tell
from assistant.data.reading.formats import READERS
from assistant.data.reading.source import DataFile


def find_data(folder: Path, patterns: Sequence[str], tell: Tell = lambda _: None) -> list[DataFile]:
    """The files that a recipe names, in order and each once; hidden ones only where they are named in full.

    Args:
        folder: Where paths start.
        patterns: Files, folders, or patterns with `*`, `?` and `[...]`.
        tell: Told each file of a folder that is passed over, and why.

    Raises:
        DataError: A pattern matches nothing, or a link leads out of a folder.
    """
    files: list[DataFile] = []
    for pattern in patterns:
        if "\0" in pattern:
            raise DataError(f"data.files has a name with a zero byte: {pattern!r}", "Write the name of a file.")
        if not any(sign in pattern for sign in "*?[") or (folder / pattern).exists():
            path = folder / pattern
            files.extend(_below(path, tell) if path.is_dir() else [DataFile.at(path)])
            continue
        files.extend(DataFile.at(path, pattern) for path in _matching(folder, pattern))
    first: dict[Path | None, DataFile] = {}
    for file in files:
        if HALF_CHARACTERS.search(file.name):
            raise DataError(f"the name of {file.name} is not UTF-8", "Rename it: reports say where each row is from.")
        first.setdefault(file.path, file)
    return list(first.values())


def _matching(folder: Path, pattern: str) -> list[Path]:
    anchor = Path(pattern).anchor
    root = Path(anchor) if anchor else folder
    try:
        found = sorted(path for path in root.glob(pattern.removeprefix(anchor)) if path.is_file() and not path.name.startswith("."))
    except (ValueError, NotImplementedError) as error:
        raise DataError(f"data.files: {pattern} is no pattern: {error}", "`*` stands for any part of a name, `**/` for any folders.") from None
    if not found:
        raise DataError(f"no file matches {folder / pattern}", "Check data.files in the recipe; paths start from the recipe's folder.")
    return found


def _below(folder: Path, tell: Tell) -> list[DataFile]:
    files = []
    for path in sorted(_all_below(folder, tell)):
        if path.suffix.lower() in READERS or path.suffix.lower() in ARCHIVES:
            files.append(DataFile.at(path, str(folder)))
        else:
            tell(Problem(f"the ending {path.suffix[:20] or 'of no name'} is not known", str(path), 0))
    if not files:
        raise DataError(f"the folder {folder} holds no file that can be read", f"Put files into it that end in one of {', '.join(READERS)}.")
    return files


def _all_below(folder: Path, tell: Tell) -> Iterator[Path]:
    root = folder.resolve()
    for place, folders, names in os.walk(folder, onerror=_raise_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in [*folders, *names]:
            path = Path(place) / name
            if name.startswith("."):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                raise DataError(f"{path} is a link that leads out of {folder}", "Remove it, or name in data.files what it leads to.")
            if name in folders:
                if path.is_symlink():
                    tell(Problem("a link to a folder that is read anyway", str(path), 0))
            elif path.is_file():
                yield path
            else:
                tell(Problem("no plain file", str(path), 0))


def _raise_unreadable(error: OSError) -> None:
    raise DataError(f"cannot read {error.filename}: {error.strerror}", "Check its permissions.") from None
