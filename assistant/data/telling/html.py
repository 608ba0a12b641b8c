"""`card.html`: one file that opens offline. No script, no font, no image from elsewhere; every text is escaped by the template."""

from __future__ import annotations

from pathlib import Path

from assistant.core.page import page_style, page_templates
from assistant.core.plain import many
from assistant.data.telling.data_card import Card
from assistant.data.telling.sections import sections_of, verdict

FOLDER = Path(__file__).parent / "page"
STYLES = ("blocks", "print")
"""Style sheets besides the one that all pages share; what comes later wins."""


def html_of(card: Card) -> str:
    """The card as one page."""
    states = {check.state for check in card.checklist}
    shown = "unfit" if "failed" in states else "open" if "not measured" in states else "fit"
    page = page_templates(FOLDER).get_template("card.html.j2")
    return page.render(card=card, style=page_style(FOLDER, STYLES), sections=sections_of(card), verdict=verdict(card), shown=shown, many=many)
