"""Fixtures: a workspace with one finished version, and files of predictions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.api import Home
from tests.evalsuite.world import QUESTIONS, World, add_version, question, write_recipe


@pytest.fixture
def world(tmp_path: Path) -> World:
    rows = [json.dumps(question(number)) for number in range(QUESTIONS)]
    (tmp_path / "data.jsonl").write_text("\n".join(rows), encoding="utf-8")
    recipe = write_recipe(tmp_path)
    home = Home(tmp_path / "workspace")
    add_version(home, recipe)
    return World(home, recipe, [])


@pytest.fixture
def rows_file(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Any, name: str = "predictions.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
        return path

    return write
