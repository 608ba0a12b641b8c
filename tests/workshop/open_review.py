"""A review of rows made by hand, run as a program by the test of the real terminal.

    python -m tests.workshop.open_review FOLDER

FOLDER gets the file of decisions.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.tui.reviewing import run_review
from assistant.workshop.review import DataQueue
from tests.workshop.rows_to_review import rows

if __name__ == "__main__":
    run_review(DataQueue(rows(), Path(sys.argv[1]) / "decisions.jsonl"))
