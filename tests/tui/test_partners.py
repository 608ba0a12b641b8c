"""Whom to go on with."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from assistant.chat.partner import Listed, Partner
from assistant.core.errors import TargetError, UserError
from assistant.tui.screens.partners import PartnersScreen
from tests.tui.driving import until
from tests.tui.paneling import Shown, showing

EVERYBODY = (
    Listed("health@2", "version", "2026-11-02, lora, from smollm2-135m"),
    Listed("health@1", "version", "2026-11-01, full, from smollm2-135m"),
    Listed("smollm2-135m", "base", "untrained, with the prompt of health", "health@2"),
    Listed("builder@1", "version", "2026-10-01, qlora, from [red]x[/] \x1b[41m"),
)


class Known:
    """A roster that reads nothing."""

    def __init__(self, everybody: Sequence[Listed] = EVERYBODY) -> None:
        self.everybody = everybody
        self.asked: list[str] = []
        self.held = threading.Event()
        self.held.set()

    def listed(self) -> list[Listed]:
        return list(self.everybody)

    def partner(self, listed: Listed) -> Partner:
        self.asked.append(listed.label)
        assert self.held.wait(15)
        if listed.label == "builder@1":
            raise TargetError("builder@1 is gone", "Choose another one.")
        return Partner(listed.label, open=lambda tell: None, description=f"This is {listed.label}.", notice="no advice")  # type: ignore[arg-type, return-value]


async def listed(shown: Shown, count: int) -> PartnersScreen:
    panel: Any = shown.app.panel
    await until(lambda: len(panel.shown) == count, f"{count} partners")
    await shown.pilot.pause()
    return panel  # type: ignore[no-any-return]


async def test_the_list_begins_at_whoever_answers_now_and_says_so() -> None:
    async with showing(PartnersScreen(Known(), "health@1")) as shown:
        panel = await listed(shown, 4)
        await until(lambda: "This is health@1." in shown.text)
        assert panel.chosen == EVERYBODY[1]
        assert "2026-11-01, full, from smollm2-135m  answers now" in shown.text
        assert "no advice" in shown.text
        assert "[red]x[/] ␛[41m" in shown.text


async def test_enter_goes_on_with_the_chosen_one_and_escape_with_nobody() -> None:
    async with showing(PartnersScreen(Known(), "health@1")) as shown:
        await listed(shown, 4)
        await shown.press("down", "enter")
        assert await shown.closed() == EVERYBODY[2]
    async with showing(PartnersScreen(Known(), "health@1")) as shown:
        await shown.press("escape")
        assert await shown.closed() is None


async def test_typing_filters_by_all_that_is_said_of_them() -> None:
    async with showing(PartnersScreen(Known(), "health@1")) as shown:
        await listed(shown, 4)
        await shown.write("HEALTH lora")
        await shown.press("enter")
        assert await shown.closed() == EVERYBODY[0]


async def test_only_what_is_still_chosen_is_read() -> None:
    roster = Known()
    roster.held.clear()
    async with showing(PartnersScreen(roster, "")) as shown:
        await listed(shown, 4)
        await until(lambda: roster.asked == ["health@2"])
        await shown.press("down", "down", "down")
        roster.held.set()
        await until(lambda: "builder@1 is gone" in shown.text)
        assert roster.asked == ["health@2", "builder@1"]


async def test_nobody_there_says_how_to_make_one() -> None:
    async with showing(PartnersScreen(Known(()), ""), size=(60, 20)) as shown:
        await until(lambda: "assistant train RECIPE" in shown.told)
        await shown.press("enter", "escape")
        assert await shown.closed() is None


async def test_a_roster_that_cannot_be_read_is_told_of() -> None:
    class Broken(Known):
        def listed(self) -> list[Listed]:
            raise UserError("the manifest of health@1 is broken", "Train it again.")

    async with showing(PartnersScreen(Broken(), "")) as shown:
        await until(lambda: shown.told == "✗ the manifest of health@1 is broken\nTrain it again.")


async def test_whoever_is_called_so_comes_before_those_of_whom_it_is_only_said() -> None:
    async with showing(PartnersScreen(Known(), "health@1")) as shown:
        panel = await listed(shown, 4)
        await shown.write("smol")
        assert [one.label for one in panel.shown] == ["smollm2-135m", "health@2", "health@1"]
        await shown.press("enter")
        assert await shown.closed() == EVERYBODY[2]


async def test_words_it_opens_with_choose_the_first_that_is_called_so() -> None:
    async with showing(PartnersScreen(Known(), "health@1", "smol")) as shown:
        panel = await listed(shown, 3)
        assert panel.chosen == EVERYBODY[2]


async def test_it_says_what_somebody_is_chosen_for() -> None:
    async with showing(PartnersScreen(Known(), "health@1", title="Compare [b]with[/b]", verb="compares with it")) as shown:
        await listed(shown, 4)
        assert "Enter compares with it" in shown.keys
        assert "Compare [b]with[/b]" in shown.text


async def test_who_is_left_out_is_not_offered() -> None:
    async with showing(PartnersScreen(Known(), "health@1", without="health@1")) as shown:
        panel = await listed(shown, 3)
        assert "health@1" not in [one.label for one in panel.shown]
        assert panel.chosen == EVERYBODY[0]


async def test_where_nobody_else_is_there_it_says_how_to_make_one() -> None:
    async with showing(PartnersScreen(Known(EVERYBODY[:1]), "health@2", without="health@2")) as shown:
        await until(lambda: "There is nobody else" in shown.told)
