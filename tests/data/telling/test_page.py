"""The page in a real browser: what it shows of hostile data, that nothing in it runs or is fetched, and that a phone can show it."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from assistant.data.example import Example
from assistant.data.telling.card import card_of
from assistant.data.telling.data_card import Card
from assistant.data.telling.html import html_of
from tests.data.telling.made_up import count_words, examples, prepared, recipe, report, splits
from tests.evalsuite.test_page import CHROMIUM, MEASURING, RAN, WIDTHS, Dom, Quiet, asked, hostile, opened

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
__all__ = ["asked"]

FORBIDDEN = {"script", "iframe", "img", "link", "object", "embed", "base", "form", "image", "use"}


def hostile_card(text: str) -> Card:
    """Everything that may come from data says `text`."""
    rows = [Example(f"{text}{n}", f"{text} {n}?", (f"{text} answer {n}",), f"{text}{n}", {"kind": f"{text}{n % 20}"}) for n in range(60)]
    made = [replace(row, id=f"made{row.id}", made_by=text) for row in rows[:9]]
    said = report(
        files={text: {"sha256": text, "columns": text}},
        rejected={text: 2},
        cleaned={"examples": 1, "rules": {text: 1}},
        findings={text: {"severity": text, "count": 3, "fixed": 1, "first": []}},
        not_looked_for={text: text},
        decisions={text: 4},
        duplicates={"dropped": 1, "near": {text: 1}, "meaning": None},
        balance={"tag": text, "by": text, "before": {text: 1}, "after": {text: 2}},
    )
    of = recipe(description=text, notice=text, license=text, data={"sql": [{"url": text, "query": text, "name": text}], "hub": [{"name": text}]})
    return card_of(of, prepared({"train": [*rows, *made], "validation": [], "test": rows[:30]}, said), count_tokens=count_words)


def test_hostile_data_are_shown_and_do_nothing(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    page = tmp_path / "card.html"
    # The beginning of the longer text alone would be shown.
    texts = [
        f'<script>{RAN}</script><img src={address}/image onerror="{RAN}">',
        f"</style></title><svg onload={RAN}>\x1b[31m\u202e",
        hostile(address),
    ]
    for text in texts:
        page.write_text(html_of(hostile_card(text)), encoding="utf-8")
        assert page.stat().st_size < 1_000_000
        dom = opened(page, tmp_path / "profile")
        assert not dom.having("html", **{"data-ran": "yes"})
        assert paths == []
        assert {tag for tag, _ in dom.elements}.isdisjoint(FORBIDDEN)
        for tag, attributes in dom.elements:
            assert not any(name.startswith("on") or name in {"src", "srcset", "action", "xlink:href"} for name in attributes), (tag, attributes)
            assert attributes.get("href", "#").startswith("#"), (tag, attributes)
            assert "url(" not in attributes.get("style", "")
        assert "\x1b" not in dom.text and "\u202e" not in dom.text
        assert text[:30] in dom.text


def test_every_part_of_a_card_is_on_the_page_with_words_beside_its_charts(tmp_path: Path) -> None:
    card = card_of(recipe(), prepared(), count_tokens=count_words)
    (tmp_path / "card.html").write_text(html_of(card), encoding="utf-8")
    dom = opened(tmp_path / "card.html", tmp_path / "profile")
    for check in card.checklist:
        assert check.name in dom.text and check.figure in dom.text
    for step in card.steps:
        assert step.command in dom.text
    for words in ("Rules of thumb", "distinct-2", "faq.csv", "truncated", "billing", "CC-BY-4.0", "empty answer", "no classifier is installed"):
        assert words in dom.text, words
    histograms = dom.having("svg", **{"class": "histogram"})
    assert len(histograms) == 3 == len(dom.having("details"))
    assert all("median" in each["aria-label"] for each in histograms)
    # A drawing that has no words of its own stands in a cell beside its figure.
    assert all(each.get("aria-hidden") == "true" or each.get("aria-label") for each in dom.having("svg"))
    assert all(each.get("scope") in {"col", "row"} for each in dom.having("th"))
    anchors = {attributes["id"] for _, attributes in dom.elements if "id" in attributes}
    assert {each["href"][1:] for each in dom.having("a")} <= anchors


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("kind", ["whole", "bare", "unbreakable"])
def test_the_page_does_not_scroll_sideways(tmp_path: Path, kind: str) -> None:
    cards = {
        "whole": lambda: card_of(recipe(), prepared(), count_tokens=count_words),
        "bare": lambda: card_of(recipe(), prepared({**splits(), "train": examples(3)}, {})),
        "unbreakable": lambda: hostile_card("unbreakable" * 400),
    }
    (tmp_path / "page.html").write_text(html_of(cards[kind]()), encoding="utf-8")
    (tmp_path / "measuring.html").write_text(MEASURING, encoding="utf-8")
    with served(tmp_path) as address:
        dom: Dom = opened(f"{address}/measuring.html", tmp_path / "profile")
    assert json.loads(dom.having("html")[0]["data-told"]) == [[width, []] for width in WIDTHS]
