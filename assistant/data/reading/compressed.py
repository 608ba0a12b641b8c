"""The files inside a compressed file or an archive, each as if it lay there by itself.

Nothing is unpacked under a name: what must be read in any order goes to temporary files without one. An archive whose
names climb out of it is refused whole, and archives inside archives are not opened.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.source import DataFile
from assistant.data.reading.unpacking import MOST_SPOOLED, decompressed, refuse_bomb, unpacked

SINGLE = (".gz", ".bz2", ".xz")
TARS = (".tar", ".tgz", ".tbz2", ".txz")
ARCHIVES = (*SINGLE, ".zip", *TARS)
"""Endings of files that hold others."""

MOST_MEMBERS = 10_000
"""Files in one archive."""

LONGEST_HEADER = 2**20
"""Bytes of a tar's entry besides the file itself; some programs write names of any length there."""

END_OF_ZIP, END_OF_ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
MOST_CONTENTS = 2**24
"""Bytes of the table of contents of a .zip; it is held whole."""

Tell = Callable[[Problem], None]


def files_in(file: DataFile, tell: Tell = lambda _: None) -> Iterator[DataFile]:
    """The files inside a file, sorted by name; the file itself where it holds no others.

    Args:
        file: It.
        tell: Told each file inside that is passed over, and why.

    Raises:
        DataError: It is broken, encrypted, a bomb, or a name in it climbs out of it.
    """
    if file.suffix not in ARCHIVES:
        yield file
        return
    inner = PurePosixPath(file.name).stem
    if file.suffix in SINGLE and not inner.lower().endswith(".tar"):
        ending = PurePosixPath(inner).suffix.lower()
        why = _why_passed_over(PurePosixPath(inner.lstrip(".")), ending)
        if why and not file.found_in:
            raise DataError(f"{file.name}: {why}", "Name it after what it holds, faq.csv.gz for instance; archives in it are not opened.")
        if why:
            tell(_passed_over(why, file.name))
            return
        yield replace(file, suffix=ending, open=lambda: decompressed(file.name, file.suffix, file.open()), path=None)
        return
    if file.path is None:
        tell(_passed_over("an archive inside an archive", file.name))
        return
    members = _zip_members(file) if file.suffix == ".zip" else _tar_members(file)
    for member in sorted(members, key=lambda member: member.name):
        why = _why_passed_over(PurePosixPath(member.name.removeprefix(f"{file.name}/")), member.suffix)
        if why is None:
            yield member
        elif why:
            tell(_passed_over(why, member.name))


def _why_passed_over(name: PurePosixPath, suffix: str) -> str | None:
    """Why a file is not read; "" where that needs not be told, None where it is read."""
    from assistant.data.reading.formats import READERS

    if any(part.startswith(".") or part == "__MACOSX" for part in name.parts):
        return ""
    if suffix in ARCHIVES:
        return "an archive inside an archive"
    return None if suffix in READERS else f"the ending {suffix[:20] or 'of no name'} is not known"


def _passed_over(kind: str, name: str) -> Problem:
    return Problem(kind, name, 0)


def _member(archive: DataFile, name: str, open_it: Callable[[], BinaryIO]) -> DataFile:
    return DataFile(f"{archive.name}/{name}", PurePosixPath(name).suffix.lower(), open_it, found_in=archive.name)


def _refuse_climbing(archive: DataFile, name: str, is_link: bool = False) -> None:
    todo = "Nothing was read. Pack it anew, with plain files below one folder."
    if is_link:
        raise DataError(f"{archive.name} holds a link or a device: {name[:200]!r}", todo)
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or name[1:2] == ":" or not name.isprintable():
        raise DataError(f"{archive.name} holds a file whose name leads out of it: {name[:200]!r}", todo)


def _refuse_many(archive: DataFile, members: int) -> None:
    if members > MOST_MEMBERS:
        raise DataError(f"{archive.name} holds more than {MOST_MEMBERS} files", "Unpack it yourself and name the folder.")


def _zip_members(file: DataFile) -> list[DataFile]:
    stream = file.open()
    _refuse_endless_contents(file, stream)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error) as error:
        raise DataError(f"{file.name} is no whole .zip: {error}", "Pack it anew; it may not have been copied whole.") from None
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    _refuse_many(file, len(entries))
    refuse_bomb(file.name, sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries))
    for entry in entries:
        _refuse_climbing(file, entry.filename, stat.S_ISLNK(entry.external_attr >> 16))
        if entry.flag_bits & 1:
            raise DataError(f"{file.name} is encrypted: {entry.filename[:200]!r}", "Unpack it with its password and name the files.")
    return [_member(file, entry.filename, _opener(file, archive, entry)) for entry in entries]


def _opener(file: DataFile, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    name = f"{file.name}/{entry.filename}"

    def open_it() -> BinaryIO:
        try:
            stream = archive.open(entry)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, struct.error) as error:
            raise DataError(f"{name} cannot be unpacked: {error}", "Pack it anew as a plain .zip.") from None
        return unpacked(name, cast(BinaryIO, stream), lambda: entry.compress_size)

    return open_it


def _refuse_endless_contents(file: DataFile, stream: BinaryIO) -> None:
    """The zipfile module would hold a table of contents of any length."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 2**16 - 64))
    tail = stream.read()
    at = tail.rfind(END_OF_ZIP)
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if length > MOST_CONTENTS or END_OF_ZIP64 in tail[max(0, at - 20) : max(0, at)]:
        raise DataError(f"{file.name} is too large a .zip, or holds too many files", "Unpack it yourself and name the folder.")
    stream.seek(0)


class _Headers(io.RawIOBase):
    """The bytes of a tar file as far as its entries need them; none of them is long."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self._name, self._stream = name, stream

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= LONGEST_HEADER:
            raise DataError(f"{self._name} has an endless name or header in it", "Pack it anew, with plain files below one folder.")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


class _Slice(io.RawIOBase):
    """Some of the bytes of an open file; many slices of it can be read at once."""

    def __init__(self, stream: IO[bytes], start: int, length: int) -> None:
        self._stream, self._at, self._end = stream, start, start + length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = os.pread(self._stream.fileno(), min(len(buffer), self._end - self._at), self._at)
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


def _tar_members(file: DataFile) -> list[DataFile]:
    stream = _plain_tar(file)
    found: list[DataFile] = []
    try:
        with tarfile.open(fileobj=cast(IO[bytes], _Headers(file.name, stream)), mode="r:") as archive:
            for number, entry in enumerate(archive, 1):
                _refuse_many(file, number)
                if entry.isdir():
                    continue
                _refuse_climbing(file, entry.name, not entry.isreg() or entry.issparse())
                found.append(_member(file, entry.name, _slicer(stream, entry.offset_data, entry.size)))
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise DataError(f"{file.name} is no whole .tar: {error}", "Pack it anew; it may not have been copied whole.") from None
    return found


def _slicer(stream: IO[bytes], start: int, length: int) -> Callable[[], BinaryIO]:
    return lambda: cast(BinaryIO, io.BufferedReader(_Slice(stream, start, length), 2**16))


def _plain_tar(file: DataFile) -> IO[bytes]:
    """The bytes of a tar file, unpacked to a temporary file without a name where they are packed."""
    suffix = {".tgz": ".gz", ".tbz2": ".bz2", ".txz": ".xz"}.get(file.suffix, file.suffix)
    if suffix == ".tar":
        return file.open()
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (its members hold it as long as they are wanted)
    with decompressed(file.name, suffix, file.open(), MOST_SPOOLED) as content:
        while piece := content.read(2**20):
            copy.write(piece)
    copy.seek(0)
    return copy
