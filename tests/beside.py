"""Public data sets that may lie beside the project; tests that need one are skipped where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"


def beside(name: str) -> Path:
    """A file or folder of them; skips the test where there is none."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no copy of {name} beside the project")
    return path
