"""A file of data as its reader sees it: a name to show, an ending that tells the format, and bytes.

It may lie on the disk, inside an archive, or be compressed; its reader does not know.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from assistant.core.errors import DataError
from assistant.core.files import open_plain
from assistant.data.reading.rows import Rows


class NoRowsError(DataError):
    """A file that can be read and holds no questions and answers; in a folder or an archive it is passed over, and that is told."""


@dataclass(frozen=True)
class DataFile:
    """Bytes with a name.

    Attributes:
        name: As it is shown: a path, or for a member of an archive `faq.zip/page.html`, for a sheet `faq.xlsx#Sheet1`.
        suffix: The ending in small letters, with its dot, that of a compressed file without the compression's: `.csv`.
        open: Gives the bytes from the beginning, each time anew; raises OSError, and a DataError where they are no honest file.
        path: Where these very bytes lie on the disk; None where they do not.
        found_in: The folder, pattern or archive in which it was found; empty where it was named itself, and must hold something usable.
        sheet: The one sheet of a workbook that is meant; None for all.
        header: The line of that sheet which names its columns.
        rows: Gives the rows where they come as such, from a database or a hub; None for a file, whose reader its ending names.
    """

    name: str
    suffix: str
    open: Callable[[], BinaryIO] = field(compare=False)
    path: Path | None = None
    found_in: str = ""
    sheet: str | None = None
    header: int = 1
    rows: Callable[[], Rows] | None = field(default=None, compare=False)

    @classmethod
    def at(cls, path: Path, found_in: str = "") -> DataFile:
        """The file at a path, as it lies there."""
        return cls(str(path), path.suffix.lower(), lambda: open_plain(path), path, found_in)

    @classmethod
    def of_rows(cls, name: str, rows: Callable[[], Rows]) -> DataFile:
        """Rows that come as such; `rows` is called each time they are wanted."""
        return cls(name, "", io.BytesIO, rows=rows)

    @classmethod
    def of(cls, file: DataFile | Path) -> DataFile:
        """The file itself, or the one at a path."""
        return file if isinstance(file, DataFile) else cls.at(file)


@contextmanager
def seekable(file: DataFile) -> Iterator[BinaryIO]:
    """The bytes of a file in any order, for formats whose table of contents stands at the end.

    What does not lie on the disk by itself is copied to a temporary file without a name.
    """
    with file.open() as stream:
        if file.path is not None:
            yield stream
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy, 2**20)
            copy.seek(0)
            yield cast(BinaryIO, copy)
