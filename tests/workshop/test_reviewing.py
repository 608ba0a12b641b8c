"""Rows decided about by keys: on the screen, and in a real terminal (tmux) that is killed and opened again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.data.decisions import read_decisions
from assistant.tui.reviewing import ReviewApp
from assistant.tui.screens.correction import CorrectionScreen
from assistant.workshop.review import DataQueue
from tests.tui.driving import until
from tests.tui.terminal import Terminal, is_installed, python
from tests.workshop.rows_to_review import row, rows


async def test_e_edits_the_answer_and_shift_e_the_question(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    app = ReviewApp(DataQueue(rows(), file))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(lambda: len(app.review.shown) == 4, "the queue was read")
        await pilot.press("j", "e")
        await until(lambda: isinstance(app.screen, CorrectionScreen), "the answer is asked for")
        await pilot.press("space", "x", "ctrl+s")
        await until(lambda: app.review.told.startswith("corrected: !! missing"), "it was kept")
        await pilot.press("u")
        await until(lambda: app.review.told.startswith("as before"), "it was taken back")
        await pilot.press("E")
        await until(lambda: isinstance(app.screen, CorrectionScreen), "the question is asked for")
        await pilot.press("!", "ctrl+s")
        await until(lambda: app.review.told.startswith("reworded: !! missing"), "it was kept")
        assert [item.id for item in app.review.shown] == ["worst", "cleaned", "noted"]
    bad = next(each.example for each in rows() if each.example.id == "bad")
    assert (made := read_decisions(file).apply(bad).example) is not None
    assert (made.question, made.answers) == ("What is a cold?!", ("An infection.",))


async def test_ten_thousand_rows_open_fast_and_a_decision_keeps_the_place(tmp_path: Path) -> None:
    many = [row(f"row {number}", ("truncated", "warning"), answer="word " * 100) for number in range(10_000)]
    app = ReviewApp(DataQueue(many, tmp_path / "decisions.jsonl"))
    async with app.run_test(size=(120, 30)) as pilot:
        began = time.perf_counter()
        await until(lambda: len(app.review.shown) == 10_000, "the queue was read")
        await pilot.pause()
        assert time.perf_counter() - began < 3  # On a quiet machine far below one second.
        await pilot.press("j", "j", "x")
        await until(lambda: app.review.told.startswith("rejected"), "it was kept")
        assert app.review.item is not None and app.review.item.id == "row 3"


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[list[Terminal]]:
    if not is_installed():
        pytest.skip("tmux is not installed")
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.end()


def test_a_review_in_a_terminal_that_is_killed_goes_on_where_it_was(tmp_path: Path, terminals: list[Terminal]) -> None:
    def opened(name: str) -> Terminal:
        terminals.append(Terminal(tmp_path / name, python("-m", "tests.workshop.open_review", tmp_path), size=(120, 30)))
        return terminals[-1]

    first = opened("first")
    screen = first.wait_for("4 open", "E question", "missing, toxic", "what is wrong")
    assert "hacked" in screen and "\x1b" not in screen
    title = first.title()
    first.press("a")
    first.wait_for("3 open", "1 accepted", "accepted: !!")
    assert first.title() == title
    first.press("x")
    first.wait_for("2 open", "1 rejected")
    first.process("tests.workshop.open_review").kill()
    first.wait_for("left with")

    second = opened("second")
    second.wait_for("2 open", "1 accepted", "1 rejected", "Q. Why?")
    second.press("e")
    second.wait_for("What is right")
    second.type(" Indeed.")
    second.press("C-s")
    second.wait_for("1 open", "2 accepted", "corrected: !")
    second.press("Escape")
    second.wait_for("left with 0")
    assert len(read_decisions(tmp_path / "decisions.jsonl").latest) == 3
