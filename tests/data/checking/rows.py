"""Rows for tests of checks."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.data.example import Example, Place


def row(question: str, answer: str, number: int = 1, group: str = "", tags: Mapping[str, str] | None = None) -> Example:
    return Example(f"row-{number}", question, (answer,), group or f"group {number}", tags or {}, place=Place("rows.jsonl", number))
