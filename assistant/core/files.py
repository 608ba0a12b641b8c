"""Writing so that a file or folder is whole or absent, also after a full disk or a killed process."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from assistant.core.errors import UserError

UNFINISHED = ".unfinished-"
"""How the name of everything begins that is still being written; readers pass over such names."""

HALF_CHARACTERS = "backslashreplace"
"""How half characters (lone surrogates), which UTF-8 has not, are written: as `\\ud800`, which is how JSON itself writes them."""

FULL = {errno.ENOSPC: "no space left on the disk", errno.EDQUOT: "the disk quota is used up", errno.EFBIG: "the largest allowed file size is reached"}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}

ELSEWHERE = "name another place with --home"
"""How another place is named in most commands."""


def open_plain(path: Path) -> BinaryIO:
    """Open a file that somebody named for reading, without waiting for what may never come.

    Raises:
        OSError: It cannot be opened, or is a pipe, which would be waited for, or a device, which may never end.
    """
    # To open a pipe so does not wait for its writer; plain files are read as ever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, os.strerror(number) if stat.S_ISDIR(mode) else "it is a pipe or a device and no plain file", str(path))
    return os.fdopen(handle, "rb")


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a folder to fill, which takes the name `target` only when the block ends well.

    Raises:
        FileExistsError: `target` came to exist meanwhile; nothing of it is touched.
        UserError: The disk is full, or may not be written to.
    """
    working = _working(target)
    with readable_disk_errors(target):
        working.mkdir()
    try:
        with readable_disk_errors(target):
            yield working
            _sync_tree(working)
            if target.exists():
                raise FileExistsError(target)
            try:
                working.rename(target)
            except OSError as error:
                raise FileExistsError(target) if error.errno == errno.ENOTEMPTY else error from None
            _sync(target.parent)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def make_folder(folder: Path, elsewhere: str = ELSEWHERE) -> None:
    """Make a folder and those above it, where they are not there yet.

    Args:
        folder: Which.
        elsewhere: How another place is named.

    Raises:
        UserError: It may not be made, or a file stands in its way.
    """
    with readable_disk_errors(folder, elsewhere):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EEXIST, errno.ENOTDIR):
                raise
            if error.errno == errno.ENOENT:
                raise UserError(f"{folder} cannot be made here", f"{elsewhere[0].upper()}{elsewhere[1:]}.") from None
            raise UserError(f"{folder} cannot be a folder: a file stands in its way", f"Move that file, or {elsewhere}.") from None


def sweep_unfinished(folder: Path) -> None:
    """Remove what killed processes left in `folder`; what a living process is writing stays."""
    for path in folder.glob(f"{UNFINISHED}*"):
        _sweep(path)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text; the old file stays until the new one is whole."""
    with _whole_file(path) as file:
        file.write(text)


def from_folder(folder: Path, text: str) -> str:
    """A path, or what begins with one, as it is named from a folder that it is below; any other stays as it is."""
    return text.removeprefix(f"{folder}/")


def write_texts(files: Mapping[Path, str]) -> None:
    """Write several texts that belong together: every old file stays until all of the new ones are whole."""
    with ExitStack() as stack:
        for path, text in files.items():
            file = stack.enter_context(_whole_file(path, HALF_CHARACTERS))
            file.write(text)
            with readable_disk_errors(path):
                file.flush()
                os.fsync(file.fileno())


def json_text(value: Any) -> str:
    """JSON with sorted keys, so that the same value gives the same bytes."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path, value: Any) -> None:
    """Write a value as `json_text` gives it."""
    with _whole_file(path, HALF_CHARACTERS) as file:
        file.write(json_text(value))


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write one JSON object a line."""
    with _whole_file(path, HALF_CHARACTERS) as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """Read one JSON file written by this project."""
    return json.loads(path.read_text(encoding="utf-8"))


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Read a file of one JSON object a line written by this project."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


@contextmanager
def readable_disk_errors(target: Path, elsewhere: str = ELSEWHERE) -> Iterator[None]:
    """Turn what a disk refuses into an error of two lines.

    safetensors and torch report a full disk as errors of their own.

    Args:
        target: What is written.
        elsewhere: How another place is named.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        number = error.errno if isinstance(error, OSError) else None
        if any(words in str(error) for words in ("No space left on device", "inline_container")):
            # The second is torch's writer, which notices only that its file is shorter than it should be.
            number = errno.ENOSPC
        if number in FULL:
            raise UserError(
                f"{FULL[number]} while writing {_shown(target)}; nothing was changed",
                f"Free some space, or {elsewhere}, and run the same command again.",
            ) from error
        if number in CLOSED:
            where = getattr(error, "filename", None) or target
            raise UserError(f"may not write {_shown(Path(where))}", f"Change its permissions, or {elsewhere}.") from error
        raise


@contextmanager
def _whole_file(path: Path, errors: str = "strict") -> Iterator[TextIO]:
    """Give a file to write, which takes the place of `path` only when the block ends well."""
    working = _working(path)
    try:
        with readable_disk_errors(path):
            with working.open("w", encoding="utf-8", errors=errors, newline="\n") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            working.replace(path)
            _sync(path.parent)
    finally:
        working.unlink(missing_ok=True)


def _working(target: Path) -> Path:
    """The name of `target` until it is whole; what a killed process left of it is removed."""
    folder = target.parent
    make_folder(folder)
    for path in folder.glob(f"{UNFINISHED}*"):
        if _name_of(path) == target.name:
            _sweep(path)
    return folder / f"{UNFINISHED}{target.name}-{os.getpid()}-{secrets.token_hex(3)}"


def _name_of(unfinished: Path) -> str:
    return unfinished.name.removeprefix(UNFINISHED).rsplit("-", 2)[0]


def _shown(path: Path) -> Path:
    """The path as it will be named when it is whole."""
    return Path(*(_name_of(Path(part)) if part.startswith(UNFINISHED) else part for part in path.parts))


def _sweep(path: Path) -> None:
    owner = path.name.rsplit("-", 2)[-2]
    # Other digits than these, such as a raised two, are digits and no number.
    if owner.isdecimal() and is_alive(int(owner)):
        return
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if not path.is_symlink():
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
