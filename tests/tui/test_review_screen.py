"""Deciding about a queue, by keys: with feedback in a real file, and with a queue that fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import OptionList

from assistant.chat.feedback import FeedbackBook
from assistant.chat.rated import Entry
from assistant.chat.review import FeedbackQueue, ReviewItem, ReviewQueue
from assistant.core.errors import UserError
from assistant.core.home import Home
from assistant.tui.screens.correction import CorrectionScreen
from assistant.tui.screens.review import ReviewScreen
from tests.chat.judged import another, book_in, exchange, rated
from tests.tui.driving import until

HOSTILE = "[bold]\x1b]0;hacked\x07[/] 漢字 \u202eevil"


class Host(App[None]):
    """Shows the screen."""

    def __init__(self, queue: ReviewQueue) -> None:
        super().__init__()
        self.review = ReviewScreen(queue)

    def on_mount(self) -> None:
        self.push_screen(self.review)


@asynccontextmanager
async def reviewing(queue: ReviewQueue, size: tuple[int, int] = (120, 30)) -> AsyncIterator[tuple[ReviewScreen, Pilot[None]]]:
    app = Host(queue)
    async with app.run_test(size=size) as pilot:
        await until(lambda: bool(app.review.text), "the queue was read")
        await pilot.pause()
        yield app.review, pilot


@pytest.fixture
def book(tmp_path: Path) -> FeedbackBook:
    book = book_in(tmp_path)
    rated(book, "What is a cold?", "An infection.", "good", accept=False)
    rated(book, "What is the flu?", "A plant.", "bad", accept=False, comment="no plant")
    conversation, left = exchange("Who are you?", "I am health.")
    conversation, right = another(conversation, "Nobody.")
    book.vote(conversation, left, right, "left")
    return book


def titles(screen: ReviewScreen) -> list[str]:
    return [item.title for item in screen.shown]


async def test_what_is_open_is_shown_the_newest_first(book: FeedbackBook) -> None:
    async with reviewing(FeedbackQueue(book)) as (screen, pilot):
        assert titles(screen) == ["vote: the first: Who are you?", "bad: What is the flu?", "good: What is a cold?"]
        await pilot.press("down")
        await until(lambda: "no plant" in screen.text)
        assert "A plant." in screen.text and "What is the flu?" in screen.text


async def test_a_decision_is_on_the_disk_and_the_next_item_is_chosen(book: FeedbackBook) -> None:
    async with reviewing(FeedbackQueue(book)) as (screen, pilot):
        await pilot.press("a", "x")
        await until(lambda: titles(screen) == ["good: What is a cold?"])
        assert book.counts() == {"open": 1, "accepted": 1, "rejected": 1}
        assert screen.item and screen.item.title == "good: What is a cold?"
        await until(lambda: screen.told.startswith("rejected: bad: What is the flu?"))


async def test_undo_takes_decisions_back_one_after_another(book: FeedbackBook) -> None:
    async with reviewing(FeedbackQueue(book)) as (screen, pilot):
        await pilot.press("a", "x", "u", "u")
        await until(lambda: len(screen.shown) == 3)
        assert book.counts()["open"] == 3 and screen.item and screen.item.title.startswith("vote")
        await pilot.press("u")
        await until(lambda: screen.told == "there is nothing to take back")


async def test_a_correction_is_kept_and_can_be_taken_back(book: FeedbackBook) -> None:
    async with reviewing(FeedbackQueue(book)) as (screen, pilot):
        await pilot.press("j", "e")
        await until(lambda: isinstance(pilot.app.screen, CorrectionScreen))
        await pilot.press("!", "ctrl+s")
        await until(lambda: screen.told.startswith("corrected"))
        found = book.find(screen.item.id if screen.item else "")
        assert isinstance(found, Entry) and found.correction == "A plant.!" and "A plant.!" in screen.text
        await pilot.press("u")
        await until(lambda: screen.told.startswith("as before"))
        found = book.find(found.id)
        assert isinstance(found, Entry) and found.correction is None


async def test_a_correction_that_is_left_asks_once(book: FeedbackBook) -> None:
    async with reviewing(FeedbackQueue(book)) as (screen, pilot):
        await pilot.press("j", "e", "!", "escape")
        assert isinstance(pilot.app.screen, CorrectionScreen)
        await pilot.press("escape")
        await until(lambda: pilot.app.screen is screen)
        assert screen.told == ""


async def test_a_vote_has_nothing_to_correct(book: FeedbackBook) -> None:
    async with reviewing(FeedbackQueue(book)) as (screen, pilot):
        await pilot.press("e")
        await until(lambda: screen.told == "there is nothing to correct in it")


async def test_the_filter_goes_through_the_states_and_tells_where_nothing_is(book: FeedbackBook) -> None:
    async with reviewing(FeedbackQueue(book)) as (screen, pilot):
        await pilot.press("f")
        await until(lambda: screen.text == "No accepted feedback. f shows the others.")
        await pilot.press("f", "f")
        await until(lambda: len(screen.shown) == 3)


async def test_what_became_of_feedback_stands_beside_it(book: FeedbackBook, tmp_path: Path) -> None:
    async with reviewing(FeedbackQueue(book, Home(tmp_path / "home"))) as (screen, _):
        assert len(screen.shown) == 3


async def test_text_is_shown_and_never_interpreted(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    rated(book, HOSTILE, HOSTILE, "bad", accept=False)
    async with reviewing(FeedbackQueue(book), (80, 24)) as (screen, _):
        assert "[bold]␛]0;hacked␇[/] 漢字 \ufffdevil" in screen.text
        assert "\x1b" not in str(screen.query_one(OptionList).get_option_at_index(0).prompt)


@pytest.mark.parametrize(("size", "is_beside"), [((120, 30), True), ((80, 24), False), ((60, 20), False)])
async def test_the_item_stands_beside_the_list_where_there_is_room(book: FeedbackBook, size: tuple[int, int], is_beside: bool) -> None:
    async with reviewing(FeedbackQueue(book), size) as (screen, pilot):
        await pilot.pause()
        choices, pane = screen.query_one(OptionList).region, screen.query_one("#item").region
        assert (pane.x >= choices.right) is is_beside and (pane.y >= choices.bottom) is not is_beside
        assert screen.query_one("#keys").region.bottom == size[1]


class Failing:
    """A queue whose disk is full."""

    title = "rows"

    def items(self) -> Sequence[ReviewItem]:
        return [self.item("one")]

    def item(self, name: str) -> ReviewItem:
        return ReviewItem(name, "a row", "open", (("row", "text"),))

    def accept(self, name: str) -> None:
        raise UserError("no space left on the disk", "Free some space.")

    reject = accept

    def correct(self, name: str, text: str) -> None:
        raise AssertionError

    def undo(self) -> str | None:
        return None


async def test_what_could_not_be_done_is_told_and_nothing_is_shown_as_done() -> None:
    async with reviewing(Failing()) as (screen, pilot):
        await pilot.press("a")
        await until(lambda: screen.told == "no space left on the disk. Free some space.")
        assert titles(screen) == ["a row"]


async def test_escape_closes(book: FeedbackBook) -> None:
    async with reviewing(FeedbackQueue(book)) as (screen, pilot):
        await pilot.press("escape")
        await until(lambda: pilot.app.screen is not screen)


async def test_the_correction_stands_above_the_answer(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    rated(book, "What is the flu?", "A plant.", "bad", accept=False, correction="An infection.")
    async with reviewing(FeedbackQueue(book)) as (screen, _):
        assert screen.text.index("What is the flu?") < screen.text.index("An infection.") < screen.text.index("A plant.")


async def test_how_the_text_is_scrolled_is_said_and_true(tmp_path: Path) -> None:
    book = book_in(tmp_path)
    rated(book, "What is the flu?", "A plant.\n" * 100, "bad", accept=False)
    async with reviewing(FeedbackQueue(book)) as (screen, pilot):
        assert "Tab, ↑↓ scroll" in str(screen.query_one("#keys").render())
        await pilot.press("tab", "down")
        await until(lambda: screen.query_one("#item").scroll_y > 0)
