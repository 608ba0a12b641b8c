"""`card.html`: one file that opens offline. No script, no font, no image from elsewhere; every text is escaped by the template."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.data.telling.data_card import Card
from assistant.data.telling.sections import sections_of, verdict

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "page"
STYLES = ("page", "blocks", "print")
"""Style sheets; what comes later wins."""


def html_of(card: Card) -> str:
    """The card as one page."""
    from markupsafe import Markup

    style = Markup("\n".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in STYLES))
    states = {check.state for check in card.checklist}
    shown = "unfit" if "failed" in states else "open" if "not measured" in states else "fit"
    page = _environment().get_template("card.html.j2")
    return page.render(card=card, style=style, sections=sections_of(card), verdict=verdict(card), shown=shown)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
