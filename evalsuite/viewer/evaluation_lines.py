"""An evaluation in the words of the list: the cells of its row, and the line below the table."""

from __future__ import annotations

from assistant.api import one_line
from evalsuite.viewer.evaluations import Found, Summary
from evalsuite.viewer.widgets.item_table import Column

VERDICTS = {"fit": "fit", "not fit": "NOT FIT", "none": "no gates"}


def columns(is_narrow: bool) -> list[Column]:
    """The columns of the list; where there is little room, without the time of day."""
    when = Column("when", 10 if is_narrow else 16, component="item-table--quiet")
    return [Column("examined", 15), when, Column("verdict", 16), Column("figures")]


def cells(found: Found, summary: Summary | None, is_narrow: bool) -> list[str]:
    """The cells of one row; of one that is not read yet, what is known without reading."""
    date = (summary.date if summary else found.date).astimezone()
    when = f"{date:%Y-%m-%d}" if is_narrow else f"{date:%Y-%m-%d %H:%M}"
    if summary is None:
        return [one_line(found.run), when, "...", ""]
    figures = ", ".join(f"{figure.title} {figure.text}" for figure in summary.figures)
    return [one_line(summary.label), when, verdict(summary), one_line(summary.problem or figures)]


def verdict(summary: Summary) -> str:
    """What its gates say, in a few letters."""
    if summary.problem:
        return "unreadable"
    return VERDICTS[summary.verdict] + (" (trial)" if summary.is_trial else "")


def about(found: Found, summary: Summary | None) -> str:
    """What a row has no room for."""
    if summary is None or summary.problem:
        return one_line(f"{found.run}: {summary.problem}" if summary else found.run)
    passed, gates = summary.gates
    judged = f"{passed} of {gates} gates passed" if gates else "no gates"
    trial = ", a trial: not all of them" if summary.is_trial else ""
    return one_line(f"{summary.run}: {summary.n} examples{trial}, {summary.source}; {judged}; {summary.engine}")


def is_meant(found: Found, summary: Summary | None, words: list[str]) -> bool:
    """Whether all words, in lower case, stand in what is told of an evaluation."""
    told = f"{summary.label} {summary.source} {verdict(summary)}" if summary else ""
    return all(word in f"{found.run} {told}".casefold() for word in words)
