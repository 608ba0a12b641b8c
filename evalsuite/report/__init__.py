"""Fourth stage: a scorecard in, pages and files for people and machines out. Knows the scorecard alone."""

from __future__ import annotations

from pathlib import Path

from assistant.api import plain, write_json, write_text
from evalsuite.report.html import html
from evalsuite.report.junit import junit
from evalsuite.report.markdown import markdown
from evalsuite.scorecard import Scorecard


def write_reports(folder: Path, card: Scorecard) -> None:
    """Write the scorecard in every form; `scorecard.json` last, since all others can be made from it."""
    # What models and users wrote stands in them as it is: nothing of it may steer a terminal, or turn a line round.
    write_text(folder / "scorecard.html", plain(html(card)))
    write_text(folder / "scorecard.md", plain(markdown(card)))
    write_text(folder / "junit.xml", junit(card))
    write_json(folder / "scorecard.json", card.model_dump(mode="json"))
