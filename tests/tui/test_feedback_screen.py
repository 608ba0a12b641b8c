"""Saying why an answer is good or bad, by keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App
from textual.events import Key, Paste
from textual.pilot import Pilot
from textual.widgets import Static

from assistant.chat.rated import REASONS, Asked, Entry, Said, Verdict
from assistant.tui.ending import EndingApp
from assistant.tui.screens.correction import CorrectionScreen
from assistant.tui.screens.feedback import Draft, FeedbackScreen, ReasonList
from tests.tui.driving import until

NOTHING = object()
HOSTILE = "[bold]\x1b]0;hacked\x07[/] answer"


class Host(EndingApp):
    """Shows the screen, and keeps what it ended with."""

    def __init__(self, screen: FeedbackScreen) -> None:
        super().__init__()
        self.shown = screen
        self.result: object = NOTHING

    def on_mount(self) -> None:
        self.push_screen(self.shown, lambda draft: setattr(self, "result", draft))


@asynccontextmanager
async def saying(
    answer: str = "A plant.", entry: Entry | None = None, verdict: Verdict = "bad", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host(FeedbackScreen(answer, entry, verdict))
    async with app.run_test(size=size) as pilot:
        await until(lambda: app.screen is app.shown and app.screen.focused is not None)
        yield app, pilot


async def ended(app: Host) -> object:
    await until(lambda: app.result is not NOTHING, "the screen ended")
    return app.result


async def test_digits_choose_reasons_and_a_second_time_no_longer() -> None:
    async with saying() as (app, pilot):
        await pilot.press("1", "3", "9", "3", "ctrl+s")
        assert await ended(app) == Draft("bad", ("wrong", "harmful"), "", "")


async def test_a_digit_without_a_reason_does_nothing() -> None:
    async with saying(verdict="good") as (app, pilot):
        await pilot.press("9", "1", "ctrl+s")
        assert await ended(app) == Draft("good", ("correct",), "", "")


async def test_space_and_enter_choose_the_reason_under_the_cursor() -> None:
    async with saying() as (app, pilot):
        await pilot.press("space", "down", "enter", "ctrl+s")
        assert await ended(app) == Draft("bad", ("wrong", "invented"), "", "")


async def test_tab_goes_through_the_fields_and_digits_are_written_there() -> None:
    async with saying("A plant.") as (app, pilot):
        await pilot.press("tab", "1", "2", "tab", "end", "3", "ctrl+s")
        assert await ended(app) == Draft("bad", (), "12", "A plant.3")


async def test_an_answer_that_was_left_as_it_is_is_no_correction() -> None:
    async with saying("  A plant.\n") as (app, pilot):
        await pilot.press("2", "ctrl+s")
        assert await ended(app) == Draft("bad", ("invented",), "", "")


async def test_what_was_said_before_is_there_again() -> None:
    entry = Entry("i", "c", "t", "bad", Asked((), "q"), Said("A plant."), ("wrong",), "my words", "A disease.")
    async with saying("A plant.", entry) as (app, pilot):
        await pilot.press("ctrl+s")
        assert await ended(app) == Draft("bad", ("wrong",), "my words", "A disease.")


async def test_a_good_answer_asks_for_no_correction_unless_there_is_one() -> None:
    async with saying(verdict="good") as (app, _):
        assert not app.screen.query("#correction")
    entry = Entry("i", "c", "t", "bad", Asked((), "q"), Said("A plant."), correction="A disease.")
    async with saying("A plant.", entry, "good") as (app, pilot):
        await pilot.press("ctrl+s")
        assert await ended(app) == Draft("good", (), "", "A disease.")


async def test_escape_leaves_at_once_where_nothing_was_said_and_asks_once_where_something_was() -> None:
    async with saying() as (app, pilot):
        await pilot.press("escape")
        assert await ended(app) is None
    async with saying() as (app, pilot):
        await pilot.press("1", "escape")
        await pilot.pause()
        assert app.result is NOTHING and "Not saved" in str(app.screen.query_one(".keys").render())
        await pilot.press("escape")
        assert await ended(app) is None


async def test_text_is_shown_and_does_nothing() -> None:
    async with saying(HOSTILE) as (app, pilot):
        await pilot.press("tab")
        assert app.screen.focused
        app.screen.focused.post_message(Paste("\x1b[31mred"))
        await pilot.pause()
        await pilot.press("ctrl+s")
        assert await ended(app) == Draft("bad", (), "␛[31mred", "")


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (200, 50)])
async def test_every_reason_and_the_keys_are_in_view(size: tuple[int, int]) -> None:
    async with saying(size=size) as (app, pilot):
        await pilot.pause()
        region = app.screen.query_one(".keys").region
        assert region.height == 1 and region.bottom <= size[1]
        assert app.screen.query_one(ReasonList).size.height == len(REASONS["bad"])


def burst(app: App[None], *keys: str) -> None:
    """Keys that are all there before the first is done."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def test_a_correction_that_is_typed_in_a_burst_is_saved_to_its_end() -> None:
    async with saying("A plant.") as (app, pilot):
        await pilot.press("tab", "tab", "end")
        burst(app, *"xyz12", "backspace", "ctrl+s")
        assert await ended(app) == Draft("bad", (), "", "A plant.xyz1")


async def test_escape_after_a_burst_asks_before_it_is_lost() -> None:
    async with saying("A plant.") as (app, pilot):
        await pilot.press("tab")
        burst(app, *"why", "escape")
        await until(lambda: "Not saved" in str(app.screen.query_one(".keys").render()))


async def test_saving_twice_in_a_burst_saves_once() -> None:
    async with saying("A plant.") as (app, _):
        burst(app, "1", "ctrl+s", "ctrl+s")
        assert await ended(app) == Draft("bad", ("wrong",), "", "")


async def test_f8_empties_the_correction_and_says_so_before() -> None:
    async with saying("A plant.") as (app, pilot):
        labels = " ".join(str(label.render()) for label in app.screen.query(".label"))
        assert "F8 empties it" in labels
        await pilot.press("f8", *"No", "ctrl+s")
        assert await ended(app) == Draft("bad", (), "", "No")


async def test_ctrl_q_asks_before_what_was_written_is_lost() -> None:
    async with saying() as (app, pilot):
        await pilot.press("tab", "x", "ctrl+q")
        assert not app._exit and "Not saved" in str(app.screen.query_one(".keys", Static).render())
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)


async def test_a_text_that_is_put_right_in_a_burst_is_saved_to_its_end() -> None:
    async with saying() as (app, _):
        results: list[str] = []

        async def keep(text: str) -> None:
            results.append(text)

        await app.push_screen(CorrectionScreen("Edit the answer", "A plant.", "the answer as it was", keep))
        await until(lambda: app.screen.focused is not None)
        burst(app, *"xyz", "ctrl+s")
        await until(lambda: results == ["A plant.xyz"])
