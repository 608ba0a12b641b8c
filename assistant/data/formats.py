"""Rows from files: JSONL, JSON, CSV, TSV and Parquet, each with its line, whatever the columns mean."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assistant.core.errors import DataError
from assistant.data.problems import Problem

Row = dict[str, Any]
Rows = Iterator[tuple[int, Row] | Problem]
"""Each row with its line, or the problem that it is."""


def rows_of(path: Path) -> Rows:
    """Read one file by its ending.

    Raises:
        DataError: It is missing, empty, binary, not UTF-8, or of an ending that is not known.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path}: cannot tell the format from the ending `{path.suffix}`", f"Use one of {', '.join(READERS)}.")
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise DataError(f"there is no data file {path}", "Check data.files in the recipe; paths start from the recipe's folder.") from None
    if path.is_dir():
        raise DataError(f"{path} is a folder", f"Name the files in it, {path.name}/*.jsonl for instance.")
    if size == 0:
        raise DataError(f"{path} is empty", "Put questions and answers into it, one JSON object a line for instance.")
    try:
        return reader(path)
    except PermissionError:
        raise DataError(f"may not read {path}", "Change its permissions.") from None


def _text(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path} is UTF-16 text, not UTF-8", f"Convert it: iconv -f UTF-16 -t UTF-8 {path.name} > utf8{path.suffix}")
    if b"\0" in content:
        todo = "Name a text file, or give Parquet the ending .parquet."
        raise DataError(f"{path} is binary: it has a zero byte at offset {content.index(0)}", todo)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path}:{line}: not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}",
            f"Convert it, from Latin-1 for instance: iconv -f ISO-8859-1 -t UTF-8 {path.name} > utf8{path.suffix}",
        ) from None


def _jsonl(path: Path) -> Rows:
    text = _text(path)

    def rows() -> Rows:
        # Not splitlines(): a JSON string may hold U+2028 and its like unescaped.
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield Problem("not JSON", str(path), number, str(error))
                continue
            yield (number, row) if isinstance(row, dict) else Problem("not a JSON object", str(path), number, type(row).__name__)

    return rows()


def _json(path: Path) -> Rows:
    text = _text(path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        todo = "A .json file is one list of objects; with an object a line it wants the ending .jsonl."
        raise DataError(f"{path}: not JSON: {error}", todo) from None
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else [content]
    if not isinstance(content, list):
        raise DataError(f"{path} holds no list of rows", "A .json file is one list of objects, or an object with one list in it.")
    return (
        (number, row) if isinstance(row, dict) else Problem("not a JSON object", str(path), number, type(row).__name__)
        for number, row in enumerate(content, 1)
    )


def _separated(separator: str) -> Callable[[Path], Rows]:
    def read(path: Path) -> Rows:
        # Answers may be longer than the csv module's cautious default of 128 KiB.
        csv.field_size_limit(2**27)
        reader = csv.reader(io.StringIO(_text(path), newline=""), delimiter=separator, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
        except csv.Error as error:
            raise DataError(f"{path}:1: {error}", "The first line names the columns; mend its quotes.") from None
        if len(set(header)) < len(header):
            raise DataError(f"{path}:1: two columns have the same name", "The first line names the columns, each once.")
        return _separated_rows(path, reader, header)

    return read


def _separated_rows(path: Path, reader: Any, header: list[str]) -> Rows:
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem("broken quotes", str(path), number, str(error))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            yield Problem("wrong number of cells", str(path), number, f"{len(cells)} where the first line names {len(header)}")
            continue
        yield number, dict(zip(header, cells, strict=True))


def _parquet(path: Path) -> Rows:
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except pyarrow.ArrowException as error:
        todo = "Name the format by the ending: .jsonl, .json, .csv, .tsv."
        raise DataError(f"{path} is not a Parquet file: {str(error).splitlines()[0]}", todo) from None

    def rows() -> Rows:
        number = 0
        for batch in file.iter_batches():
            for row in batch.to_pylist():
                number += 1
                yield number, row

    return rows()


READERS: dict[str, Callable[[Path], Rows]] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".json": _json,
    ".csv": _separated(","),
    ".tsv": _separated("\t"),
    ".parquet": _parquet,
}
