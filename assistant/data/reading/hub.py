"""Rows of a data set of a hub, read as they come over the network; only data is read, no code that comes with it.

Everything else stays offline: `assistant.core.offline` says so to the libraries, and here it is lifted for these rows alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.core.errors import DataError
from assistant.core.progress import say
from assistant.core.recipe_data import HubSet
from assistant.data.reading.rows import Rows
from assistant.data.reading.sql import cell_of

NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?")

SHOWN = 300
"""Characters of a library's message that are shown."""


def place_of(hub: HubSet) -> str:
    """What reports call the rows of a data set."""
    config = f"/{hub.config}" if hub.config else ""
    return f"hub:{hub.name}{config}@{hub.split}"


def hub_rows(hub: HubSet) -> Rows:
    """The rows of one split; a row's line is its number. The commit that is read is told.

    Raises:
        DataError: The hub cannot be reached, or has no such data set, configuration or split that can be read without running code.
    """
    if not NAME.fullmatch(hub.name):
        raise DataError(f"data.hub: `{hub.name[:100]}` is no name of a data set", "Write it as the hub calls it: org/name.")
    if Path(hub.name).exists():
        # The library would take it for the data set.
        todo = "Name it in data.files if it is meant, or run from another folder."
        raise DataError(f"data.hub: a file or folder {hub.name} lies in the working folder", todo)
    with _hub_allowed(), _readable_errors(hub):
        revision = _commit(hub)
        say(f"data set {hub.name}: reading {hub.split} as of commit {revision}")
        rows = _stream(hub, revision)
    number = 0
    while True:
        # Only while a row is fetched is the network allowed.
        with _hub_allowed(), _readable_errors(hub, number):
            row = next(rows, None)
        if row is None:
            return
        number += 1
        yield number, {str(name): cell_of(value) for name, value in row.items()}


def _commit(hub: HubSet) -> str:
    from huggingface_hub import HfApi

    return str(HfApi().dataset_info(hub.name, revision=hub.revision, timeout=30).sha)


def _stream(hub: HubSet, revision: str) -> Iterator[dict[str, Any]]:
    import datasets

    return iter(datasets.load_dataset(hub.name, hub.config, split=hub.split, revision=revision, streaming=True))


@contextmanager
def _readable_errors(hub: HubSet, number: int = 0) -> Iterator[None]:
    """Whatever the libraries raise, as two lines: they raise what their own libraries do."""
    from huggingface_hub import errors

    try:
        yield
    except (DataError, MemoryError):
        raise
    except errors.RepositoryNotFoundError:
        raise DataError(f"the hub has no data set {hub.name} that you may read", "Check data.hub.name, or your token if it is private.") from None
    except errors.RevisionNotFoundError:
        raise DataError(f"the data set {hub.name} has no revision {hub.revision}", "Check data.hub.revision; null reads the newest.") from None
    except Exception as error:
        said = next(iter(str(error).strip().splitlines()), "")[:SHOWN] or type(error).__name__
        if "script" in said and "support" in said:
            todo = "It is made by a program, which is never run here: name its revision refs/convert/parquet, or export its rows."
        elif "BuilderConfig" in said or "Config name" in said:
            todo = "Correct data.hub.config."
        elif "split" in said.lower():
            todo = "Correct data.hub.split."
        else:
            todo = "Check the network and the name; or export its rows to a file and name that in data.files."
        where = f" after row {number}" if number else ""
        raise DataError(f"cannot read the data set {hub.name}{where}: {said}", todo) from None


@contextmanager
def _hub_allowed() -> Iterator[None]:
    """Lift what keeps the libraries offline, and put it back."""
    import datasets
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = datasets.config.HF_HUB_OFFLINE = False
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE = before
