"""Rows from files of every known format, each with its line, whatever the columns mean.

No file is held whole: read are a line (JSONL, CSV, TSV), a batch (Parquet), a row or an element (JSON, XML, YAML, Excel)
at a time. A reader takes a file and gives its rows; a new format is a new line in READERS.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from assistant.core.errors import DataError
from assistant.data.reading import json_rows, parquet, separated
from assistant.data.reading.rows import Row, Rows
from assistant.data.reading.source import DataFile

__all__ = ["READERS", "UNREAD", "Row", "Rows", "rows_of"]

Reader = Callable[[DataFile], Rows]


def _lazy(module: str, name: str = "rows") -> Reader:
    """A reader whose module, and the libraries it needs, are imported when the first file wants them."""

    def read(file: DataFile) -> Rows:
        reader: Reader = getattr(importlib.import_module(f"assistant.data.reading.{module}"), name)
        yield from reader(file)

    return read


READERS: dict[str, Reader] = {
    ".jsonl": json_rows.line_rows,
    ".ndjson": json_rows.line_rows,
    ".json": json_rows.rows,
    ".csv": separated.csv_rows,
    ".tsv": separated.tsv_rows,
    ".parquet": parquet.rows,
    ".xlsx": _lazy("excel"),
    ".xml": _lazy("xml_rows"),
    ".yaml": _lazy("yaml_rows"),
    ".yml": _lazy("yaml_rows"),
    ".md": _lazy("documents_markdown", "markdown_rows"),
    ".markdown": _lazy("documents_markdown", "markdown_rows"),
    ".html": _lazy("documents_html", "html_rows"),
    ".htm": _lazy("documents_html", "html_rows"),
    ".txt": _lazy("transcripts", "transcript_rows"),
}

UNREAD = {
    ".xls": "Save it as .xlsx in the program that wrote it: .xls is the format of before 2007.",
    ".xlsm": "Save it as .xlsx, without its macros.",
    ".xlsb": "Save it as .xlsx.",
    ".ods": "Save it as .xlsx or .csv in the program that wrote it.",
    ".rar": "Pack it anew as .zip, or unpack it and name the folder.",
    ".7z": "Pack it anew as .zip, or unpack it and name the folder.",
    ".zst": "Pack it anew as .gz, or unpack it.",
    ".pdf": "Copy the questions and answers into a .md file: a heading for each question.",
    ".docx": "Save it as .html or .md.",
}
"""Endings that people try, and what to do instead."""


def rows_of(file: DataFile | Path) -> Rows:
    """Read one file by its ending; of an archive all files in it, one after the other.

    Raises:
        DataError: It is missing, empty, binary, not UTF-8, or of an ending that is not known; where
            only reading can show that, it is raised on the way.
    """
    from assistant.data.reading.compressed import ARCHIVES, files_in

    file = DataFile.of(file)
    if file.rows:
        return file.rows()
    if file.path is not None:
        refuse_missing(file.path)
        if file.path.is_dir():
            raise DataError(f"{file.path} is a folder", f"Name the files in it, {file.path.name}/*.jsonl for instance.")
    reader = READERS.get(file.suffix)
    if reader is None and file.suffix not in ARCHIVES:
        ending = f"the ending `{Path(file.name).suffix}`" if file.suffix else "a name without an ending"
        todo = UNREAD.get(file.suffix, f"Use one of {', '.join([*READERS, *ARCHIVES])}.")
        raise DataError(f"{file.name}: cannot tell the format from {ending}", todo)
    if _is_empty(file):
        raise DataError(f"{file.name} is empty", "Put questions and answers into it, one JSON object a line for instance.")
    if reader is None:
        return (row for inner in files_in(file) for row in rows_of(inner))
    return _with_readable_errors(file, reader)


def refuse_missing(path: Path) -> None:
    """See that there is something at a path.

    Raises:
        DataError: There is nothing, or it cannot be reached.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise DataError(f"there is no data file {path}", "Check data.files in the recipe; paths start from the recipe's folder.") from None
    except (OSError, ValueError) as error:
        raise unreadable(str(path), error) from None


def _is_empty(file: DataFile) -> bool:
    try:
        with file.open() as stream:
            return not stream.read(1)
    except OSError as error:
        raise unreadable(file.name, error) from None


def _with_readable_errors(file: DataFile, reader: Reader) -> Rows:
    try:
        yield from reader(file)
    except OSError as error:
        raise unreadable(file.name, error) from None


def unreadable(name: str, error: Exception) -> DataError:
    """The error for what the disk does not give."""
    why = getattr(error, "strerror", None) or str(error)
    return DataError(f"cannot read {name}: {why}", "Check the path, its permissions and the disk.")
