"""What every reader gives: rows with their lines, and what stands there instead where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.data.problems import Problem

Row = dict[str, Any]
Rows = Iterator[tuple[int, Row] | Problem]
"""Each row with its line, or the problem that it is."""
