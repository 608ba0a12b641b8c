"""A small shop's questions and answers as files and a recipe, and the commands run on them as a person would."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner, Result

from assistant.cli import app

THINGS = ("password", "invoice", "parcel", "router", "account", "printer")
VERBS = ("reset", "find", "change", "cancel", "share", "move", "delete", "export", "renew", "lock")


def rows() -> list[dict[str, str]]:
    """Sixty sound rows, no two of them alike; one in five is about money."""
    return [
        {
            "id": f"r{number}",
            "question": f"How do I {verb} my {thing}?",
            "answer": f"Open the page of your {thing}, choose {verb} and follow the {number + 3} steps there.",
            "kind": "rare" if number % 5 == 0 else "common",
        }
        for number, (thing, verb) in enumerate(product(THINGS, VERBS))
    ]


def write_rows(path: Path, content: Iterable[Mapping[str, Any]]) -> Path:
    """Write rows as JSONL."""
    path.write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")
    return path


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read JSONL."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_recipe(folder: Path, **data: Any) -> Path:
    """Write a recipe; `data` is its part of that name."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"name": "shop", "license": "CC0-1.0", "data": {"files": ["faq.jsonl"], "tags": ["kind"], **data}}
    (folder / "recipe.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def run(*words: str | Path) -> Result:
    """Run `assistant data` in this process."""
    return CliRunner().invoke(app, ["data", *map(str, words)])


def told(*words: str | Path, code: int = 0) -> str:
    """What a command prints; it must end with this code."""
    result = run(*words)
    assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
    return result.stdout


def told_json(*words: str | Path, code: int = 0) -> Any:
    """What a command answers to programs."""
    return json.loads(told(*words, "--json", code=code))


def prepared(folder: Path, home: Path, *words: str) -> tuple[dict[str, Any], Path]:
    """Prepare, and give the answer with the folder of what was prepared."""
    answer = told_json("prepare", folder, "--home", home, *words)
    return answer, Path(answer["folder"])
