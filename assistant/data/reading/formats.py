"""Rows from files: JSONL, JSON, CSV, TSV and Parquet, each with its line, whatever the columns mean.

No file is held whole: read are a line (JSONL, CSV, TSV), a batch (Parquet) or a row (JSON) at a time. Only a .json file
that is one row, an object without a list of rows, is that row.
"""

from __future__ import annotations

import collections
import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.cells import HALF_CHARACTERS
from assistant.data.reading.columns import recognize
from assistant.data.reading.json_stream import JsonStream

Row = dict[str, Any]
Rows = Iterator[tuple[int, Row] | Problem]
"""Each row with its line, or the problem that it is."""

LARGEST_CELL = 2**27
"""Characters of a CSV cell; the csv module's own bound of 128 KiB is less than some answers have."""

PIECE = 2**20
"""Characters of a .json file that are read at once."""

PARQUET_ROWS = 100
"""Rows of a .parquet file that are held at once."""

PARQUET_BUFFER = 2**16
"""Bytes of each column of a .parquet file that are read at once."""


def rows_of(path: Path) -> Rows:
    """Read one file by its ending.

    Raises:
        DataError: It is missing, empty, binary, not UTF-8, or of an ending that is not known; where
            only reading can show that, it is raised on the way.
    """
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise DataError(f"there is no data file {path}", "Check data.files in the recipe; paths start from the recipe's folder.") from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if path.is_dir():
        raise DataError(f"{path} is a folder", f"Name the files in it, {path.name}/*.jsonl for instance.")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        ending = f"the ending `{path.suffix}`" if path.suffix else "a name without an ending"
        raise DataError(f"{path}: cannot tell the format from {ending}", f"Use one of {', '.join(READERS)}.")
    if size == 0:
        raise DataError(f"{path} is empty", "Put questions and answers into it, one JSON object a line for instance.")
    return _with_readable_errors(path, reader)


def _with_readable_errors(path: Path, reader: Callable[[Path], Rows]) -> Rows:
    try:
        yield from reader(path)
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> DataError:
    why = getattr(error, "strerror", None) or str(error)
    return DataError(f"cannot read {path}: {why}", "Check the path, its permissions and the disk.")


