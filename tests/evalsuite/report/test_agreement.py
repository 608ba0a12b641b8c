"""Every page says the same figures, and says them as the record holds them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from evalsuite.record.figure import Figure, MetricCard
from evalsuite.report.html import html
from evalsuite.report.junit import junit
from evalsuite.report.markdown import markdown
from evalsuite.report.table import run_table
from evalsuite.report.wording import interval, number, signed
from evalsuite.scorecard import Scorecard
from tests.evalsuite.report.rich_card import rich_card

NUMBER = re.compile(r"(?<![\w.])[-+\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?")


class Tables(HTMLParser):
    """The cells of each table of a page, by the table's class."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] | None = None
        self._cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows = self.tables.setdefault(dict(attrs).get("class") or "", [])
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in {"td", "th"} and self._rows is not None:
            self._rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in {"td", "th"}
        if tag == "table":
            self._rows = None

    def handle_data(self, data: str) -> None:
        if self._cell and self._rows:
            self._rows[-1][-1] += data


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return rich_card()


def plain(figure: Figure, metric: MetricCard) -> list[str]:
    """The numbers of a figure as pages write them: value, lower end, upper end."""
    return NUMBER.findall(f"{number(figure.value, metric)} {interval(figure, metric)}")


def gap(figure: Figure, metric: MetricCard) -> list[str]:
    return NUMBER.findall(f"{signed(figure.value, metric)} {interval(figure, metric, sign=True)}")


def expected(card: Scorecard, name: str) -> list[list[str]]:
    """Base, previous release, target and both differences, straight from the record."""
    assert card.base_figures and card.previous_figures and card.differences and card.previous_differences
    metric = card.metrics[name]
    sides = [plain(side[name], metric) for side in (card.base_figures, card.previous_figures, card.figures)]
    return [*sides, *(gap(side[name], metric) for side in (card.differences, card.previous_differences))]


def test_the_main_table_of_the_page_holds_the_figures_of_the_record(card: Scorecard) -> None:
    rows = [row for row in Tables(html(card)).tables["metrics"] if len(row) > 1][1:]
    assert [[NUMBER.findall(cell) for cell in row[2:]] for row in rows] == [expected(card, name) for name in card.order]


def test_the_table_of_the_markdown_holds_the_figures_of_the_record(card: Scorecard) -> None:
    lines = markdown(card).split("## Quality\n")[1].split("\nIn brackets")[0].replace("\\", "").replace("*", "").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")][2:]
    assert [[NUMBER.findall(cell) for cell in row[1:]] for row in rows] == [expected(card, name) for name in card.order]


def test_the_printed_table_holds_the_figures_of_the_record(card: Scorecard) -> None:
    lines = run_table(card, Path("x.html")).splitlines()[1 : 1 + len(card.order)]
    for name, line in zip(card.order, lines, strict=True):
        assert line.startswith(card.metrics[name].title)
        assert NUMBER.findall(line.removeprefix(card.metrics[name].title)) == [text for side in expected(card, name)[:3] for text in side]


def test_a_figure_of_the_page_is_the_number_of_the_record(card: Scorecard) -> None:
    """Not merely written by the same function: read back, it is the record's to the digits shown."""
    for row, name in zip([row for row in Tables(html(card)).tables["metrics"] if len(row) > 1][1:], card.order, strict=True):
        shown = float(NUMBER.findall(row[4])[0].replace(",", ""))
        assert shown == pytest.approx(card.figures[name].value, rel=0.01, abs=0.0005)


def test_what_gates_judged_is_the_same_on_every_page(card: Scorecard) -> None:
    suite = Xml.fromstring(junit(card))
    page, text = html(card), markdown(card).replace("\\", "")
    told = "".join(case.findtext("system-out") or case.findtext("failure") or "" for case in suite.iter("testcase"))
    for judgement in card.judgements:
        assert judgement.sentence in told
        assert judgement.sentence in text
        assert judgement.sentence.replace("'", "&#39;") in page


def test_the_verdict_is_the_same_on_every_page(card: Scorecard) -> None:
    for made in (html(card), markdown(card), run_table(card, Path("x.html"))):
        assert "Not fit for release" in made


def test_figures_of_probes_are_those_of_the_record(card: Scorecard) -> None:
    rows = [row for row in Tables(html(card)).tables["probes"] if len(row) > 1 and row[0] != "Figure"]
    figures = [figure for probe in card.probes for figure in probe.figures]
    assert len(rows) == len(figures)
    for row, figure in zip(rows, figures, strict=True):
        assert NUMBER.findall(row[3]) == plain(figure.figure, figure.card)
        assert figure.difference and NUMBER.findall(row[4]) == gap(figure.difference, figure.card)


def test_the_clean_figures_stand_beside_the_full_ones(card: Scorecard) -> None:
    assert card.leakage and card.leakage.clean_figures
    rows = [row for row in Tables(html(card)).tables["small"] if len(row) == 3][1:]
    for row, name in zip(rows, card.order, strict=True):
        metric = card.metrics[name]
        assert NUMBER.findall(row[1]) == plain(card.figures[name], metric)
        assert NUMBER.findall(row[2]) == plain(card.leakage.clean_figures[name], metric)


def test_pages_come_out_the_same_from_a_record_whose_keys_were_sorted(card: Scorecard) -> None:
    again = Scorecard.model_validate(json.loads(json.dumps(card.model_dump(mode="json"), sort_keys=True)))
    for make in (html, markdown, junit):
        assert make(again) == make(card)
