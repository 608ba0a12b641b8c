"""Rows decided about by keys: on the screen, and in a real terminal (tmux) that is killed and opened again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.containers import Vertical
from textual.widgets import Static

from assistant.data.decisions import read_decisions
from assistant.tui.reviewing import ReviewApp
from assistant.tui.screens.correction import CorrectionScreen
from assistant.tui.widgets.plain_area import PlainArea
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


async def test_a_text_that_cannot_be_kept_stays_in_the_dialog_until_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "decided"
    folder.mkdir()
    app = ReviewApp(DataQueue(rows(), folder / "decisions.jsonl"))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(lambda: len(app.review.shown) == 4, "the queue was read")
        folder.rmdir()
        folder.write_text("in the way")
        await pilot.press("j", "e")
        await until(lambda: isinstance(app.screen, CorrectionScreen), "the answer is asked for")
        dialog = app.screen
        assert isinstance(dialog, CorrectionScreen)
        assert "Edit the answer to: What is a cold?" in str(dialog.query_one(Vertical).border_title)
        assert "(empty: the answer as it was)" in str(dialog.query_one(".keys", Static).render())
        await pilot.press("space", "x", "ctrl+s")
        await until(lambda: dialog.told.startswith("Not saved: "), "the reason is told")
        assert "a file stands in its way. Move that file, or name another file with --set data.decisions=FILE." in dialog.told
        assert app.screen is dialog and dialog.query_one(PlainArea).text == "An infection. x"
        folder.unlink()
        await pilot.press("y", "ctrl+s")
        await until(lambda: app.review.told.startswith("corrected: !! missing"), "it was kept")
        assert app.screen is app.review
    bad = next(each.example for each in rows() if each.example.id == "bad")
    assert (made := read_decisions(folder / "decisions.jsonl").apply(bad).example) is not None and made.answers == ("An infection. xy",)


@pytest.mark.parametrize(("key", "ends_at_the_second"), [("ctrl+c", False), ("ctrl+q", True), ("escape", False)])
async def test_no_key_drops_a_text_that_is_being_written_unasked(tmp_path: Path, key: str, ends_at_the_second: bool) -> None:
    app = ReviewApp(DataQueue(rows(), tmp_path / "decisions.jsonl"))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(lambda: len(app.review.shown) == 4, "the queue was read")
        await pilot.press("j", "e")
        await until(lambda: isinstance(app.screen, CorrectionScreen), "the answer is asked for")
        dialog = app.screen
        for letter in ("x", "y"):
            # What was written since it was asked is asked about again.
            await pilot.press(letter, key)
            await until(lambda: "Not saved" in str(dialog.query_one(".keys", Static).render()), "it is asked")
            await pilot.pause()
            assert app.screen is dialog and not app._exit
        await pilot.press(key)
        if ends_at_the_second:
            await until(lambda: app._exit, "it ends")
        else:
            await until(lambda: app.screen is app.review, "the dialog is left")
            assert not app._exit
            await pilot.press("ctrl+c")
            await until(lambda: app._exit, "it ends")
    assert app.return_code == 0
    assert not (tmp_path / "decisions.jsonl").exists()


async def test_ctrl_c_copies_what_is_selected_in_the_dialog_and_loses_nothing(tmp_path: Path) -> None:
    app = ReviewApp(DataQueue(rows(), tmp_path / "decisions.jsonl"))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(lambda: len(app.review.shown) == 4, "the queue was read")
        await pilot.press("j", "e")
        await until(lambda: isinstance(app.screen, CorrectionScreen), "the answer is asked for")
        await pilot.press("shift+left", "shift+left", "ctrl+c", "ctrl+c")
        await until(lambda: app.clipboard == "n.", "it was copied")
        assert isinstance(app.screen, CorrectionScreen)


async def test_a_line_too_long_to_edit_is_refused_with_its_place_and_can_be_decided_about(tmp_path: Path) -> None:
    long = row("long", ("too_long", "warning"), answer="word " * 200_000)
    fits = row("fits", ("truncated", "note"), answer="word\n" * 30_000)
    app = ReviewApp(DataQueue([long, fits], tmp_path / "decisions.jsonl"))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(lambda: len(app.review.shown) == 2, "the queue was read")
        await pilot.press("e")
        await until(lambda: "a line of 1,000,000 characters" in app.review.told, "it is refused")
        assert "mend it in faq.csv:7; a and x decide" in app.review.told and app.screen is app.review
        await pilot.press("x")
        await until(lambda: app.review.told.startswith("rejected"), "it was decided")
        await pilot.press("e")
        await until(lambda: isinstance(app.screen, CorrectionScreen), "a long text of short lines can be edited")


async def test_where_nothing_is_left_that_is_said_in_the_plural_too(tmp_path: Path) -> None:
    app = ReviewApp(DataQueue(rows(), tmp_path / "decisions.jsonl"))
    async with app.run_test(size=(120, 30)) as pilot:
        await until(lambda: len(app.review.shown) == 4, "the queue was read")
        await pilot.press("f")
        await until(lambda: app.review.text == "No accepted rows to review. f shows the others.")


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
    second.wait_for("Edit the answer to: ")
    second.type(" Indeed.")
    second.press("C-s")
    second.wait_for("1 open", "2 accepted", "corrected: !")
    second.press("Escape")
    second.wait_for("left with 0")
    assert len(read_decisions(tmp_path / "decisions.jsonl").latest) == 3


def test_a_review_that_is_ended_from_outside_gives_the_terminal_back(tmp_path: Path, terminals: list[Terminal]) -> None:
    terminal = Terminal(tmp_path / "window", python("-m", "tests.workshop.open_review", tmp_path), size=(120, 30))
    terminals.append(terminal)
    terminal.wait_for("4 open", "E question")
    assert terminal.modes() == {"alternate_on", "mouse_any_flag"}
    terminal.press("a")
    terminal.wait_for("1 accepted")
    terminal.press("e")
    terminal.wait_for("Edit the answer")
    terminal.process("tests.workshop.open_review").terminate()
    assert "open" not in terminal.wait_for("left with 143")
    assert terminal.modes() == set()
    assert len(read_decisions(tmp_path / "decisions.jsonl").latest) == 1
