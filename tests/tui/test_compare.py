"""Two side by side: nobody is known before the vote, and what was said and decided is kept."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from assistant.engines.protocol import Engine
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.screens.compare import CompareScreen
from tests.tui.driving import Driver, chatting, partner_of, saying, until


@asynccontextmanager
async def comparing(
    tmp_path: Path, other: Engine | Callable[[], Engine], first: int = 0, swapped: bool = False
) -> AsyncIterator[tuple[Driver, CompareScreen]]:
    """The chat's `health@1`, which says "mine", beside another one."""
    partner = partner_of(other, label="health@2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.tui.screens.compare.secrets.choice", lambda choices: swapped)
        patch.setattr("assistant.tui.screens.compare.secrets.randbelow", lambda bound: first)
        async with chatting(saying("mine"), folder=tmp_path, others=[partner]) as driver:
            screen = CompareScreen(driver.chat.talk, partner, driver.chat.ratings.book, driver.chat.warnings.look_through)
            driver.chat.rest()
            driver.app.push_screen(screen)
            await until(lambda: driver.app.screen is screen)
            yield driver, screen


async def ask(driver: Driver, screen: CompareScreen, text: str) -> None:
    """Ask both, and wait for both."""
    screen._composer.insert(text)
    await driver.pilot.press("enter")
    await until(lambda: screen._duel.awaits_vote)
    await driver.settle()


def text_of(screen: CompareScreen) -> str:
    """All that the screen shows."""
    return "\n".join("".join(segment.text for segment in line) for line in screen._compositor.render_strips())


@pytest.mark.parametrize("swapped", [False, True])
async def test_nobody_is_known_before_the_vote_and_both_after_it(tmp_path: Path, swapped: bool) -> None:
    async with comparing(tmp_path, saying("yours"), swapped=swapped) as (driver, screen):
        await ask(driver, screen, "who?")
        before = text_of(screen)
        assert "mine" in before and "yours" in before
        assert "health@" not in before and "tokens/s" not in before
        await driver.pilot.press("1")
        await driver.settle()
        left, right = text_of(screen).split("health@1")[0], text_of(screen).split("health@1")[1]
        assert ("health@2" in left) == swapped
        assert ("health@2" in right) != swapped


async def test_the_vote_says_who_was_better_wherever_they_sat(tmp_path: Path) -> None:
    async with comparing(tmp_path, saying("yours"), swapped=True) as (driver, screen):
        await ask(driver, screen, "who?")
        await driver.pilot.press("1")
        (vote,) = driver.chat.ratings.book.listed()
        assert vote.kind == "vote"
        assert (vote.left.speaker.label, vote.choice) == ("health@2", "left")
        assert driver.chat.talk.conversation.path[-1].text == "yours"


async def test_both_answers_are_variants_of_one_question(tmp_path: Path) -> None:
    async with comparing(tmp_path, saying("yours")) as (driver, screen):
        await ask(driver, screen, "who?")
        await driver.pilot.press("3", "escape")
        await until(lambda: driver.app.screen is driver.chat)
        conversation = driver.chat.talk.conversation
        assert sorted(turn.text for turn in conversation.variants(conversation.path[-1])) == ["mine", "yours"]
        assert driver.chat.talk.partner.label == "health@1"
        driver.chat.talk.settle()
        kept = driver.chat.desk.store.load(conversation.id)
        assert kept.turns.keys() == conversation.turns.keys()


@pytest.mark.parametrize("first", [0, 1])
async def test_neither_speaks_before_both_are_loaded(tmp_path: Path, first: int) -> None:
    leave = threading.Event()

    def slowly() -> ScriptedEngine:
        leave.wait(20)
        return saying("yours")

    async with comparing(tmp_path, slowly, first=first) as (driver, screen):
        screen._composer.insert("who?")
        await driver.pilot.press("enter")
        await driver.settle()
        assert not driver.chat.talk.is_answering
        assert "mine" not in text_of(screen)
        leave.set()
        await until(lambda: screen._duel.awaits_vote)


async def test_leaving_without_a_vote_keeps_both_and_gives_the_others_memory_back(tmp_path: Path) -> None:
    other = saying("yours")
    async with comparing(tmp_path, other) as (driver, screen):
        await ask(driver, screen, "who?")
        await driver.pilot.press("escape")
        await until(lambda: driver.app.screen is driver.chat)
        await until(lambda: other.closed)
        assert driver.chat.ratings.book.listed() == []
        assert driver.chat.talk.conversation.path[-1].text == "mine"
        assert (await driver.ask("still there?")).source == "mine"


async def test_one_that_cannot_be_loaded_is_told_and_nothing_is_asked(tmp_path: Path) -> None:
    def broken() -> ScriptedEngine:
        raise ValueError("no such weights")

    async with comparing(tmp_path, broken) as (driver, screen):
        await until(lambda: "no such weights" in str(screen._ballot.render()))
        screen._composer.insert("who?")
        await driver.pilot.press("enter")
        await driver.settle()
        await driver.pilot.press("escape")
        await driver.pilot.press("escape")
        await until(lambda: driver.app.screen is driver.chat)
        assert (await driver.ask("still there?")).source == "mine"
