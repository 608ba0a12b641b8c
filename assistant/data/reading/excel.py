"""Rows of .xlsx: of every sheet with a line near its top that names a question and an answer, or of the only sheet.

Values are read, never formulas, macros or links. A workbook is a .zip of XML; how much that unpacks to is looked at first.
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from assistant.core.errors import DataError
from assistant.core.recipe_data import Columns
from assistant.data.problems import Problem
from assistant.data.reading.columns import layout_from, recognize
from assistant.data.reading.rows import Row, Rows
from assistant.data.reading.source import DataFile, NoRowsError, seekable
from assistant.data.reading.text_lines import LONGEST_ROW
from assistant.data.reading.unpacking import refuse_bomb

MOST_UNPACKED = 256 * 2**20
"""Bytes that all parts of a workbook may unpack to."""

MOST_HELD = 32 * 2**20
"""Bytes that the parts may unpack to which the library holds in memory: shared texts and styles. Sheets are read line by line."""

STREAMED = ("xl/worksheets/", "xl/media/")
"""Where the parts lie that are read by pieces, or not at all."""

MOST_PARTS = 5000
"""Files inside a workbook."""

MOST_ROWS, MOST_COLUMNS = 2**20, 2**14
"""What a sheet can have by Excel's own bounds."""

HEADER_WITHIN = 10
"""Lines of a sheet in which the names of the columns are looked for; a title may stand above them."""

WITHOUT_VALUE = "formula without a value"

Tell = Callable[[Problem], None]


def sheets(file: DataFile, columns: Sequence[Columns], tell: Tell) -> Iterator[DataFile]:
    """The sheets of a workbook that hold rows, each as a file of its own.

    Args:
        file: The workbook.
        columns: What the recipe says that columns mean; other sheets are recognized.
        tell: Told each sheet that is passed over.

    Raises:
        DataError: It is no workbook, or none of several sheets has rows.
    """
    if file.suffix != ".xlsx" or file.sheet is not None:
        yield file
        return
    with _open(file, values=True) as book:
        found = {sheet.title: _header(file, sheet, lambda names: _is_known(names, columns)) for sheet in book.worksheets}
    headers = {title: header.names for title, header in found.items()}
    known = [title for title, header in headers.items() if _is_known(header, columns)]
    if not known and len([header for header in headers.values() if header]) > 1:
        shown = "; ".join(f"{title[:30]}: {', '.join(header[:5])[:80]}" for title, header in list(headers.items())[:5])
        todo = "Name the columns in the recipe: data.columns.question and data.columns.answer."
        raise NoRowsError(f"no sheet of {file.name} has a question and an answer in its first {HEADER_WITHIN} lines: {shown}", todo)
    wanted = known or [title for title, header in headers.items() if header]
    if not wanted:
        raise NoRowsError(f"{file.name} has no sheet with anything in it", "The first line of a sheet with anything in it names its columns.")
    for title in headers:
        if title in wanted:
            for number in found[title].above:
                tell(Problem("a line above the names of the columns", f"{file.name}#{title}", number))
            yield replace(file, name=f"{file.name}#{title}", sheet=title, header=found[title].line)
        else:
            tell(Problem(f"a sheet without a question and an answer in its first {HEADER_WITHIN} lines", f"{file.name}#{title}", 0))


def rows(file: DataFile) -> Rows:
    """The rows of one sheet, or of all sheets that hold some; each with its number in the sheet.

    Raises:
        DataError: It is no workbook, or one that is refused.
    """
    for sheet in sheets(file, (), lambda _: None):
        yield from _rows_of_sheet(sheet)


def _rows_of_sheet(file: DataFile) -> Rows:
    with _open(file, values=True) as book, _open(file, values=False) as formulas:
        # A formula that was never computed has no value, and only itself tells that it is there.
        values, written = book[file.sheet], formulas[file.sheet]
        first = file.header
        header = _names(next(_lines(file, values, first), (first, ()))[1])
        if len(set(header)) < len(header):
            twice = next(name for name in header if header.count(name) > 1)
            raise DataError(f"{file.name}:{first}: two columns are named `{twice}`", "The line that names the columns names each once.")
        layout = recognize(header)
        wanted = {layout.question, layout.answer} if layout else set(header)
        for (number, cells), (_, sources) in zip(_lines(file, values, first + 1), _lines(file, written, first + 1), strict=False):
            row = _row(header, cells)
            if not any(row.values()) and not any(_is_formula(cell) for cell in sources):
                continue
            without = [name for name, cell, source in zip(header, cells, sources, strict=False) if _is_formula(source) and cell.value is None]
            if wanted.intersection(without):
                yield Problem(WITHOUT_VALUE, file.name, number, ", ".join(without), row | _row(header, sources))
            else:
                yield number, row


