"""The files that can be named in a question, for a list that offers them as one types.

Reads folders, never a file. Slow where a folder is large: call it in a thread.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.chat.matching import closeness

MOST_PATHS = 100_000
"""A scan ends here: whoever has more files than this names the folder first."""


@dataclass(frozen=True)
class FileList:
    """What a folder holds.

    Attributes:
        paths: Relative to it, those of folders with a slash at the end; what is nearer to it first.
        complete: Whether these are all of them.
    """

    paths: tuple[str, ...] = ()
    complete: bool = True

    def fitting(self, typed: str, limit: int) -> list[str]:
        """The paths whose last part fits `typed`, best first; hidden ones last, unless a dot was typed."""
        ranked: list[tuple[bool, int, int, str]] = []
        for path in self.paths:
            name = path.rstrip("/").rpartition("/")[2]
            near = closeness(typed, name)
            if near is not None:
                ranked.append((name.startswith(".") and not typed.startswith("."), near, path.count("/", 0, -1), path))
        ranked.sort()
        return [path for *_, path in ranked[:limit]]


def scanned(folder: Path, most: int = MOST_PATHS) -> FileList:
    """All that lies in a folder and below it; hidden folders are named and not looked into, nor are links followed."""
    paths: list[str] = []
    waiting = [""]
    for inside in waiting:
        for entry in _entries(folder / inside):
            if len(paths) >= most:
                return FileList(tuple(paths), complete=False)
            is_folder = _is_folder(entry, links=False)
            path = f"{inside}{entry.name}" + ("/" if is_folder else "")
            paths.append(path)
            if is_folder and not entry.name.startswith("."):
                waiting.append(path)
    return FileList(tuple(paths))


def lying_in(folder: Path, most: int = MOST_PATHS) -> FileList:
    """What lies in a folder itself."""
    paths: list[str] = []
    for entry in _entries(folder):
        if len(paths) >= most:
            return FileList(tuple(paths), complete=False)
        paths.append(entry.name + ("/" if _is_folder(entry, links=True) else ""))
    return FileList(tuple(paths))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What lies there, by name; nothing where one may not look."""
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return


def _is_folder(entry: os.DirEntry[str], links: bool) -> bool:
    try:
        return entry.is_dir(follow_symlinks=links)
    except OSError:
        return False
