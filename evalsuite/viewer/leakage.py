"""Which items may have leaked into the training data: `leakage.json` beside the scores, where somebody looked."""

from __future__ import annotations

from pathlib import Path

from assistant.api import DataError, LeakageKind
from evalsuite.leakage.record import FILE, read_leakage


def read_leaks(folder: Path) -> dict[str, tuple[LeakageKind, ...]] | None:
    """The kinds of leaks by item, of those items that have any; None where nobody looked for leaks.

    Args:
        folder: The evaluation's.

    Raises:
        DataError: The file is not as it was written: to show no leaks would say that there are none.
    """
    path = folder / FILE
    if not path.exists():
        return None
    found = read_leakage(folder)
    if found is None:
        raise DataError(f"{path} cannot be read, or is of another version", "Run the evaluation again, which finds it anew, or remove it.")
    return {finding.id: finding.kinds for finding in found.findings if finding.kinds}
