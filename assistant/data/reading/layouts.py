"""The layout of each file: which columns its first rows have, and what they mean."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence

from assistant.core.errors import DataError
from assistant.core.recipe_data import Columns, Data
from assistant.data.problems import Problem
from assistant.data.reading.columns import Layout, layout_from, mappings_of, named_by, what_is_missing
from assistant.data.reading.formats import rows_of
from assistant.data.reading.rows import Row, Rows
from assistant.data.reading.source import DataFile, NoRowsError

SEPARATED = (".csv", ".tsv")
"""Endings of files whose columns are parted by a sign."""

LOOKED_AT = 100
"""Rows whose columns decide the layout of a file."""

COLUMNS_SHOWN = 12
"""How many columns an error names."""


def names_and_rows(file: DataFile) -> tuple[list[str], Rows]:
    """The columns of the first rows that can be read, and all rows.

    A file is opened for the columns alone, so that no row needs to be held; a query, which is asked once, has its first rows held.
    """
    if file.rows is None:
        return first_names(file), rows_of(file)
    rows = rows_of(file)
    first = list(itertools.islice(rows, LOOKED_AT))
    return _names_in(first), itertools.chain(first, rows)


def first_names(file: DataFile) -> list[str]:
    """The columns of the first rows that can be read."""
    return _names_in(rows_of(file))


def _names_in(entries: Iterable[tuple[int, Row] | Problem]) -> list[str]:
    rows = (entry[1] for entry in entries if not isinstance(entry, Problem))
    return list(dict.fromkeys(name for row in itertools.islice(rows, LOOKED_AT) for name in row))


def layout_of(file: DataFile, names: Sequence[str], mappings: Sequence[Columns], group: str | None) -> tuple[Layout | None, Columns | None]:
    """The layout of a file by its columns, and the mapping that gave it; None if none of its rows can be read at all.

    Args:
        file: It.
        names: Its columns.
        mappings: What a recipe says that columns mean.
        group: The column by which rows are kept together.

    Raises:
        NoRowsError: Nothing among the columns is a question with an answer.
        DataError: A column is missing that the recipe names.
    """
    if not names:
        return None, None
    layout, mapping = layout_from(mappings, names)
    shown = ", ".join(names[:COLUMNS_SHOWN]) + (", ..." if len(names) > COLUMNS_SHOWN else "")
    if layout is None and (wanted := [each for each in mappings if named_by(each)]):
        missing = ", ".join(f"`{name}`" for name in named_by(wanted[0]))
        what = f"{file.name} has none of the columns {missing}, and none is recognized among {shown}"
        raise NoRowsError(what, "Correct data.columns in the recipe, or name those of this file under data.more_columns.")
    if layout is None:
        todo = "Name them in the recipe: data.columns.question and data.columns.answer."
        if len(names) == 1 and file.suffix in SEPARATED:
            todo = "It has one column only: is that how its cells are parted? .csv may have commas, semicolons, tabs or |, .tsv has tabs."
        raise NoRowsError(f"{file.name}: {what_is_missing(names)} among the columns {shown}", todo)
    named = {"data.columns": (layout.question, layout.answer, layout.input, layout.id), "data.group": (group,)}
    for key, columns in named.items():
        for column in columns:
            if column and column not in names:
                raise DataError(f"{file.name} has no column `{column}`; it has {shown}", f"Correct {key} in the recipe.")
    return layout, mapping


def refuse_unmet(data: Data, mappings: Collection[Columns | None], tags: Collection[str]) -> None:
    """See that the columns which a recipe names are somewhere.

    Args:
        data: What the recipe says.
        mappings: Those that were a file's.
        tags: Those that any row has.

    Raises:
        DataError: One is nowhere.
    """
    for mapping in mappings_of(data):
        if mapping not in mappings:
            columns = ", ".join(f"`{name}`" for name in mapping.model_dump(exclude_none=True).values())
            raise DataError(f"no file has the columns {columns}", "Correct data.columns and data.more_columns in the recipe, or leave them out.")
    for tag in data.tags:
        if tag not in tags:
            raise DataError(
                f"no row that can be used has anything in a column `{tag}`", "Correct data.tags in the recipe: it names columns of the data."
            )
