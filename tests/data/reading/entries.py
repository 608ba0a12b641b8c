"""What tests of readers share: a file from its content, its rows, what is said of one that is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading.formats import rows_of


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def entries(path: Path) -> list[tuple[int, dict[str, Any]] | Problem]:
    return list(rows_of(path))


def rows(path: Path) -> list[dict[str, Any]]:
    found = entries(path)
    assert not [entry for entry in found if isinstance(entry, Problem)]
    return [entry[1] for entry in found if not isinstance(entry, Problem)]


def refused(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        entries(path)
    assert len(str(caught.value).splitlines()) == 2
    assert path.name in caught.value.what
    return caught.value