def _open(path: Path) -> TextIO:
    """Text with all line ends as they are, also the old Mac's; bytes that are not UTF-8 come as lone surrogates."""
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file with their ends; a line separator inside a text is none."""
    with _open(path) as file:
        for number, line in enumerate(file, 1):
            if not _is_clean(line):
                raise _not_text(path, line, number)
            yield line


def _pieces(path: Path) -> Iterator[str]:
    """The text of a UTF-8 file by pieces, wherever its lines end."""
    with _open(path) as file:
        while piece := file.read(PIECE):
            if not _is_clean(piece):
                # Its lines tell where.
                collections.deque(_lines(path), maxlen=0)
            yield piece


def _is_clean(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not HALF_CHARACTERS.search(text))


def _not_text(path: Path, line: str, number: int) -> DataError:
    content = line.encode("utf-8", "surrogateescape")
    if number == 1 and content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return DataError(f"{path} is UTF-16 text, not UTF-8", f"Convert it: iconv -f UTF-16 -t UTF-8 {path.name} > utf8{path.suffix}")
    if b"\0" in content:
        todo = "Name a UTF-8 text file (convert UTF-16 with iconv), or give Parquet the ending .parquet."
        return DataError(f"{path} is binary: it has a zero byte in line {number}", todo)
    at = len(line[: HALF_CHARACTERS.search(line).start()].encode())  # type: ignore[union-attr]
    return DataError(
        f"{path}:{number}: not UTF-8: byte 0x{content[at]:02x}, byte {at + 1} of the line",
        f"Convert it, from Latin-1 for instance: iconv -f ISO-8859-1 -t UTF-8 {path.name} > utf8{path.suffix}",
    )


def _jsonl(path: Path) -> Rows:
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.rstrip("\r\n"))
        except (ValueError, RecursionError) as error:
            yield Problem("not JSON", str(path), number, _why(error))
            continue
        yield (number, row) if isinstance(row, dict) else Problem("not a JSON object", str(path), number, type(row).__name__)


def _json(path: Path) -> Rows:
    try:
        for number, row in enumerate(_elements(path), 1):
            yield (number, row) if isinstance(row, dict) else Problem("not a JSON object", str(path), number, type(row).__name__)
    except (ValueError, RecursionError) as error:
        todo = "A .json file is one list of objects; with an object a line it wants the ending .jsonl."
        raise DataError(f"{path}: not JSON: {_why(error)}", todo) from None


def _elements(path: Path) -> Iterator[Any]:
    """The elements of the list that a .json file is or holds; the file itself where it is an object without one.

    Raises:
        ValueError: It is not JSON.
        DataError: It is neither.
    """
    stream = JsonStream(_pieces(path))
    if stream.peek() == "[":
        yield from stream.elements()
        stream.finish()
        return
    if stream.peek() != "{":
        stream.skip()
        stream.finish()
        raise DataError(f"{path} holds no list of rows", "A .json file is one list of objects, or an object with one list in it.")
    # Which list has the rows is known when all of the object was seen: it is read twice.
    is_list = {name: (place, stream.skip()) for place, name in enumerate(stream.members())}
    stream.finish()
    places = [place for place, found in is_list.values() if found]
    again = JsonStream(_pieces(path))
    if len(places) != 1 or recognize(list(is_list)):
        yield again.value()
        return
    for place, _ in enumerate(again.members()):
        if place == places[0]:
            yield from again.elements()
            return
        again.skip()


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        return f"{error.msg} at {where}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _separated(separator: str) -> Callable[[Path], Rows]:
    def read(path: Path) -> Rows:
        csv.field_size_limit(LARGEST_CELL)
        reader = csv.reader(_lines(path), delimiter=separator, strict=True)
        try:
            header = next(([name.strip() for name in cells] for cells in reader if any(map(str.strip, cells))), [])
        except csv.Error as error:
            raise DataError(f"{path}:{reader.line_num}: {error}", "The first line names the columns; mend its quotes.") from None
        if len(set(header)) < len(header):
            twice = next(name for name in header if header.count(name) > 1)
            what = f"two columns are named `{twice}`" if twice else "two columns have no name"
            raise DataError(f"{path}:{reader.line_num}: {what}", "The first line names the columns, each once.")
        yield from _separated_rows(path, reader, header)

    return read


def _separated_rows(path: Path, reader: Any, header: list[str]) -> Rows:
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # An open quote takes in everything up to the end of the file: all of it is lost, and that is said.
            lost = f"; lines {number} to {reader.line_num} are lost" if reader.line_num > number else ""
            yield Problem("broken quotes", str(path), number, f"{error}{lost}")
            continue
        if not any(map(str.strip, cells)):
            continue
        if len(cells) != len(header):
            yield Problem("wrong number of cells", str(path), number, f"{len(cells)} where the first line names {len(header)}")
            continue
        yield number, dict(zip(header, cells, strict=True))


def _parquet(path: Path) -> Rows:
    import pyarrow
    import pyarrow.parquet

    number = 0
    try:
        # Read ahead, a row group would be held whole, and many files are one row group.
        with pyarrow.parquet.ParquetFile(path, buffer_size=PARQUET_BUFFER, pre_buffer=False) as file:
            names = file.schema_arrow.names
            if len(set(names)) < len(names):
                raise DataError(f"{path}: two columns have the same name", "Name each column once.")
            for batch in file.iter_batches(batch_size=PARQUET_ROWS, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
                # Its allocator keeps ten times what is in use, and more with every batch.
                pyarrow.default_memory_pool().release_unused()
    except PermissionError:
        raise
    except (pyarrow.ArrowException, UnicodeDecodeError, OSError) as error:
        what = f"is not a whole Parquet file: after row {number}: " if number else "is not a Parquet file: "
        todo = "Write it anew; or name the format by the ending: .jsonl, .json, .csv, .tsv."
        raise DataError(f"{path} {what}{str(error).splitlines()[0]}", todo) from None


READERS: dict[str, Callable[[Path], Rows]] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".json": _json,
    ".csv": _separated(","),
    ".tsv": _separated("\t"),
    ".parquet": _parquet,
}
