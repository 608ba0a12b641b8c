"""The screen of a training: watching, stopping, going on, starting; over the events that a training writes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.widgets import OptionList, Static

from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.training.events import EventLog, events_file, is_watched
from assistant.training.watching import TrainingWatch
from assistant.tui.screens import training as module
from assistant.tui.screens.training import TrainingScreen
from assistant.tui.widgets.loss_curve import LossCurve
from tests.training.telling import told, under_way
from tests.tui.driving import until


class Shown:
    """A training screen in an app of its own."""

    def __init__(self, screen: TrainingScreen, pilot: Any, ended: list[str | None]) -> None:
        self.screen, self.pilot, self.ended = screen, pilot, ended

    def text(self, name: str) -> str:
        return str(self.screen.query_one(name, Static).render())

    async def until_known(self) -> None:
        await until(lambda: self.screen.state is not None, "the training is read")
        await self.pilot.pause()


@asynccontextmanager
async def shown(home: Home, name: str | None = None, recipes: Sequence[Path] = (), size: tuple[int, int] = (80, 24)) -> AsyncIterator[Shown]:
    app: App[None] = App()
    ended: list[str | None] = []
    async with app.run_test(size=size) as pilot:
        screen = TrainingScreen(home, name, recipes)
        await app.push_screen(screen, ended.append)
        yield Shown(screen, pilot, ended)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.02)


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 60)])
async def test_the_one_training_that_is_under_way_is_shown_with_its_curve_and_figures(home: Home, size: tuple[int, int]) -> None:
    told(home)
    with under_way(home):
        async with shown(home, size=size) as it:
            await it.until_known()
            assert it.text("#headline") == "training health · lora · training"
            assert "step 34 of 50" in it.text("#figures") and "301 tokens/s" in it.text("#figures") and "2,257 MiB" in it.text("#figures")
            plot = it.screen.query_one(LossCurve)
            assert plot.region.bottom <= size[1] and plot.size.height >= 6
            assert "●" in str(plot.render()) and "◆" in str(plot.render()), "told apart without colours"
            assert len(it.text("#keys")) <= size[0] - 2, "all keys are in view"
            assert is_watched(home, "health")


async def test_answers_of_now_stand_beside_those_of_before_and_are_no_markup(home: Home) -> None:
    told(home)
    with under_way(home):
        async with shown(home, size=(130, 40)) as it:
            await it.until_known()
            said = it.text("#said Static")
            assert "What helps against [bold]fever[/bold]?" in said
            first = said.split("\n\n")[0].split("\n")
            assert [line.split()[1] for line in first if line.startswith("step")] == ["30", "20", "0"]
            assert first[-1].split() == ["expected", "A", "mild", "infection", "of", "the", "nose."]
            assert it.screen.query_one("#said").region.x > it.screen.query_one(LossCurve).region.x, "beside each other where there is room"


async def test_what_comes_later_is_drawn_and_the_version_can_be_talked_with(home: Home) -> None:
    log = told(home, upto=49)
    async with shown(home, "health") as it:
        with under_way(home):
            await until(lambda: it.screen.state is not None and it.screen.state.alive)
            await it.pilot.press("enter")
            assert it.ended == [], "there is nothing to talk with yet"
            log.write("version", version="health@1", is_new=True)
            log.write("end", outcome="version")
        await until(lambda: it.text("#headline").endswith("health@1 is ready"))
        assert "Enter chat" in it.text("#keys")
        await it.pilot.press("enter")
        await until(lambda: it.ended == ["health@1"])


async def test_a_failure_is_told_with_what_to_do_and_the_end_of_the_log(home: Home) -> None:
    log = told(home, upto=3)
    home.logs.mkdir()
    (home.logs / "own.log").write_text("loading\n\x1b[31mred\x1b[0m\n")
    log.start(pid=1, recipe="recipes/health.yaml", overrides=[], method="lora", log=str(home.logs / "own.log"))
    log.write("end", outcome="failed", error=["the loss is nan", "Lower training.learning_rate."])
    async with shown(home, "health") as it:
        await it.until_known()
        assert it.text("#trouble").splitlines() == ["the loss is nan", "Lower training.learning_rate.", "  loading", "  ␛[31mred␛[0m"]


async def test_s_asks_once_for_a_checkpoint_and_an_end(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(TrainingWatch, "stop", lambda self: asked.append(self.name))
    told(home)
    with under_way(home):
        async with shown(home) as it:
            await it.until_known()
            await it.pilot.press("s", "s")
            assert asked == ["health"], "a second word would end it without a checkpoint"
            assert "it is stopping" in it.text("#note")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, home: Home) -> list[tuple[Any, ...]]:
    """What was started; nothing really is."""
    calls: list[tuple[Any, ...]] = []

    def begin(recipe: Path, home: Home, overrides: Sequence[str] = (), resume: bool = False, again: bool = False) -> TrainingWatch:
        if recipe.name == "broken":
            raise UserError("there is no recipe broken", "Name a recipe file.")
        calls.append((recipe, tuple(overrides), resume, again))
        return TrainingWatch(home, "health")

    monkeypatch.setattr(module, "start", begin)
    return calls


def interrupted(home: Home) -> None:
    told(home, end="interrupted")
    (home.runs / "health" / "checkpoint-34").mkdir(parents=True)
    (home.runs / "health" / "checkpoint-34" / "complete.json").write_text("{}")


async def test_an_interrupted_training_goes_on_with_its_own_recipe_and_overrides(home: Home, begun: list[tuple[Any, ...]]) -> None:
    interrupted(home)
    async with shown(home, "health") as it:
        await it.until_known()
        assert it.text("#headline").endswith("interrupted, can go on")
        await it.pilot.press("r")
        await until(lambda: bool(begun))
        assert begun == [(Path("recipes/health.yaml"), ("training.epochs=1",), True, False)]


async def test_a_training_that_could_go_on_is_not_forgotten_by_one_key(home: Home, begun: list[tuple[Any, ...]]) -> None:
    interrupted(home)
    async with shown(home, "health") as it:
        await it.until_known()
        await it.pilot.press("a")
        assert begun == [] and "forgets the training that can go on at step 34" in it.text("#note")
        await it.pilot.press("a")
        await until(lambda: bool(begun))
        assert begun[0][2:] == (False, True)


def recipe(folder: Path, name: str, training: str) -> Path:
    """A recipe of that name, in a folder whose name looks like markup."""
    path = folder / "[b]recipes[:b]" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"name: {name}\ndata:\n  files: [rows.jsonl]\ntraining: {training}\n")
    return path


async def test_where_nothing_runs_a_recipe_is_chosen_and_begun_by_a_second_enter(home: Home, begun: list[tuple[Any, ...]], tmp_path: Path) -> None:
    interrupted(home)
    path = recipe(tmp_path, "x", "{method: full, epochs: 3}")
    async with shown(home, recipes=[Path("broken"), path]) as it:
        options = it.screen.query_one(OptionList)
        await until(lambda: options.option_count == 3)
        lines = [str(options.get_option_at_index(number).prompt) for number in range(3)]
        assert lines == ["health: interrupted, can go on", "begin broken", f"begin {path}"]
        await it.pilot.press("down", "enter")
        await until(lambda: "broken" in it.text("#note"))
        await it.pilot.press("down", "enter")
        await until(lambda: it.text("#note").startswith("Enter once more begins it: x, full, 3 epochs."))
        assert f"`assistant train {path} --dry-run`" in it.text("#note")
        assert begun == []
        await it.pilot.press("enter")
        await until(lambda: bool(begun))
        assert begun == [(path, (), False, False)]


async def test_what_was_said_of_one_recipe_does_not_begin_another(home: Home, begun: list[tuple[Any, ...]], tmp_path: Path) -> None:
    paths = [recipe(tmp_path, "x", "{max_steps: 1}"), recipe(tmp_path, "y", "{}")]
    async with shown(home, recipes=paths) as it:
        await until(lambda: it.screen.query_one(OptionList).option_count == 2)
        await it.pilot.press("enter")
        await until(lambda: "x, lora, 1 step." in it.text("#note"))
        await it.pilot.press("down")
        await until(lambda: it.text("#note") == "")
        await it.pilot.press("enter")
        await until(lambda: "y, lora, 2 epochs." in it.text("#note"))
        await it.pilot.press("up", "enter")
        await until(lambda: "x, lora, 1 step." in it.text("#note"))
        assert begun == []


async def test_while_it_warms_up_the_seconds_since_the_start_are_told(home: Home) -> None:
    log = EventLog(events_file(home, "health"))
    log.start(pid=os.getpid(), recipe="recipes/health.yaml", overrides=[], method="lora", log=None)
    log.begin(resumed_at=0, steps=50, seconds=0.0, points=[])
    log.write("phase", phase="loading")
    with under_way(home):
        async with shown(home) as it:
            await until(lambda: "s since the start" in it.text("#figures"))
            assert "spent" not in it.text("#figures") and "— since" not in it.text("#figures")
            before = it.text("#figures")
            await until(lambda: it.text("#figures") != before, "it goes on by itself")


async def test_escape_leaves_and_stops_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TrainingWatch, "stop", lambda self: pytest.fail("it was stopped"))
    told(home)
    with under_way(home):
        async with shown(home) as it:
            await it.until_known()
            await it.pilot.press("escape")
            await until(lambda: it.ended == [None])


async def test_where_there_is_nothing_at_all_it_says_what_to_do(home: Home) -> None:
    async with shown(home) as it:
        await until(lambda: "`assistant train RECIPE`" in it.text("#about"))
