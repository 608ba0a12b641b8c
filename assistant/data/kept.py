"""The examples of one split as they are kept on disk, read whenever they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import overload

from assistant.core.errors import DataError
from assistant.data.example import Example

MARK_EVERY = 32
"""Lines from one remembered place of the file to the next."""


class KeptExamples(Sequence[Example]):
    """A sequence of examples that holds none of them, equal to any sequence of the same.

    Args:
        path: Their file, one example a line; it is not written any more.

    Raises:
        DataError: On use, if the file is missing or broken.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[Example]:
        return self._from(0)

    def __len__(self) -> int:
        return self._places[1]

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Example, ...]: ...
    def __getitem__(self, index: int | slice) -> Example | tuple[Example, ...]:
        places = range(len(self))[index]
        if isinstance(places, int):
            return next(self._from(places))
        if places.step == 1:
            return tuple(islice(self._from(places.start), len(places)))
        return tuple(self[place] for place in places)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._path)!r})"

    def _from(self, place: int) -> Iterator[Example]:
        try:
            with self._path.open("rb") as file:
                if place:
                    file.seek(self._places[0][place // MARK_EVERY])
                for line in islice(filter(bytes.strip, file), place % MARK_EVERY, None):
                    yield Example.from_json(json.loads(line))
        except (OSError, ValueError, KeyError, TypeError):
            raise broken(self._path.parent) from None

    @cached_property
    def _places(self) -> tuple[list[int], int]:
        """Where in the file each marked line begins, and how many lines there are."""
        marks, offset, count = [], 0, 0
        try:
            with self._path.open("rb") as file:
                for line in file:
                    if line.strip():
                        if count % MARK_EVERY == 0:
                            marks.append(offset)
                        count += 1
                    offset += len(line)
        except OSError:
            raise broken(self._path.parent) from None
        return marks, count


def broken(folder: Path) -> DataError:
    """The error for prepared data that is not what was kept."""
    todo = "Delete the folder, if it is there, and run `assistant data prepare` with the version's recipe again."
    return DataError(f"the prepared data {folder} is missing or broken", todo)
