"""Names of persons. A stand-in: another part brings the whole."""

from __future__ import annotations

from pathlib import Path

from assistant.core.errors import DataError
from assistant.data.personal.personal_data import FindNames


def load_names_model(folder: Path) -> FindNames:
    """What marks persons, from a folder.

    Raises:
        DataError: There is no model.
    """
    raise DataError(f"there is no model for names in {folder}", "Correct data.check.names_model.")
