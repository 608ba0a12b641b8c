"""What the pages say of each part of the record, and that they leave out what there is not."""

from __future__ import annotations

import html as markup
import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from evalsuite.record.doubts import FlagCard
from evalsuite.report.html import html
from evalsuite.report.junit import junit
from evalsuite.report.markdown import markdown
from evalsuite.report.table import run_table
from tests.evalsuite.report.rich_card import bare_card, large_card, rich_card

HOSTILE = "<script>alert(1)</script> & \"quoted\" 'single' | pipe\n# head {{ 7 * 7 }} "


def sections(page: str) -> list[str]:
    return re.findall(r"<section class=\"card [^>]* id=\"([^\"]+)\"", page)


def part(page: str, anchor: str) -> str:
    return page.split(f'id="{anchor}"')[1].split("</section>\n<section")[0]


@pytest.fixture(scope="module")
def page() -> str:
    return html(rich_card())


def test_sections_stand_in_the_order_in_which_a_reviewer_asks(page: str) -> None:
    assert sections(page) == [
        "gates", "notes", "overview", "quality", "changes", "slices", "probes-quality", "probes-robustness", "probes-safety", "leakage",
        "speed", "load", "lengths", "samples", "notice", "method", "again",
    ]  # fmt: skip


def test_the_contents_link_to_every_section(page: str) -> None:
    links = re.findall(r'<li><a href="#([^"]+)"', page)
    assert links == sections(page)


def test_what_there_is_not_leaves_no_empty_section() -> None:
    page = html(bare_card())
    assert sections(page) == ["notes", "overview", "quality", "speed", "lengths", "notice", "method", "again"]
    assert "Whether the test was learned beforehand is not known: the answers came as a file." in page
    assert "the recipe names none (evaluation.probes)" in page


def test_headings_go_down_one_step_at_a_time(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_header_of_a_table_says_what_it_heads(page: str) -> None:
    heads = re.findall(r"<th(?=[ >])[^>]*>", page)
    assert heads and all("scope=" in head or 'aria-hidden="true"' in head for head in heads)


def test_every_drawing_has_words_or_stands_beside_its_numbers(page: str) -> None:
    for drawing in re.findall(r"<svg[^>]*>", page):
        assert ('role="img"' in drawing and "aria-label=" in drawing) or 'aria-hidden="true"' in drawing, drawing


def test_a_grave_flag_stands_under_the_verdict_and_fails_everywhere() -> None:
    card = rich_card()
    sentence = card.flags[0].sentence
    page = html(card)
    assert page.index("Not fit for release</strong>") < page.index(sentence) < page.index('id="gates"')
    assert '<li class="refuse">' in page
    assert "the reason below stands above all gates" in page
    suite = Xml.fromstring(junit(card))
    assert (suite.get("tests"), suite.get("failures")) == ("5", "2")
    failed = [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None]
    assert failed == ["adapter", "bleu ≥ 20"]
    assert f"REFUSED {sentence}" in run_table(card, Path("x"))
    assert "Not fit, whatever the gates say" in markdown(card)


def test_a_flag_that_must_only_be_known_fails_nothing() -> None:
    flag = FlagCard(name="sampling", severity="flag", sentence="Tokens were drawn otherwise.")
    card = rich_card(flags=(flag,))
    suite = Xml.fromstring(junit(card))
    assert (suite.get("tests"), suite.get("failures")) == ("4", "1")
    assert "Tokens were drawn otherwise." in (suite.findtext("testsuite/system-out") or "")
    assert "note: sampling: Tokens were drawn otherwise." in run_table(card, Path("x"))


def test_a_gate_without_anything_to_compare_is_said_to_be_one(page: str) -> None:
    assert "3 of 4 gates passed, 1 of them with nothing to compare with yet" in page
    assert "nothing to compare with yet</small>" in page
    assert "passed, nothing to compare with yet" in markdown(rich_card())
    told = [case.findtext("system-out") for case in Xml.fromstring(junit(rich_card())).iter("testcase")]
    assert any(text and text.startswith("passed, nothing to compare with yet: ") for text in told)


def test_better_and_worse_are_said_in_words_only_where_the_interval_leaves_out_0(page: str) -> None:
    table = part(page, "quality").split("</table>")[0]
    for said, tone in re.findall(r'class="num (better|worse|unclear)"(.*?)</td>', table, re.DOTALL):
        assert (f">{said}</span>" in tone) == (said != "unclear")
    assert "better</span>" in table


def test_the_knee_is_marked_in_the_curve_and_in_the_table(page: str) -> None:
    load = part(page, "load")
    assert 'class="knee"' in load and "8 knee</text>" in load
    assert re.search(r'class="at-knee"><th scope="row">8 ', load)


def test_cases_are_behind_a_click_and_open_in_print(page: str) -> None:
    assert page.count("<details>") == page.count("<summary>") > 6
    assert "<details open" not in page
    assert "details::details-content { content-visibility: visible;" in page.split("@media print")[1]


def test_figures_of_a_heat_map_are_printed_in_its_cells(page: str) -> None:
    cells = re.findall(r'<td class="heat(-?\d)" title="[^"]+">([^<]+)', page)
    assert len(cells) == 6 * 10
    assert all(re.fullmatch(r"[\d,.]+", text) for _, text in cells)
    assert {shade for shade, _ in cells} >= {"-2", "0", "2"}


@pytest.mark.parametrize("make", [html, markdown, junit], ids=["html", "markdown", "junit"])
def test_texts_are_escaped_in_every_part(make: Any) -> None:
    text = make(large_card(HOSTILE))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text or "script" not in text or make is markdown
    if make is html:
        assert "{{ 7 * 7 }}" in markup.unescape(text)


def test_the_page_stays_small_however_much_there_is() -> None:
    page = html(large_card("<b>&\"'</b> " * 2000))
    assert len(page.encode()) < 2_000_000
    assert "more characters in scorecard.json" in page


@pytest.mark.parametrize("text", ["<b>&\"'</b> " * 2000, "word " * 3000], ids=["signs", "words"])
def test_the_markdown_fits_into_a_comment(text: str) -> None:
    made = markdown(large_card(text))
    assert len(made) < 60_000
    assert "## Quality" in made and "## Probes" in made


def test_a_markdown_that_would_be_too_long_says_what_is_left_out() -> None:
    card = large_card("word " * 3000)
    metrics = {name: metric.model_copy(update={"title": f"{metric.title} {'x' * 500}"}) for name, metric in card.metrics.items()}
    made = markdown(card.model_copy(update={"metrics": metrics, "order": card.order[:60]}))
    assert len(made) < 60_000
    assert "Left out, to be short enough for a comment: best and worst answers" in made


def test_the_printed_table_stays_short() -> None:
    lines = run_table(rich_card(), Path("x.html")).splitlines()
    assert len(lines) < 45
    assert [line.split(":")[0] for line in lines if line.startswith(("further", "robustness", "safety"))] == [
        "further proxies of quality",
        "robustness",
        "safety",
    ]
    assert lines[-3] == "Not fit for release"
