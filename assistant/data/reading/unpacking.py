"""Bytes unpacked as they are read, and no more of them than an honest file holds.

A bomb is small and unpacks to what fills a disk. So what comes out is counted beside what went in.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from assistant.core.errors import DataError

MOST_UNPACKED = 8 * 2**30
"""Bytes that one file may unpack to, where they only stream through."""

MOST_SPOOLED = 2 * 2**30
"""Bytes that go to a temporary file."""

RATIO = 200
"""How many times its packed size a file may unpack to; real texts come to some 5 to 50 times."""

UNSUSPECTED = 64 * 2**20
"""Bytes up to which any ratio will do: a small file of nothing but equal rows is no bomb."""

XZ_MEMORY = 128 * 2**20
"""Bytes that unpacking .xz may take; the format allows a file to ask for gigabytes. `xz -9` asks for 65 MiB."""

BROKEN = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError, RuntimeError)


def refuse_bomb(name: str, unpacked: int, packed: int, most: int = MOST_UNPACKED) -> None:
    """See that a file does not unpack to more than an honest one.

    Args:
        name: It, for the error.
        unpacked: Bytes that come out of it.
        packed: Bytes that go in.
        most: Bytes that may come out at all.

    Raises:
        DataError: It does.
    """
    if unpacked > most:
        raise DataError(f"{name} unpacks to more than {most // 2**20} MiB", "Unpack it yourself and name the files, if you trust it.")
    if unpacked > UNSUSPECTED and unpacked > RATIO * max(packed, 1):
        raise DataError(f"{name} unpacks to more than {RATIO} times its size", "Unpack it yourself and name the files, if you trust it.")


class _Counted(io.RawIOBase):
    """A stream that counts what is read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.read_so_far = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        self.read_so_far += len(content)
        return len(content)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Unpacked(io.RawIOBase):
    """What comes out, refused where it is too much or broken."""

    def __init__(self, name: str, stream: BinaryIO, packed: Callable[[], int], most: int) -> None:
        self._name, self._stream, self._packed, self._most = name, stream, packed, most
        self._unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            content = self._stream.read(len(buffer))
        except BROKEN as error:
            why = str(error) or type(error).__name__
            raise DataError(f"{self._name} cannot be unpacked: {why}", "Pack it anew; it may not have been copied whole.") from None
        except OSError as error:
            if error.errno is not None:
                raise
            # bz2 says so of what is no bz2.
            raise DataError(f"{self._name} cannot be unpacked: {error}", "Pack it anew; it may not have been copied whole.") from None
        self._unpacked += len(content)
        refuse_bomb(self._name, self._unpacked, self._packed(), self._most)
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Xz(io.RawIOBase):
    """xz with a bound for its memory, which lzma.LZMAFile does not offer."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder: lzma.LZMADecompressor | None = None
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while True:
            if self._decoder is None:
                # Several streams may stand one after the other, with zero bytes between them.
                self._waiting = (self._waiting or self._stream.read(2**16)).lstrip(b"\0")
                if not self._waiting:
                    return 0
                self._decoder = lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=XZ_MEMORY)
            if self._decoder.needs_input and not self._waiting:
                self._waiting = self._stream.read(2**16)
                if not self._waiting:
                    raise EOFError("it ends before its time")
            content = self._decoder.decompress(self._waiting, len(buffer))
            self._waiting = b""
            if self._decoder.eof:
                self._waiting, self._decoder = self._decoder.unused_data, None
            if content:
                buffer[: len(content)] = content
                return len(content)

    def close(self) -> None:
        self._stream.close()
        super().close()


def unpacked(name: str, stream: BinaryIO, packed: Callable[[], int], most: int = MOST_UNPACKED) -> BinaryIO:
    """A stream whose bytes are counted and whose errors are told, for what another library unpacks.

    Args:
        name: What it is called in errors.
        stream: Gives the unpacked bytes.
        packed: How many packed bytes they come from.
        most: Bytes that may come.
    """
    return cast(BinaryIO, io.BufferedReader(_Unpacked(name, stream, packed, most), 2**16))


def decompressed(name: str, suffix: str, stream: BinaryIO, most: int = MOST_UNPACKED) -> BinaryIO:
    """The bytes of a .gz, .bz2 or .xz file.

    Args:
        name: What it is called in errors.
        suffix: Which of the three it is.
        stream: Its packed bytes.
        most: Bytes that may come.
    """
    counted = _Counted(stream)
    source = cast(BinaryIO, io.BufferedReader(counted, 2**16))
    inner: Any = gzip.GzipFile(fileobj=source) if suffix == ".gz" else bz2.BZ2File(source) if suffix == ".bz2" else _Xz(source)
    return unpacked(name, inner, lambda: counted.read_so_far, most)
