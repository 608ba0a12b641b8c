"""A file of data whose bytes are given."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import PurePath

import pytest

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.rows import Row, Rows
from assistant.data.reading.source import DataFile


def file(name: str, content: str | bytes) -> DataFile:
    data = content if isinstance(content, bytes) else content.encode()
    return DataFile(name, PurePath(name).suffix, lambda: io.BytesIO(data))


def used(rows: Rows) -> list[tuple[int, Row]]:
    found = list(rows)
    assert not [entry for entry in found if isinstance(entry, Problem)]
    return found  # type: ignore[return-value]


def refused(read: Callable[[DataFile], Rows], given: DataFile) -> str:
    with pytest.raises(DataError) as caught:
        list(read(given))
    lines = str(caught.value).splitlines()
    assert len(lines) == 2 and all(lines) and given.name in lines[0]
    return lines[0]