def _is_formula(cell: Any) -> bool:
    return bool(cell.data_type == "f")


def _row(header: Sequence[str], cells: Sequence[Any]) -> Row:
    row = {name: _text(cell.value) for name, cell in zip(header, cells, strict=False)}
    # A cell below no name is not lost.
    row |= {f"column {number + 1}": _text(cell.value) for number, cell in enumerate(cells) if number >= len(header) and cell.value is not None}
    return row


def _text(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value if isinstance(value, (str, int, float)) else str(value)


def _is_known(header: Sequence[str], columns: Sequence[Columns]) -> bool:
    layout, _ = layout_from(columns, header)
    return layout is not None and {column for column in (layout.question, layout.answer) if column} <= set(header)


@dataclass(frozen=True)
class _Header:
    """The line of a sheet that names its columns.

    Attributes:
        line: Its number.
        names: The columns; one without a name is called by its number.
        above: The lines above it that have anything in them.
    """

    line: int
    names: list[str]
    above: tuple[int, ...] = ()


def _header(file: DataFile, sheet: Any, is_known: Callable[[Sequence[str]], bool]) -> _Header:
    """The first of the first lines whose names are known; else the first line with anything in it."""
    said: list[_Header] = []
    for number, cells in _lines(file, sheet, 1):
        if names := _names(cells):
            if is_known(names):
                return _Header(number, names, tuple(above.line for above in said))
            said.append(_Header(number, names))
        if said and number >= HEADER_WITHIN:
            break
    return said[0] if said else _Header(1, [])


def _names(cells: Sequence[Any]) -> list[str]:
    names = [str(cell.value).strip() if cell.value is not None else "" for cell in cells]
    while names and not names[-1]:
        names.pop()
    return [name or f"column {at + 1}" for at, name in enumerate(names)]


def _lines(file: DataFile, sheet: Any, first: int) -> Iterator[tuple[int, Sequence[Any]]]:
    for number, cells in enumerate(sheet.iter_rows(min_row=first), first):
        if number > MOST_ROWS:
            raise DataError(f"{file.name} claims more than {MOST_ROWS} rows", "Save it anew in the program that wrote it.")
        if sum(len(cell.value) for cell in cells if isinstance(cell.value, str)) > LONGEST_ROW:
            raise DataError(f"{file.name}:{number}: the row is longer than {LONGEST_ROW} characters", "Shorten it.")
        yield number, cells


@contextmanager
def _open(file: DataFile, values: bool) -> Iterator[Any]:
    """A workbook to be read row by row, with the values that were stored, or with the formulas.

    Raises:
        DataError: It is none, or one that is refused.
    """
    import openpyxl

    with seekable(file) as stream:
        try:
            _refuse_dangerous(file, stream)
            book = openpyxl.load_workbook(stream, read_only=True, data_only=values, keep_links=False)
            for sheet in book.worksheets:
                # What a sheet says of its own size need not be true.
                sheet.reset_dimensions()
            try:
                yield book
            finally:
                book.close()
        except (DataError, GeneratorExit, OSError):
            raise
        except zipfile.BadZipFile as error:
            todo = "Save it as .xlsx in the program that wrote it; one with a password cannot be read."
            raise DataError(f"{file.name} is no .xlsx workbook: {error}", todo) from None
        except Exception as error:
            # openpyxl raises whatever its parsers meet in a broken file: KeyError, ValueError, TypeError, ParseError and others.
            why = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise DataError(f"{file.name} is a broken workbook: {why}", "Open it and save it anew in the program that wrote it.") from None


def _refuse_dangerous(file: DataFile, stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise DataError(f"{file.name} holds more than {MOST_PARTS} parts", "Save only the sheets with questions and answers.")
        refuse_bomb(file.name, sum(part.file_size for part in parts), sum(part.compress_size for part in parts), MOST_UNPACKED)
        held = sum(part.file_size for part in parts if not part.filename.startswith(STREAMED))
        if held > MOST_HELD:
            what = f"{file.name} has more than {MOST_HELD // 2**20} MiB of texts and styles"
            raise DataError(what, "Save its sheets as .csv, which may be of any length.")
        if any(part.flag_bits & 1 for part in parts):
            raise DataError(f"{file.name} is encrypted", "Save it without a password.")
        for part in parts:
            with archive.open(part) as content:
                start = content.read(4096)
            if b"<!DOCTYPE" in start.replace(b"\0", b""):
                raise DataError(f"{file.name}: {part.filename[:100]!r} declares a document type", "Save it anew in the program that wrote it.")
    stream.seek(0)
