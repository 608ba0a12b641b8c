"""The list of a workspace's evaluations, and what it opens inside another app."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Static

from assistant.api import Home
from evalsuite.for_app import PLUGIN
from evalsuite.viewer.evaluations import Summary, evaluations_in, scores_of, summary_of
from evalsuite.viewer.screens.brief import BriefScreen
from evalsuite.viewer.screens.browse import BrowseScreen
from evalsuite.viewer.screens.choice import BrowseChoiceScreen
from evalsuite.viewer.screens.evaluations import EvaluationsScreen
from evalsuite.viewer.screens.help import BrowseHelpScreen
from tests.evalsuite.viewer.shelves import evaluated
from tests.evalsuite.world import World

CARD = {"title": "Token F1", "unit": "", "low": 0, "high": 1, "direction": "higher", "meaning": "", "signature": "s"}


def record(home: Home, run: str, label: str = "health@1", date: str = "2026-02-01T12:00:00+00:00", **changes: Any) -> Path:
    """A record with what the list reads of it; its file is as old as its date says."""
    content: dict[str, Any] = {
        "schema_version": 1,
        "run": run,
        "target": {"label": label, "kind": "version", "engine": "openvino", "precision": "int8"},
        "examples": {"n": 42, "limit": None, "source": "test split of health"},
        "order": ["f1"],
        "ranked_by": "f1",
        "metrics": {"f1": CARD},
        "figures": {"f1": {"value": 0.25, "ci95": None, "n": 42}},
        "gates": [{"gate": {"metric": "f1"}, "passed": True}],
        "measured_on": {"date": date, "verdict": "fit", "gates": []},
        **changes,
    }
    path = home.evals / run / "scorecard.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    seconds = 1_000_000_000 + sum(1 for _ in home.evals.iterdir())
    os.utime(path, (seconds, seconds))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


class Host(App[None]):
    """Another app, whose style sheet has names of its own."""

    CSS = "#header, #search, #said, .dialog { display: none; } HelpScreen { background: red; } Input { height: 9; }"

    def compose(self) -> ComposeResult:
        yield Static("the chat")


@asynccontextmanager
async def listed(
    home: Home, assistant: str | None = None, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[Host, EvaluationsScreen, Pilot[None]]]:
    """The room, opened in another app and read to its end."""
    app = Host()
    async with app.run_test(size=size, tooltips=False) as pilot:
        room = PLUGIN.rooms[0].open(home, assistant)
        await app.push_screen(room)
        await until(lambda: room.is_read)
        await pilot.pause()
        yield app, room, pilot


async def until(predicate: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not predicate():
            await asyncio.sleep(0.01)


def lines(room: EvaluationsScreen) -> list[str]:
    return [room.table.render_line(y).text.rstrip() for y in range(1, room.table.count + 1)]


def text_of(screen: Screen[Any], name: str) -> str:
    return str(screen.query_one(f"#evaluations-{name}", Static).content)


# What a record says.


def test_a_record_is_told_in_one_line(home: Home) -> None:
    record(home, "health-1-a")
    (found,) = evaluations_in(home)
    summary = summary_of(found)
    assert (summary.label, summary.verdict, summary.n, summary.gates, summary.is_trial) == ("health@1", "fit", 42, (1, 1), False)
    assert [(figure.title, figure.text) for figure in summary.figures] == [("Token F1", "0.250")]


def test_what_was_not_measured_is_no_figure(home: Home) -> None:
    record(home, "a", figures={"f1": {"value": None, "ci95": None, "n": 0, "reason": "no answers"}})
    assert summary_of(evaluations_in(home)[0]).figures == ()


@pytest.mark.parametrize(
    ("content", "why"),
    [("{", "is not JSON"), ("[]", "AttributeError"), ('{"schema_version": 9}', "another version"), ('{"schema_version": 1}', "KeyError")],
)
def test_a_record_that_cannot_be_read_says_why(home: Home, content: str, why: str) -> None:
    record(home, "broken").write_text(content)
    summary = summary_of(evaluations_in(home)[0])
    assert summary.label == "broken" and why in summary.problem


def test_evaluations_that_have_no_record_are_not_listed(home: Home) -> None:
    assert evaluations_in(home) == []
    (home.evals / "under-way").mkdir(parents=True)
    (home.evals / "a file").write_text("")
    assert evaluations_in(home) == []


def test_a_record_that_changed_is_read_again(home: Home) -> None:
    path = record(home, "a")
    before = summary_of(evaluations_in(home)[0])
    path.write_text(path.read_text().replace("openvino", "transformers"))
    assert before.engine == "openvino int8" and summary_of(evaluations_in(home)[0]).engine == "transformers int8"


# Scores of versions.


def test_the_scores_of_a_version_are_those_of_its_newest_evaluation(home: Home) -> None:
    record(home, "new", date="2026-02-02T12:00:00+00:00", measured_on={"date": "2026-02-02T12:00:00+00:00", "verdict": "not fit", "gates": []})
    record(home, "old", figures={"f1": {"value": 0.9, "ci95": None, "n": 42}})
    record(home, "base", label="smollm2", target={"label": "smollm2", "kind": "base", "engine": "", "precision": ""})
    assert scores_of(home) == {"health@1": {"Token F1": 0.25, "verdict": "not fit"}}


def test_a_trial_counts_only_where_there_is_nothing_better(home: Home) -> None:
    trial = {"n": 3, "limit": 3, "source": ""}
    record(home, "trial", date="2026-02-02T12:00:00+00:00", examples=trial, figures={"f1": {"value": 0.9, "ci95": None, "n": 3}})
    assert scores_of(home) == {"health@1": {"Token F1": 0.9, "verdict": "trial"}}
    record(home, "whole")
    assert scores_of(home) == {"health@1": {"Token F1": 0.25, "verdict": "fit"}}


def test_what_was_asked_before_a_version_was_trained_is_not_its_score(home: Home) -> None:
    record(home, "of-a-version-that-was-removed")
    manifest = home.assistants / "health" / "1" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"created": "2026-03-01T00:00:00+00:00"}))
    assert scores_of(home) == {}


# The room.


async def test_evaluations_are_listed_with_verdict_and_figures_the_newest_first(home: Home) -> None:
    record(home, "a")
    record(home, "b", label="faq@3", date="2026-03-01T12:00:00+00:00", target={"label": "faq@3", "kind": "version", "engine": "e", "precision": "p"})
    async with listed(home) as (_, room, pilot):
        rows = lines(room)
        assert [row.lstrip("▸ ").split()[0] for row in rows] == ["faq@3", "health@1"] and rows[1].endswith("fit              Token F1 0.250")
        await pilot.press("down")
        assert text_of(room, "about") == "a: 42 examples, test split of health; 1 of 1 gates passed; openvino int8"


async def test_records_of_a_copied_workspace_are_ordered_by_what_they_say(home: Home) -> None:
    for number in (2, 3, 1):
        target = {"label": f"health@{number}", "kind": "version", "engine": "", "precision": ""}
        os.utime(record(home, f"run{number}", date=f"2026-02-0{number}T12:00:00+00:00", target=target), (1, 1))
    async with listed(home) as (_, room, _pilot):
        assert [line.split("health@")[1][0] for line in lines(room)] == ["3", "2", "1"]


async def test_what_a_record_says_is_shown_and_never_interpreted(home: Home) -> None:
    record(home, "a", target={"label": "[b]\x1b]0;x\x07", "kind": "version", "engine": "", "precision": ""})
    async with listed(home) as (_, room, _pilot):
        assert "[b]␛]0;x␇" in lines(room)[0]


async def test_a_broken_record_is_told_in_its_row(home: Home) -> None:
    record(home, "broken").write_text("{")
    async with listed(home) as (_, room, pilot):
        assert "unreadable" in lines(room)[0] and "is not JSON" in text_of(room, "about")
        await pilot.press("enter")
        await until(lambda: "is not JSON" in text_of(room, "said") or "cannot read" in text_of(room, "said"))


async def test_a_search_and_the_own_assistant_narrow_the_list_and_esc_widens_it_before_it_leaves(home: Home) -> None:
    record(home, "a")
    record(home, "b", target={"label": "faq@3", "kind": "version", "engine": "", "precision": ""})
    async with listed(home, "health@2") as (app, room, pilot):
        await pilot.press("a")
        assert [line.split()[1] for line in lines(room)] == ["health@1"]
        await pilot.press("escape", "slash", *"FAQ")
        assert [line.split()[1] for line in lines(room)] == ["faq@3"]
        await pilot.press("enter", "escape")
        assert room.table.count == 2 and app.screen is room
        await pilot.press("escape")
        assert not isinstance(app.screen, EvaluationsScreen)


async def test_an_empty_workspace_says_how_an_evaluation_is_made(home: Home) -> None:
    async with listed(home, "health@2") as (_, room, pilot):
        assert "`evalsuite run health` makes one" in text_of(room, "about")
        await pilot.press("enter", "d", "down")


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)])
async def test_every_size_shows_verdict_figures_and_keys(home: Home, size: tuple[int, int]) -> None:
    record(home, "a")
    async with listed(home, "health@1", size) as (_, room, _pilot):
        assert "fit" in lines(room)[0] and "Token F1 0.25" in lines(room)[0]
        assert room.query_one("Footer").region.bottom == size[1] and room.table.region.right == size[0]


async def test_many_are_listed_before_they_are_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        record(home, f"run{number:02}")
    async with listed(home) as (_, room, _pilot):
        assert room.table.count == 60
        drawn: list[Summary | None] = []
        monkeypatch.setattr("evalsuite.viewer.screens.evaluations.cells", lambda found, summary, narrow: (drawn.append(summary), [""] * 4)[1])
        room._arrange()
        lines_in_view = room.table.size.height - 1
        [room.table.render_line(y) for y in range(1, room.table.size.height)]
        assert len(drawn) == lines_in_view < 60


# What it opens.


async def test_the_browser_of_items_is_opened_inside_the_app_and_esc_goes_back(world: World) -> None:
    evaluated(world)
    async with listed(world.home, "health@1") as (app, room, pilot):
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, BrowseScreen))
        await pilot.pause()
        browser = app.screen
        assert isinstance(browser, BrowseScreen) and browser.item and browser.query_one("#browse-header").region.height == 1
        await pilot.press("slash", *"topic", "enter", "escape")
        assert app.screen is browser and "filter" not in browser.summary
        await pilot.press("question_mark")
        assert isinstance(app.screen, BrowseHelpScreen) and app.screen.styles.align_horizontal == "center"
        await pilot.press("escape", "escape")
        assert app.screen is room
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, BrowseScreen))
        await pilot.press("q")
        assert app.screen is room


async def test_the_browser_stands_beside_the_item_where_there_is_room_for_it(world: World) -> None:
    evaluated(world)
    async with listed(world.home, size=(120, 30)) as (app, _, pilot):
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, BrowseScreen))
        await pilot.pause()
        browser = app.screen
        assert isinstance(browser, BrowseScreen) and browser.table.region.y == browser.pane.region.y


async def test_the_scorecard_is_read_as_text(world: World) -> None:
    evaluated(world, limit=5)
    async with listed(world.home) as (app, room, pilot):
        assert "no gates (trial)" in lines(room)[0]
        await pilot.press("d")
        await until(lambda: isinstance(app.screen, BriefScreen))
        await pilot.pause()
        assert isinstance(app.screen, BriefScreen)
        text = app.screen.text
        assert "No verdict: the recipe has no gates" in text and "this is a trial" in text and "to base" in text and "Token F1" in text
        assert text.index("Doubts") < text.index("Figures")
        await pilot.press("space", "b", "escape")
        assert app.screen is room


async def test_the_one_palette_has_the_commands_of_the_screen_on_top(world: World) -> None:
    evaluated(world)
    async with listed(world.home) as (app, _, pilot):
        for command, screen in (("read the items", BrowseScreen), ("sort items", BrowseChoiceScreen)):
            await pilot.press("ctrl+p")
            assert isinstance(app.screen, CommandPalette)
            app.screen.query_one(Input).value = command
            palette = app.screen
            await until(lambda palette=palette: len(palette.query("CommandList")) and palette.query_one("CommandList").option_count > 0)  # type: ignore[misc, attr-defined]
            await pilot.press("enter")
            await until(lambda screen=screen: isinstance(app.screen, screen))  # type: ignore[misc]
