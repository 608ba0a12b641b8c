"""Where rows come from, without what must not be told: passwords, users, and parameters of a database's address."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from assistant.core.recipe import Recipe
from assistant.core.recipe_data import HubSet, SqlQuery
from assistant.data.telling.data_card import Origin
from assistant.data.telling.shown import shown

MOST_FILES = 200


def origin_of(recipe: Recipe, report: Mapping[str, Any], fingerprint: str) -> Origin:
    """Licence, files and other sources."""
    files = report.get("files")
    named = list(files.items()) if isinstance(files, Mapping) else []
    told = tuple(
        (shown(_name(name)), str(facts.get("sha256") or "")[:64], shown(str(facts.get("columns") or ""))) for name, facts in named[:MOST_FILES]
    )
    if len(named) > MOST_FILES:
        told += ((f"and {len(named) - MOST_FILES} more files, which report.json names", "", ""),)
    sources = [*map(_query, recipe.data.sql), *map(_hub, recipe.data.hub)]
    return Origin(shown(recipe.license), told, tuple(sources), fingerprint)


def _name(file: str) -> str:
    """As the recipe calls it; of a file elsewhere on this machine its name alone."""
    path = PurePath(file)
    return path.name if path.is_absolute() else file


def _query(source: SqlQuery) -> tuple[str, str]:
    return shown(source.name), shown(f"{address(source.url)}: {source.query}")


def address(url: str) -> str:
    """A database's address: its kind, host and name."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        return "a database"
    # A SQLite database is a path, whose folders are nobody's business.
    name = PurePath(parts.database or "").name
    return f"{parts.drivername}://{parts.host or ''}/{name}"


def _hub(source: HubSet) -> tuple[str, str]:
    revision = f"at {source.revision}" if source.revision else "at no fixed revision"
    return shown(source.name), shown(", ".join(filter(None, (source.config, f"split {source.split}", revision))))
