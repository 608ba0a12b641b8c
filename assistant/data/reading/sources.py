"""Everything that a recipe reads rows from: files, queries, sets of a hub."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from assistant.core.recipe_data import Data
from assistant.data.reading.compressed import Tell
from assistant.data.reading.folders import find_data
from assistant.data.reading.source import DataFile


def sources_of(data: Data, folder: Path, tell: Tell = lambda _: None) -> list[DataFile]:
    """The sources of a recipe, files first.

    Args:
        data: What the recipe says.
        folder: Where its relative paths start.
        tell: Told each file of a folder that is passed over, and why.

    Raises:
        DataError: A pattern matches nothing, or a link leads out of a folder.
    """
    sources = find_data(folder, data.files, tell)
    for query in data.sql:
        from assistant.data.reading.sql import sql_rows

        sources.append(DataFile.of_rows(query.name, partial(sql_rows, query, folder)))
    for hub in data.hub:
        from assistant.data.reading.hub import hub_rows, place_of

        sources.append(DataFile.of_rows(place_of(hub), partial(hub_rows, hub)))
    return sources
