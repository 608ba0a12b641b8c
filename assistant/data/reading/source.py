"""A file of data as its reader sees it: a name to show, an ending that tells the format, and bytes.

It may lie on the disk, inside an archive, or be compressed; its reader does not know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class DataFile:
    """Bytes with a name.

    Attributes:
        name: As it is shown: a path, or for a member of an archive `faq.zip/page.html`.
        suffix: The ending in small letters, with its dot, that of a compressed file without the compression's: `.csv`.
        open: Gives the bytes from the beginning, each time anew; raises OSError, and a DataError where they are no honest file.
    """

    name: str
    suffix: str
    open: Callable[[], BinaryIO]

    @classmethod
    def at(cls, path: Path) -> DataFile:
        """The file at a path, as it lies there."""
        return cls(str(path), path.suffix.lower(), lambda: path.open("rb"))
