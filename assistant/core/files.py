"""Writing so that a file or folder is whole or absent, also after a full disk or a killed process."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.core.errors import UserError

UNFINISHED = ".unfinished-"
"""How the name of everything begins that is still being written; readers pass over such names."""


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a folder to fill, which takes the name `target` only when the block ends well.

    Raises:
        FileExistsError: `target` came to exist meanwhile; nothing of it is touched.
        UserError: The disk is full, or may not be written to.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    working = target.parent / f"{UNFINISHED}{target.name}-{os.getpid()}-{secrets.token_hex(3)}"
    working.mkdir()
    try:
        with readable_disk_errors(target):
            yield working
            _sync_tree(working)
        if target.exists():
            raise FileExistsError(target)
        working.rename(target)
        _sync(target.parent)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def sweep_unfinished(folder: Path) -> None:
    """Remove what killed processes left in `folder`; what a living process is writing stays."""
    for path in folder.glob(f"{UNFINISHED}*"):
        owner = path.name.rsplit("-", 2)[-2]
        if not (owner.isdigit() and _is_alive(int(owner))):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text; the old file stays until the new one is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    working = path.parent / f"{UNFINISHED}{path.name}-{os.getpid()}-{secrets.token_hex(3)}"
    try:
        with readable_disk_errors(path):
            with working.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            working.replace(path)
    finally:
        working.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys, so that the same value gives the same bytes."""
    write_text(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object a line."""
    write_text(path, "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows))


def read_json(path: Path) -> Any:
    """Read one JSON file written by this project."""
    return json.loads(path.read_text(encoding="utf-8"))


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read a file of one JSON object a line written by this project."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


@contextmanager
def readable_disk_errors(target: Path) -> Iterator[None]:
    """Turn what a disk refuses into an error of two lines.

    safetensors reports a full disk as an error of its own that only quotes the system's text.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        number = error.errno if isinstance(error, OSError) else None
        if number == 28 or "No space left on device" in str(error):
            raise UserError(
                f"no space left on the disk while writing {target}; nothing was changed",
                "Free some space, or name another place with --home, and run the same command again.",
            ) from error
        if isinstance(error, PermissionError):
            raise UserError(f"may not write {error.filename or target}", "Change its permissions, or name another place with --home.") from error
        raise


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
