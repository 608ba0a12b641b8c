"""The real app, by keys and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key

from evalsuite.viewer.items import Collection, Item
from evalsuite.viewer.journal import Journal
from evalsuite.viewer.ordering import parse_order
from evalsuite.viewer.screens.choice import BrowseChoiceScreen
from evalsuite.viewer.screens.correct import ReferenceArea
from evalsuite.viewer.shelf import Shelf
from evalsuite.viewer.widgets.item_table import ItemTable
from evalsuite.viewer.wording import DASH
from tests.evalsuite.viewer.shelves import browsing, collection, evaluated, item, shelf_of
from tests.evalsuite.world import World

HOSTILE = "[bold]\x1b]0;hacked\x07[/] 漢字 שלום 👩‍👩‍👧 \u202eevil"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    items = [
        item("low", 0.1, other="answer other", other_f1=0.4, tags={"kind": "what"}),
        item("none", None, other="answer none", other_f1=None),
        item("high", 0.9, other="answer high", other_f1=0.9, tags={"kind": "what"}, text=HOSTILE, question=HOSTILE),
        item("mid", 0.5, other="answer mid", other_f1=0.2),
    ]
    return shelf_with(collection(items), tmp_path)


def shelf_with(items: Collection, folder: Path) -> Shelf:
    return Shelf(items, Journal(folder), (), parse_order(None, items))


def ids(items: list[Item]) -> list[str]:
    return [each.id for each in items]


def line(table: ItemTable, y: int) -> str:
    return table.render_line(y).text


async def test_an_evaluation_opens_at_its_worst_answer(world: World) -> None:
    shelf = shelf_of(evaluated(world), world.home)
    async with browsing(shelf) as (app, pilot):
        browser = app.browser
        scores = [each.scores["f1"] for each in shelf.items]
        assert browser.item is shelf.items[0] and scores == sorted(scores)  # type: ignore[type-var]
        assert browser.summary == f"{len(scores)} of {len(scores)} items, worst Token F1 first"
        assert shelf.items[0].asked.references[0] in browser.pane.text and "tiny-base" in browser.pane.text
        await pilot.press("n", "down", "j", "p")
        assert browser.item is shelf.items[2]
        await pilot.press("end")
        assert browser.item is shelf.items[-1]


async def test_scores_that_do_not_apply_are_dashes_and_stand_last(shelf: Shelf) -> None:
    async with browsing(shelf) as (app, pilot):
        assert ids(shelf.items) == ["low", "mid", "high", "none"]
        await pilot.press("end")
        row = line(app.browser.table, 4)
        assert row.split()[:3] == ["▸", DASH, DASH] and "Token F1 ↑" in app.browser.pane.text


async def test_texts_are_shown_and_never_interpreted(shelf: Shelf) -> None:
    async with browsing(shelf, (80, 24)) as (app, pilot):
        assert "[bold]␛]0;hacked␇[/] 漢字 שלום" in line(app.browser.table, 3) and "\ufffdevil" in line(app.browser.table, 3)
        assert app.browser.table.render_line(3).cell_length == app.browser.table.size.width
        await pilot.press("n", "n")
        assert "␛]0;hacked␇" in app.browser.pane.text and "\x1b" not in app.browser.pane.text


async def test_differences_are_marked_without_colour(shelf: Shelf) -> None:
    async with browsing(shelf) as (app, pilot):
        assert "answer {+low+}" in app.browser.pane.text and "answer [-other-]" in app.browser.pane.text
        await pilot.press("d")
        assert "{+answer+} low" in app.browser.pane.text and "[-reference-] low" in app.browser.pane.text
        await pilot.press("d")
        assert "{+" not in app.browser.pane.text


async def test_a_key_sends_an_item_and_takes_it_back(shelf: Shelf, tmp_path: Path) -> None:
    async with browsing(shelf) as (app, pilot):
        await pilot.press("r", "t")
        assert Journal(tmp_path).of("low").marks == {"review", "training"} and line(app.browser.table, 1).startswith("▸ RT")
        assert "1 group leaves the test set whole: 1 of 4 items" in app.browser.said
        await pilot.press("x")
        assert "what is trained on cannot be tested" in app.browser.said and "regression" not in Journal(tmp_path).of("low").marks
        await pilot.press("t", "x")
        assert Journal(tmp_path).of("low").marks == {"review", "regression"}
        await pilot.press("n")
        assert app.browser.said == ""


async def test_a_corrected_answer_is_kept_and_an_empty_one_takes_it_back(shelf: Shelf, tmp_path: Path) -> None:
    async with browsing(shelf, (80, 24)) as (app, pilot):
        await pilot.press("e", *"!r", "escape")
        assert isinstance(app.screen.focused, ReferenceArea)
        await pilot.press("ctrl+s")
        assert Journal(tmp_path).of("low").answer == "reference low!r" and "corrected by hand" in app.browser.pane.text
        await pilot.press("e", "ctrl+u", "ctrl+s")
        assert Journal(tmp_path).of("low").answer is None
        await pilot.press("e", "escape")
        assert len((tmp_path / "decisions.jsonl").read_text().splitlines()) == 2


async def test_a_search_narrows_while_it_is_written(shelf: Shelf) -> None:
    async with browsing(shelf) as (app, pilot):
        await pilot.press("n", "slash", *"MID")
        assert ids(shelf.items) == ["mid"] and app.browser.summary.startswith("1 of 4 items") and "filter: text=MID" in app.browser.summary
        await pilot.press("enter", "r")
        assert shelf.journal.of("mid").marks == {"review"}
        await pilot.press("escape")
        assert len(shelf.items) == 4 and app.browser.item is shelf.items[1]
        await pilot.press("slash", *"zzz")
        assert app.browser.item is None and "no item fulfils" in app.browser.said
        await pilot.press("enter", "r", "e", "c", "d")


async def test_what_is_written_faster_than_it_is_drawn_is_searched_and_decides_nothing(shelf: Shelf, tmp_path: Path) -> None:
    async with browsing(shelf) as (app, pilot):
        for key, letter in (("slash", "/"), ("t", "t"), ("slash", "/"), ("r", "r")):
            app.post_message(Key(key, letter))
        for _ in range(4):
            await pilot.pause()
        assert app.browser.summary.endswith("filter: text=t/r") and not (tmp_path / "decisions.jsonl").exists()


async def test_filters_are_chosen_or_written_and_taken_back(shelf: Shelf) -> None:
    async with browsing(shelf) as (app, pilot):
        await pilot.press("f", "enter")
        assert ids(shelf.items) == ["low", "high"] and "filter: changed" in app.browser.summary
        await pilot.press("f", "tab", *"f1<nothing", "enter")
        assert isinstance(app.screen, BrowseChoiceScreen)
        await pilot.press("ctrl+u", *"f1<0.5", "enter")
        assert ids(shelf.items) == ["low"] and app.browser.summary.endswith("filter: changed, f1<0.5")
        await pilot.press("f", "enter")
        assert app.browser.summary.endswith("filter: changed")


async def test_the_same_order_again_is_the_other_way_round(shelf: Shelf) -> None:
    async with browsing(shelf) as (app, pilot):
        await pilot.press("s", "enter")
        assert ids(shelf.items) == ["high", "mid", "low", "none"] and "best Token F1 first" in app.browser.summary
        await pilot.press("s", "down", "down", "enter")
        assert ids(shelf.items) == ["low", "high", "mid", "none"] and "worst change of Token F1 first" in app.browser.summary


async def test_the_mouse_chooses_a_row_and_opens_the_orders(shelf: Shelf) -> None:
    async with browsing(shelf) as (app, pilot):
        await pilot.click(ItemTable, offset=(10, 3))
        assert app.browser.item is shelf.items[2]
        await pilot.click(ItemTable, offset=(10, 0))
        assert isinstance(app.screen, BrowseChoiceScreen)


@pytest.mark.parametrize("size", [(80, 24), (110, 30), (40, 12)])
async def test_every_size_shows_table_and_item(shelf: Shelf, size: tuple[int, int]) -> None:
    async with browsing(shelf, size) as (app, pilot):
        table, pane = app.browser.table, app.browser.pane
        assert table.size.height >= 2 and pane.size.height >= 1 and pane.region.right <= size[0]
        assert (table.region.y == pane.region.y) == (size[0] >= 110)
        await pilot.press("question_mark", "escape", "f", "escape", "e", "escape")
        assert app.screen is app.browser


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_themes_and_no_colour(shelf: Shelf, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with browsing(shelf) as (app, pilot):
        app.theme = theme
        await pilot.press("n", "r")
        assert line(app.browser.table, 2).startswith("▸ R") and not line(app.browser.table, 1).startswith("▸")


async def test_of_many_items_only_those_in_view_are_drawn(tmp_path: Path) -> None:
    shelf = shelf_with(collection([item(f"q{number:05}", number / 10_000) for number in range(10_000)], other=None), tmp_path)
    async with browsing(shelf) as (app, pilot):
        asked: list[int] = []
        table = app.browser.table
        row_of = table._row_of
        table._row_of = lambda place: (asked.append(place), row_of(place))[1]
        await pilot.press("end", "pageup", "home", "pagedown")
        assert len(asked) < 20 * table.size.height and table.cursor == table.size.height - 2
        await pilot.press("end")
        await pilot.pause()
        assert "question q09999?" in line(table, table.size.height - 1)
