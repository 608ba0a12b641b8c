"""The text of a file, by lines or by pieces, strictly: UTF-8, or UTF-16 that says so by its byte order mark.

No more than one row's worth of text is ever held, however long a line is.
"""

from __future__ import annotations

import codecs
import collections
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TextIO

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

SAVE_ANEW = "Save it as UTF-8 in the program that wrote it."


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
            refuse_unclean(file, line, number)
            yield line
            while is_too_long(line) and not line.endswith(("\n", "\r")):
                # The rest of it.
                line = text.readline(LONGEST_ROW + 1)
                refuse_unclean(file, line, number)


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
def text_of_file(file: DataFile, newline: Literal["", "\n"] = "") -> Iterator[TextIO]:
    """Text with all line ends as they are; bytes that are not UTF-8 come as lone surrogates.

    Args:
        file: It.
        newline: What ends a line: any of the three ways, or only this.

    Raises:
        DataError: It is UTF-16 by its mark, and then is not.
    """
    with file.open() as start:
        is_utf16 = start.read(2) in UTF16
    encoding, errors = ("utf-16", "strict") if is_utf16 else ("utf-8-sig", "surrogateescape")
    with io.TextIOWrapper(file.open(), encoding=encoding, errors=errors, newline=newline) as text:
        try:
            yield text
        except UnicodeDecodeError as error:
            raise DataError(f"{file.name} is broken UTF-16: {error.reason}", SAVE_ANEW) from None


def _is_clean(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not HALF_CHARACTERS.search(text))


def refuse_unclean(file: DataFile, line: str, number: int) -> None:
    """See that a line of `text_of_file` is text.

    Raises:
        DataError: It has a zero byte, or bytes that are not UTF-8; with the command that converts the file, by what its bytes are.
    """
    if _is_clean(line):
        return
    content = line.encode("utf-8", "surrogateescape")
    if b"\0" in content:
        with file.open() as opened:
            start = opened.read(4096)
        raise DataError(f"{file.name} is binary: it has a zero byte in line {number}", what_to_do_with_zeros(start, file))
    at = len(line[: HALF_CHARACTERS.search(line).start()].encode())  # type: ignore[union-attr]
    raise DataError(f"{file.name}:{number}: not UTF-8: byte 0x{content[at]:02x}, byte {at + 1} of the line", how_to_convert(content, file))


def what_to_do_with_zeros(start: bytes, file: DataFile) -> str:
    """What to do with a file that has zero bytes: text of Western languages in UTF-16 has one in each character.

    Args:
        start: Its first bytes.
        file: It.
    """
    pairs = max(1, len(start) // 2)
    high, low = start[::2].count(0) / pairs, start[1::2].count(0) / pairs
    if max(high, low) > 0.3 and min(high, low) < 0.1:
        return f"It is UTF-16 without its mark; convert it: {_iconv('UTF-16BE' if high > low else 'UTF-16LE', file)}"
    return "Name a UTF-8 text file (convert UTF-16 with iconv), or give Parquet the ending .parquet."


def how_to_convert(content: bytes, file: DataFile) -> str:
    """What to do with a file that is not UTF-8. What Latin-1 has besides control characters, CP1252 has at the same places.

    Args:
        content: Bytes of it that are not UTF-8, with what stands around them.
        file: It.
    """
    if any(not 0xD800 <= ord(sign) <= 0xDFFF for sign in content.decode("utf-8", "surrogateescape") if not sign.isascii()):
        return "Mend that byte: others around it are UTF-8, so that converting the file would spoil those."
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return f"{SAVE_ANEW[:-1]}: it is no Windows-1252 either."
    return f"Convert it, from Windows-1252 or Latin-1 for instance: {_iconv('CP1252', file)}"


def _iconv(encoding: str, file: DataFile) -> str:
    return f"iconv -f {encoding} -t UTF-8 {file.name.rpartition('/')[2]} > utf8{file.suffix}"
