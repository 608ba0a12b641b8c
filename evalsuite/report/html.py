"""`scorecard.html`: one file that opens offline, for the person who decides.

No script, no font, no image from elsewhere. Every text is escaped by the templates; the style sheets alone
go in as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant.api import page_style, page_templates
from evalsuite.report.page import answers, leakage, method, probes, quality, slices, speed, verdict
from evalsuite.report.page.section import Section
from evalsuite.report.wording import verdict as verdict_line
from evalsuite.scorecard import Scorecard

FOLDER = Path(__file__).parent / "page"
STYLES = ("page", "tables", "charts", "cases", "narrow", "print")
"""Style sheets besides the one that all pages share; what comes later wins."""


def html(card: Scorecard) -> str:
    """The scorecard as one page."""
    page = page_templates(FOLDER).get_template("scorecard.html.j2")
    return page.render(
        card=card, style=page_style(FOLDER, STYLES), verdict=verdict_line(card), head=verdict.head(card), sections=list(_sections(card))
    )


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
