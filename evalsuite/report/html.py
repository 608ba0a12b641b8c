"""`scorecard.html`: one file that opens offline, for the person who decides.

No script, no font, no image from elsewhere. Every text is escaped by the templates; the style sheets alone
go in as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from evalsuite.report.page import answers, leakage, method, probes, quality, slices, speed, verdict
from evalsuite.report.page.section import Section
from evalsuite.report.wording import verdict as verdict_line
from evalsuite.scorecard import Scorecard

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "page"
STYLES = ("page", "tables", "charts", "cases", "narrow", "print")
"""Style sheets; what comes later wins."""


def html(card: Scorecard) -> str:
    """The scorecard as one page."""
    from markupsafe import Markup

    style = Markup("\n".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in STYLES))
    page = _environment().get_template("scorecard.html.j2")
    return page.render(card=card, style=style, verdict=verdict_line(card), head=verdict.head(card), sections=list(_sections(card)))


def _sections(card: Scorecard) -> Iterator[Section]:
    """In the order in which a reviewer asks; those that have nothing to say left out."""
    made = (
        verdict.gates(card),
        verdict.notes(card),
        quality.overview(card),
        quality.quality(card),
        quality.changes(card),
        slices.slices(card),
        *probes.probes(card),
        leakage.leakage(card),
        speed.speed(card),
        speed.load(card),
        answers.lengths(card),
        answers.samples(card),
        method.notice(card),
        method.method(card),
        method.again(card),
    )
    yield from filter(None, made)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
