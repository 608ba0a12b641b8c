"""Small, large, colourless and light terminals."""

from __future__ import annotations

import pytest

from tests.tui.driving import chatting, saying, until

ANSWER = "Signs are:\n\n- **thirst**\n\n| test | normal |\n|---|---|\n| HbA1c | below 5.7 % |\n\n```python\nx = 1\n```\n"


@pytest.mark.parametrize("size", [(40, 12), (20, 6), (300, 80)])
async def test_every_size_shows_the_answer_the_composer_and_the_status(size: tuple[int, int]) -> None:
    async with chatting(saying(ANSWER), size=size) as driver:
        await driver.ask("what are the signs of it, and which test finds it?")
        await driver.settle()
        width, height = size
        chat = driver.chat
        assert chat.transcript.size.height >= 1
        assert chat.status.region.y == height - 1
        assert len(driver.status_text) <= width
        assert 0 <= chat.composer.region.y < height - 1
        assert chat.composer.region.right <= width
        assert chat.transcript.is_at_end
        assert not chat.query_one("#below").display


async def test_the_notice_is_in_view_from_the_first_paint_on() -> None:
    async with chatting(saying(ANSWER), size=(40, 12), wait=False) as driver:
        header = driver.chat.query_one("#header")
        assert "a demonstration and no medical advice" in header.render().plain  # type: ignore[union-attr]
        assert header.size.height == 2


async def test_the_window_may_change_its_size_in_mid_answer() -> None:
    async with chatting(saying(ANSWER * 3, seconds_per_token=0.002)) as driver:
        await driver.send("go on")
        for size in ((40, 12), (200, 50), (60, 20)):
            await driver.pilot.resize_terminal(*size)
        reply = driver.replies[-1]
        await until(lambda: not driver.chat.is_answering)
        await driver.settle()
        assert reply.source == ANSWER * 3


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_themes(theme: str) -> None:
    async with chatting(saying(ANSWER)) as driver:
        driver.app.theme = theme
        reply = await driver.ask("hm?")
        driver.app.theme = "textual-dark"
        await driver.settle()
        assert reply.source == ANSWER


async def test_without_colour_the_sides_are_told_apart_by_name_and_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with chatting(saying(ANSWER)) as driver:
        await driver.ask("hm?")
        assert driver.app.no_color
        question, reply = driver.chat.transcript.messages
        assert str(question.query_one(".speaker").render()) == "You"
        assert str(reply.query_one(".speaker").render()) == "health@1"
        assert question.styles.border_left[0] == "outer"
