"""The table of versions: read beside the screen, put in order, chosen from."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.widgets import DataTable, Static

from assistant.core.home import Home
from assistant.tui.screens.version_rows import Chosen
from assistant.tui.screens.versions import Scores, VersionScreen, VersionsScreen
from assistant.tui.widgets.loss_curve import LossCurve
from tests.tui.driving import until

FACTS = {"steps": 51, "best_step": 42, "precision": "bfloat16", "device": "cpu", "train_loss": 2.4, "tokens": 1, "tokens_per_s": 1.0}
FACTS |= {"peak_memory_mib": 1.0, "peak_device_memory_mib": None, "trained_parameters": 1, "total_parameters": 2, "seed": 0, "rows": {}, "resumed": 0}


def add(home: Home, name: str, number: int, loss: float | None, recipe_folder: Path = Path("gone"), seconds: float = 120.0) -> Path:
    """A version as far as the table looks at it."""
    folder = home.assistants / name / str(number)
    folder.mkdir(parents=True)
    manifest = {
        "name": name,
        "version": number,
        "created": f"2026-11-{number:02}T10:00:00+00:00",
        "recipe_folder": str(recipe_folder),
        "identity": "",
        "base": {"name": "smollm2-135m", "fingerprint": "", "license": "", "grown": False},
        "template": "",
        "data": "",
        "recipe": "",
        "code": {},
        "libraries": {},
        "machine": {},
        "training": {"method": "lora", "validation_loss": loss, "seconds": seconds, **FACTS},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


class Shown:
    def __init__(self, app: App[None], screen: VersionsScreen, pilot: Any, ended: list[Chosen | None]) -> None:
        self.app, self.screen, self.pilot, self.ended = app, screen, pilot, ended

    @property
    def table(self) -> DataTable[Any]:
        return self.screen.query_one(DataTable)

    def row(self, number: int) -> list[str]:
        return [str(cell) for cell in self.table.get_row_at(number)]

    @property
    def note(self) -> str:
        return str(self.screen.query_one("#note", Static).render())


@asynccontextmanager
async def shown(home: Home, scores: Scores | None = None, count: int = 3) -> AsyncIterator[Shown]:
    app: App[None] = App()
    ended: list[Chosen | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        screen = VersionsScreen(home, scores)
        await app.push_screen(screen, ended.append)
        it = Shown(app, screen, pilot, ended)
        await until(lambda: it.table.row_count == count)
        await pilot.pause()
        yield it


@pytest.fixture
def three(home: Home) -> Home:
    add(home, "health", 1, 2.7)
    add(home, "health", 2, 2.5, seconds=90)
    add(home, "builder", 1, None)
    return home


async def test_each_version_with_what_is_known_and_a_dash_for_what_is_not(three: Home) -> None:
    async with shown(three) as it:
        assert it.screen.labels == ["builder@1", "health@2", "health@1"]
        assert it.row(0) == ["builder@1", "—", "2026-11-01 10:00", "2.0", "lora", "smollm2-135m"]
        assert it.row(1) == ["health@2", "2.500", "2026-11-02 10:00", "1.5", "lora", "smollm2-135m"]


async def test_scores_and_verdicts_come_when_they_are_read(three: Home) -> None:
    scores = {"health@1": {"f1": 0.2, "gates": False}, "health@2": {"f1": 0.25, "gates": True, "rougeL": None}}
    async with shown(three, lambda home: scores) as it:
        await until(lambda: len(it.row(0)) == 9)
        assert it.row(1)[:5] == ["health@2", "2.500", "0.250", "passed", "—"]
        assert it.row(2)[2:4] == ["0.200", "failed"]
        assert it.row(0)[2:5] == ["—", "—", "—"]


async def test_scores_that_fail_are_told_and_the_versions_stay(three: Home) -> None:
    def fail(home: Home) -> dict[str, dict[str, float]]:
        raise RuntimeError("no [b]scorecard[/b]")

    async with shown(three, fail) as it:
        await until(lambda: "the scores cannot be shown: RuntimeError: no [b]scorecard[/b]" in it.note)
        assert it.table.row_count == 3


async def test_s_sorts_by_the_next_column_and_o_turns_the_order_the_unknown_staying_last(three: Home) -> None:
    async with shown(three) as it:
        await it.pilot.press("s")
        assert it.screen.labels == ["health@2", "health@1", "builder@1"]
        await it.pilot.press("o")
        assert it.screen.labels == ["health@1", "health@2", "builder@1"]
        assert str(it.screen.query_one("#headline", Static).render()) == "versions · 3 · by loss"


async def test_the_cursor_stays_on_its_version(three: Home) -> None:
    async with shown(three) as it:
        await it.pilot.press("down", "s", "enter")
        await until(lambda: it.ended == [Chosen("health@2", "chat")])


async def test_t_hands_over_the_recipe_it_was_made_by(home: Home, tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_text("name: health")
    add(home, "health", 1, 2.7, tmp_path)
    add(home, "health", 2, 2.7)
    async with shown(home, count=2) as it:
        await it.pilot.press("t")
        assert it.ended == [] and "the recipe of health@2 is no longer where it was: gone" in it.note
        await it.pilot.press("down", "t")
        await until(lambda: it.ended == [Chosen("health@1", "train", tmp_path / "recipe.yaml")])


async def test_d_shows_the_curve_and_the_card(home: Home) -> None:
    folder = add(home, "health", 1, 2.7)
    (folder / "README.md").write_text("---\ntags: [lora]\n---\n\n# health@1\n\nA demonstration.\n")
    (folder / "curve.json").write_text(json.dumps({"points": [{"step": 1, "loss": 2.0}, {"step": 2, "loss": 1.0}]}))
    async with shown(home, count=1) as it:
        await it.pilot.press("d")
        await until(lambda: isinstance(it.app.screen, VersionScreen))
        await until(lambda: bool(it.app.screen.query(LossCurve)))
        assert len(it.app.screen.query_one(LossCurve).points) == 2
        assert "tags" not in it.app.screen._card and it.app.screen._card.startswith("# health@1")
        await it.pilot.press("escape")
        assert it.app.screen is it.screen


async def test_a_version_that_cannot_be_read_stands_there_and_says_why(three: Home) -> None:
    (three.assistants / "health" / "2" / "manifest.json").write_text("{")
    async with shown(three) as it:
        assert it.row(1)[:3] == ["health@2", "—", "cannot be read"]
        await it.pilot.press("down", "enter")
        assert it.ended == [] and "is not a finished version" in it.note


async def test_without_versions_it_says_how_to_get_one(home: Home) -> None:
    async with shown(home, count=0) as it:
        await until(lambda: it.note.startswith("No versions yet"))
        await it.pilot.press("escape")
        await until(lambda: it.ended == [None])
