"""`leakage.json` in an evaluation's folder: what was found of each test example in what the target learned from."""

from __future__ import annotations

from pathlib import Path

from assistant.api import Leakage, read_json, write_json

SCHEMA_VERSION = 1
FILE = "leakage.json"


def write_leakage(folder: Path, leakage: Leakage, key: str) -> None:
    """Write what was found into an evaluation's folder."""
    write_json(folder / FILE, {"schema_version": SCHEMA_VERSION, "identity": key, **leakage.to_json()})


def read_leakage(folder: Path, key: str | None = None) -> Leakage | None:
    """What was written under this identity, or under any; None if there is nothing.

    What is broken, or was written by another version of the program, is nothing: it is found again within seconds.
    """
    try:
        content = read_json(folder / FILE)
        version, identity = content.pop("schema_version"), content.pop("identity")
        if version != SCHEMA_VERSION or key not in (None, identity):
            return None
        return Leakage.from_json(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
