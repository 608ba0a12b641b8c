"""The text of a file, by lines or by pieces, strictly: UTF-8, or UTF-16 that says so by its byte order mark.

No more than one row's worth of text is ever held, however long a line is.
"""

from __future__ import annotations

import codecs
import collections
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from assistant.core.errors import DataError
from assistant.data.reading.cells import HALF_CHARACTERS
from assistant.data.reading.source import DataFile

LONGEST_ROW = 2**23
"""Characters of one row, whatever the format. The longest of real rows have some hundred thousand."""

PIECE = 2**20
"""Characters that are read at once where lines do not matter."""

CONTENT_KEPT = 2**16
"""Characters that are kept of a row that cannot be used."""

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lines(file: DataFile) -> Iterator[str]:
    """The lines with their ends, also the old Mac's; a line separator inside a text is none.

    Yields:
        Each line. Of one that is longer than LONGEST_ROW only its beginning, which is longer than that by one character.

    Raises:
        DataError: It is no text, or not in an encoding that is read.
    """
    with text_of_file(file) as text:
        number = 0
        while line := text.readline(LONGEST_ROW + 1):
            number += 1
            _refuse_unclean(file, line, number)
            yield line
            while is_too_long(line) and not line.endswith(("\n", "\r")):
                # The rest of it.
                line = text.readline(LONGEST_ROW + 1)
                _refuse_unclean(file, line, number)


def is_too_long(line: str) -> bool:
    """Whether this is only the beginning of a line that is longer than any row may be."""
    return len(line) > LONGEST_ROW


def pieces(file: DataFile, size: int = PIECE) -> Iterator[str]:
    """The text by pieces, wherever its lines end.

    Raises:
        DataError: It is no text, or not in an encoding that is read.
    """
    with text_of_file(file) as text:
        while piece := text.read(size):
            if not _is_clean(piece):
                # Its lines tell where.
                collections.deque(lines(file), maxlen=0)
            yield piece


def kept(text: str) -> str:
    """What is kept of a row that cannot be used, and whether that is all of it."""
    text = text.rstrip("\r\n")
    return text if len(text) <= CONTENT_KEPT else f"{text[:CONTENT_KEPT]} [cut here: {CONTENT_KEPT} characters are kept]"


@contextmanager
def text_of_file(file: DataFile) -> Iterator[TextIO]:
    """Text with all line ends as they are; bytes that are not UTF-8 come as lone surrogates.

    Raises:
        DataError: It is UTF-16 by its mark, and then is not.
    """
    with file.open() as start:
        is_utf16 = start.read(2) in UTF16
    encoding, errors = ("utf-16", "strict") if is_utf16 else ("utf-8-sig", "surrogateescape")
    with io.TextIOWrapper(file.open(), encoding=encoding, errors=errors, newline="") as text:
        try:
            yield text
        except UnicodeDecodeError as error:
            raise DataError(f"{file.name} is broken UTF-16: {error.reason}", "Save it as UTF-8 in the program that wrote it.") from None


def _is_clean(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not HALF_CHARACTERS.search(text))


def _refuse_unclean(file: DataFile, line: str, number: int) -> None:
    if _is_clean(line):
        return
    content = line.encode("utf-8", "surrogateescape")
    name, ending = file.name.rpartition("/")[2], file.suffix
    if b"\0" in content:
        todo = "Name a UTF-8 text file (convert UTF-16 with iconv), or give Parquet the ending .parquet."
        raise DataError(f"{file.name} is binary: it has a zero byte in line {number}", todo)
    at = len(line[: HALF_CHARACTERS.search(line).start()].encode())  # type: ignore[union-attr]
    raise DataError(
        f"{file.name}:{number}: not UTF-8: byte 0x{content[at]:02x}, byte {at + 1} of the line",
        f"Convert it, from Latin-1 for instance: iconv -f ISO-8859-1 -t UTF-8 {name} > utf8{ending}",
    )
