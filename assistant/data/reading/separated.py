"""Rows of .csv and .tsv: the first line names the columns.

What parts the cells of a .csv is read from that line alone: a comma, or where no comma stands between its names, the one sign that does.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from functools import partial
from typing import Any

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.rows import Rows
from assistant.data.reading.source import DataFile
from assistant.data.reading.text_lines import CONTENT_KEPT, LONGEST_ROW, kept, lines

SIGNS = (";", "\t", "|")
"""What parts cells of a .csv besides commas: Excel writes `;` where a comma is part of numbers."""

DECLARED = re.compile(r'"?sep=([^\w\s"]|\t)"?[\r\n]*', re.IGNORECASE)
"""The line before the first one in which Excel looks for the sign."""

QUOTED = re.compile(r'"[^"]*"')
BLANK = re.compile(r'[\s,;|"]*')

LONGEST_AHEAD = 2**18
"""Characters that are looked at for the line that names the columns."""


class _Lines:
    """The lines of a file, with an eye on how much of it one row takes in: an open quote would take in all of it.

    Attributes:
        number: The line read last.
        text: The beginning of the row that is read now, as it stands there.
    """

    def __init__(self, file: DataFile) -> None:
        self._file = file
        self._lines = lines(file)
        self._characters = 0
        self._first = 1
        self.number = 0
        self.text = ""

    def begin_row(self) -> None:
        self._characters, self._first, self.text = 0, self.number + 1, ""

    def ahead(self) -> Generator[str, None, None]:
        """The lines from here on, which are still to be read afterwards."""
        seen: list[str] = []
        size = 0
        try:
            for line in self._lines:
                seen.append(line)
                yield line
                size += len(line)
                if size > LONGEST_AHEAD:
                    break
        finally:
            self._lines = itertools.chain(seen, self._lines)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self._characters += len(line)
        if self._characters > LONGEST_ROW:
            where = f"{self._file.name}:{self._first}"
            raise DataError(
                f"{where}: the row that begins here is longer than {LONGEST_ROW} characters",
                "Close the quote that is open there (a quote inside a cell is written twice), or shorten the row.",
            )
        if len(self.text) <= CONTENT_KEPT:
            self.text += line[: CONTENT_KEPT + 1]
        return line


def rows(file: DataFile, separator: str | None) -> Rows:
    """The rows of one file.

    Args:
        file: It.
        separator: What parts the cells; None to see it from the line that names the columns.

    Raises:
        DataError: Its first line does not name the columns, or a row is endless.
    """
    # The csv module's own bound of 128 KiB is less than some answers have.
    csv.field_size_limit(LONGEST_ROW)
    text = _Lines(file)
    reader = csv.reader(text, delimiter=separator or _separator_of(text), strict=True)
    try:
        header = next(([name.strip() for name in cells] for cells in reader if any(map(str.strip, cells))), [])
    except csv.Error as error:
        raise DataError(f"{file.name}:{text.number}: {error}", "The first line names the columns; mend its quotes.") from None
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        what = f"two columns are named `{twice}`" if twice else "two columns have no name"
        raise DataError(f"{file.name}:{text.number}: {what}", "The first line names the columns, each once.")
    yield from _rows_below(file, text, reader, header)


def _separator_of(text: _Lines) -> str:
    """What parts the cells, by `sep=;` in the first line, which then is read, or by the line that names the columns."""
    header, declared = "", None
    with closing(text.ahead()) as lines:
        for line in lines:
            if not header and (declared := DECLARED.fullmatch(line[:20])):
                break
            if not header and BLANK.fullmatch(line[:CONTENT_KEPT]):
                continue
            header += line[:CONTENT_KEPT]
            # An open quote: a name goes on in the next line.
            if header.count('"') % 2 == 0:
                break
    if declared:
        next(text)
        text.begin_row()
        return declared[1]
    names = QUOTED.sub("", header)
    parting = [sign for sign in (",", *SIGNS) if sign in names]
    return parting[0] if len(parting) == 1 else ","


def _rows_below(file: DataFile, text: _Lines, reader: Any, header: list[str]) -> Rows:
    while True:
        number = text.number + 1
        text.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # An open quote takes in everything up to the end of the file: all of it is lost, and that is said.
            lost = f"; lines {number} to {text.number} are lost" if text.number > number else ""
            yield Problem("broken quotes", file.name, number, f"{error}{lost}", kept(text.text))
            continue
        if not any(map(str.strip, cells)):
            continue
        if len(cells) != len(header):
            detail = f"{len(cells)} where the first line names {len(header)}"
            yield Problem("wrong number of cells", file.name, number, detail, kept(text.text))
            continue
        yield number, dict(zip(header, cells, strict=True))


csv_rows: Callable[[DataFile], Rows] = partial(rows, separator=None)
tsv_rows: Callable[[DataFile], Rows] = partial(rows, separator="\t")
