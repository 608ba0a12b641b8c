"""The chat line by line: what is written for what is asked, how answers end, and what Ctrl+C does."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.chat.database import Database
from assistant.chat.turn import Turn
from assistant.core.errors import EngineError, UserError
from assistant.engines.protocol import Engine, Request, Sampling
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.desk import Desk
from assistant.tui.plain.chat import PlainChat, run_plain_chat
from assistant.tui.plain.lines import PipedLines
from assistant.tui.plain.page import Page, Spoken
from assistant.tui.plain.words import ending_of
from tests.tui.driving import desk_of, endless, partner_of, saying
from tests.tui.plain_telling import GREETING, Chat, chats, echo

chat = pytest.fixture(chats)


# Lines and answers.


def test_each_line_of_a_pipe_is_answered_in_turn(chat: Chat) -> None:
    told = chat("one\n\ntwo\n", ScriptedEngine(echo))
    assert told.answers == ["health@1: heard: one", "health@1: heard: two"]
    assert told.notes == []
    assert told.error is None


def test_answers_are_on_stdout_and_all_else_is_beside_them(tmp_path: Path) -> None:
    out, notes = io.StringIO(), io.StringIO()
    run_plain_chat(desk_of(tmp_path, partner_of(saying("Yes."))), io.StringIO("well?\n"), out, notes)
    assert out.getvalue() == "health@1: Yes.\n"
    assert [line for line in notes.getvalue().splitlines() if line != "Loading the model."] == [*GREETING, "Ready."]


def test_a_line_that_ends_in_a_backslash_goes_on(chat: Chat) -> None:
    told = chat("one\\\ntwo\\\n\nthree\n", ScriptedEngine(echo))
    assert [turn.text for turn in told.kept.path if turn.role == "user"] == ["one\ntwo\n".strip(), "three"]


def test_several_lines_are_one_question_after_paste(chat: Chat) -> None:
    told = chat("/paste\nfirst\n/quit \\\n@none.md\n.\n", ScriptedEngine(echo))
    assert told.kept.path[0].text == "first\n/quit \\\n@none.md"


def test_two_slashes_ask_what_begins_with_one(chat: Chat) -> None:
    assert chat("//new is what?\n", ScriptedEngine(echo)).answers == ["health@1: heard: /new is what?"]


def test_a_file_is_put_in(chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.md").write_text("42\n")
    monkeypatch.chdir(tmp_path)
    told = chat("sum up @notes.md\n")
    assert told.notes == ["With notes.md."]
    assert told.kept.path[0].text == "sum up @notes.md\n\nnotes.md:\n```md\n42\n```"


def test_a_file_that_is_missing_is_told_and_nothing_is_asked(chat: Chat) -> None:
    told = chat("sum up @none.md\n")
    assert told.notes[0].startswith("Not done: there is no file none.md. Correct")
    assert told.desk.store.listed() == []
    assert told.error and told.error.what == "one thing in the lines could not be done"


def test_nothing_of_a_model_steers_the_terminal(chat: Chat) -> None:
    told = chat("well?\n/copy\n/read\n/context\n/search red\n", "red \x1b[31m\x9b31m\r\x07\x00 \u202ered")
    assert told.answers[0] == "health@1: red ␛[31m\ufffd31m␇␀ \ufffdred"
    assert all(character.isprintable() for line in told.answers for character in line)


def test_an_answer_that_begins_with_code_stands_below_its_speaker(chat: Chat) -> None:
    assert chat("code\n", "```\nx = 1\n```").answers == ["health@1:", "```", "x = 1", "```"]


def test_a_page_that_knows_fewer_letters_gets_question_marks(tmp_path: Path) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    run_plain_chat(desk_of(tmp_path, partner_of(saying("so gro\u00df"))), io.StringIO("well?\n"), out, io.StringIO())
    assert raw.getvalue() == b"health@1: so gro?\n"


def test_input_that_is_no_text_ends_the_lines(tmp_path: Path) -> None:
    source = io.TextIOWrapper(io.BytesIO(b"one\n\xff\n" + b"x" * 10_000), encoding="utf-8")
    with pytest.raises(UserError, match="could not be done"):
        run_plain_chat(desk_of(tmp_path, partner_of(saying("Yes."))), source, io.StringIO(), io.StringIO())


# How answers end.


def test_an_answer_that_is_cut_says_so_and_what_to_do(chat: Chat) -> None:
    told = chat("tell\n/continue\n", "one two three four five", sampling=Sampling(max_new_tokens=3))
    assert told.notes[0] == "Cut at 3 tokens, its limit. /continue goes on. /settings max_new_tokens N changes the limit."
    assert told.answers == ["health@1: one two three", "health@1: four five"]
    assert told.kept.path[-1].text == "one two three four five"


def test_an_answer_that_breaks_off_is_told_and_kept(chat: Chat) -> None:
    told = chat("tell\n", ScriptedEngine(lambda request: "one two three", fail_at=2))
    assert told.answers == ["health@1: one two"]
    assert told.notes == ["This answer broke off: the scripted engine was told to fail here. /continue goes on."]
    assert told.kept.path[-1].state == "failed"
    assert told.error


def test_what_the_recipe_warns_of_is_told_and_kept(chat: Chat) -> None:
    told = chat("whom to ask?\n", "Write to jo@hospital.org.", warn=("personal_data",))
    assert told.notes == ["Warning: holds what looks like an e-mail address."]
    assert told.kept.path[-1].warnings == ("holds what looks like an e-mail address",)


def test_every_ending_is_words() -> None:
    assert ending_of(Turn("a", "b", "assistant", "all")) == ""
    assert ending_of(Turn("a", "b", "assistant", "")) == "The answer is empty. /again asks again."
    assert ending_of(Turn("a", "b", "assistant", "half", "unfinished")).startswith("This answer broke off: the program ended")
    assert ending_of(Turn("a", "b", "assistant", "", "failed", error="No memory.\nClose something.")) == (
        "This answer broke off: No memory. Close something. /again asks again."
    )


def test_a_model_that_cannot_be_loaded_ends_a_pipe(tmp_path: Path) -> None:
    def fail() -> Engine:
        raise EngineError("there is no memory")

    with pytest.raises(UserError, match="there is no memory"):
        run_plain_chat(desk_of(tmp_path, partner_of(fail)), io.StringIO("hello\n"), io.StringIO(), io.StringIO())


def test_the_engine_is_closed_at_the_end(chat: Chat) -> None:
    engine = saying("Yes.")
    chat("hello\n/quit\nnever asked\n", engine)
    assert engine.closed


# Somebody at a terminal.


class Typed(PipedLines):
    """Lines of somebody who can be asked, and who presses Ctrl+C in place of ^C."""

    is_terminal = True

    def line(self, prompt: str, begin: str = "") -> str:
        line = super().line(prompt, begin)
        if line == "^C":
            raise KeyboardInterrupt
        return line


def typed(folder: Path, text: str, engine: Engine | Callable[[], Engine], **facts: object) -> tuple[list[str], Desk]:
    out = io.StringIO()
    desk = desk_of(folder, partner_of(engine, **facts))
    PlainChat(desk, Typed(io.StringIO(text)), Page(out, out)).run()
    return [line for line in out.getvalue().splitlines() if line and line != "Loading the model."], desk


def test_a_chat_begins_with_who_answers_and_how_to_get_help(tmp_path: Path) -> None:
    said, desk = typed(tmp_path, "", saying("Yes."))
    assert said == [*GREETING, "/help lists the commands. Ctrl+C stops an answer. Ctrl+D or /quit leaves; everything is kept.", "Ready."]
    desk.store.database.close()


def test_ctrl_c_stops_an_answer_and_keeps_it(tmp_path: Path) -> None:
    def interrupting(request: Request) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return "on and on " * 2000

    said, desk = typed(tmp_path, "go on\n", ScriptedEngine(interrupting, seconds_per_token=0.005))
    assert said[-1].startswith("Stopped. /")
    assert desk.store.load(desk.store.listed(1)[0].id).path[-1].state == "stopped"
    desk.store.database.close()


def test_ctrl_c_at_the_prompt_says_at_the_second_time_how_to_leave(tmp_path: Path) -> None:
    said, desk = typed(tmp_path, "^C\nhello\n^C\n^C\n", saying("Yes."))
    assert said[4:] == ["Line cleared.", "health@1: Yes.", "Line cleared.", "Ctrl+D or /quit leaves; everything is kept."]
    desk.store.database.close()


def test_ctrl_c_leaves_a_command_that_asks(tmp_path: Path) -> None:
    said, desk = typed(tmp_path, "hello\n/bad wrong\n^C\nhello\n", saying("Yes."))
    assert said[-3:] == ["Noted: a bad answer.", "Left as it was.", "health@1: Yes."]
    desk.store.database.close()


def test_a_model_that_could_not_be_loaded_can_be_loaded_again(tmp_path: Path) -> None:
    engines: list[Engine | None] = [None, saying("Yes.")]

    def open_engine() -> Engine:
        engine = engines.pop(0)
        if engine is None:
            raise UserError("there is no memory", "Close something.")
        return engine

    said, desk = typed(tmp_path, "hello\n/load\n/again\n", open_engine)
    assert "The model could not be loaded: there is no memory. Close something." in said
    assert "This answer broke off: there is no memory. Close something. /again asks again." in said
    assert said[-3:] == ["Ready.", "Another answer, with seed 1 and temperature 0.7.", "health@1: Yes."]
    desk.store.database.close()


def test_ctrl_c_in_a_pipe_ends_the_chat_and_keeps_the_answer(chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Spoken, text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Spoken, "add", interrupted)
    engine = endless()
    with pytest.raises(KeyboardInterrupt):
        chat("go on\n", engine)
    assert engine.closed
    assert [row["state"] for row in Database(tmp_path / "chats.db").rows("SELECT state FROM turns WHERE role = 'assistant'")] == ["stopped"]
