"""The chat line by line: what is written on a page for each line, and the same in a real terminal and a real pipe."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.chat.conversation import Conversation
from assistant.chat.database import Database
from assistant.chat.partner import Partner
from assistant.chat.turn import Turn
from assistant.core.errors import EngineError, UserError
from assistant.engines.protocol import Engine, Request, Sampling
from assistant.engines.scripted import ScriptedEngine
from assistant.tui.commands import COMMANDS
from assistant.tui.desk import Desk
from assistant.tui.plain_chat import HANDLERS, PlainChat, run_plain_chat
from assistant.tui.plain_lines import PipedLines
from assistant.tui.plain_page import Page, Spoken
from assistant.tui.plain_phrases import LONGEST, Phrases
from assistant.tui.plain_ratings import reasons_in
from assistant.tui.plain_words import BY_WORD, SCREENS, ending_of
from tests.tui.driving import desk_of, endless, partner_of, saying
from tests.tui.terminal import ROOT, Terminal, is_installed, python

GREETING = ["health@1: Answers questions about health.", "Notice: a demonstration and no medical advice"]


class Told:
    """What a chat said to some lines.

    Attributes:
        answers: The lines on stdout.
        notes: The lines on stderr, without those with which every chat begins.
        error: What the program would end with; None for nothing.
        desk: What it worked with.
    """

    def __init__(self, desk: Desk, text: str) -> None:
        out, notes = io.StringIO(), io.StringIO()
        self.desk, self.error = desk, None
        try:
            run_plain_chat(desk, io.StringIO(text), out, notes)
        except UserError as error:
            self.error = error
        self.answers = out.getvalue().splitlines()
        self.notes = [line for line in notes.getvalue().splitlines() if line not in ("Loading the model.", "Ready.", *GREETING)]

    @property
    def kept(self) -> Conversation:
        """The conversation that was changed last, as it is on the disk."""
        return self.desk.store.load(self.desk.store.listed(1)[0].id)


Chat = Callable[..., Told]


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """Chats in one workspace: the lines of a text are done by an engine, or an answer that is always the same."""
    desks: list[Desk] = []

    def chat(text: str, engine: Engine | str = "Yes.", *others: Partner, conversation: Conversation | None = None, **facts: object) -> Told:
        speaker = saying(engine) if isinstance(engine, str) else engine
        desks.append(desk_of(tmp_path, partner_of(speaker, **facts), *others, conversation=conversation))
        return Told(desks[-1], text)

    yield chat
    for desk in desks:
        desk.store.database.close()


def echo(request: Request) -> str:
    return "heard: " + request.messages[-1]["content"]


# What is spoken as a whole.


def phrases(text: str, size: int = 1) -> list[str]:
    cutting = Phrases()
    found = [cutting.add(text[start : start + size]) for start in range(0, len(text), size)]
    return [phrase for phrase in [*found, cutting.rest()] if phrase]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("One. Two! Three", ["One. ", "Two! ", "Three"]),
        ("3.5 is no end. It is.", ["3.5 is no end. ", "It is."]),
        ("“Really?” he asked", ["“Really?” ", "he asked"]),
        ("是的。好", ["是的。", "好"]),
        ("A line\nand one. More", ["A line\n", "and one. ", "More"]),
        ("1. First. Still first\n- a. b\n| c. d |\n", ["1. First. Still first\n", "- a. b\n", "| c. d |\n"]),
        ("```py\na. b\n```\nOut. Again", ["```py\n", "a. b\n", "```\n", "Out. ", "Again"]),
        ("````\n```\na. b c\n````\nc. d", ["````\n", "```\n", "a. b c\n", "````\n", "c. ", "d"]),
    ],
)
def test_an_answer_is_spoken_by_sentences_and_code_and_lists_by_lines(text: str, spoken: list[str]) -> None:
    assert phrases(text) == spoken


def test_what_has_no_sentences_is_cut_between_words() -> None:
    found = phrases("word " * 200)
    assert "".join(found) == "word " * 200
    assert len(found) > 1
    assert all(len(phrase) <= LONGEST + 1 and phrase.endswith(" ") for phrase in found)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_the_phrases_together_are_the_text(size: int) -> None:
    text = "Hello there. This is\n\n- a list. With two\n- items\n\n~~~\ncode. here\n~~~\nThe end...  "
    assert "".join(phrases(text, size)) == text


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


# Commands.


def test_every_command_of_the_app_is_done_here_or_told_where_it_is_done() -> None:
    known = {*HANDLERS, *SCREENS, "help", "quit"}
    assert [command.name for command in COMMANDS if command.name not in known] == []
    assert {command.name for command in BY_WORD.values()} <= known


def test_a_screen_is_told_with_what_does_it_outside(chat: Chat) -> None:
    told = chat("/review\n")
    assert told.notes[0].startswith("Not done: /review opens a screen, which there is none of here. `assistant feedback`")


def test_an_unknown_command_is_told_with_what_may_be_meant(chat: Chat) -> None:
    assert "Did you mean /again?" in chat("/agian\n").notes[0]


def test_help_tells_every_command_or_one(chat: Chat) -> None:
    assert [line for line in chat("/help\n").answers if line.startswith("/edit [TEXT]: ")]
    assert "wordy: It is longer than it needs to be." in chat("/help bad\n").answers
    assert "there is no command /nonsense" in chat("/help nonsense\n").notes[0]


def test_another_answer_and_the_one_before(chat: Chat) -> None:
    answers = iter(["first", "second"])
    told = chat("well?\n/again\n/before\n/before\n/after\n", ScriptedEngine(lambda request: next(answers)))
    assert told.answers == [f"health@1: {text}" for text in ("first", "second", "first", "second")]
    assert told.notes[:4] == [
        "Another answer, with seed 1 and temperature 0.7.",
        "Answer 1 of 2.",
        "Not done: this is answer 1 of 2. /before and /after go through them",
        "Answer 2 of 2.",
    ]


@pytest.mark.parametrize("line", ["/again", "/continue", "/edit", "/before", "/copy", "/code", "/good", "/figures", "/read", "/export x.md"])
def test_what_needs_an_answer_says_that_there_is_none(chat: Chat, line: str) -> None:
    assert chat(f"{line}\n").notes[0].endswith("Ask something first")


@pytest.mark.parametrize("lines", ["/edit and two\n", "/edit\nand two\n"])
def test_an_edited_question_is_a_branch(chat: Chat, lines: str) -> None:
    told = chat("one\n" + lines, ScriptedEngine(echo))
    assert told.answers[-1] == "health@1: heard: and two"
    assert [turn.text for turn in told.kept.turns.values() if turn.parent is None] == ["one", "and two"]


def test_code_is_printed_and_nothing_else(chat: Chat) -> None:
    told = chat("code\n/code 1\n/code\n/code 3\n", "Two:\n```\na\n```\n```py\nb\n```")
    assert told.answers[-2:] == ["a", "b"]
    assert "there is no block 3" in told.notes[2]


def test_figures_that_were_not_measured_are_told_so(chat: Chat) -> None:
    told = chat("well?\n/figures\n", "Yes.")
    assert {"Answer: 2 tokens.", "Prompt: 1 tokens.", "Ended: by itself."} <= set(told.answers)
    cut = chat("well?\n/figures\n", ScriptedEngine({"well?": "Yes."}, fail_at=0))
    assert cut.answers == ["Nothing was measured of this answer: it broke off."]


def test_judgements_are_kept_with_their_reasons(chat: Chat) -> None:
    told = chat("well?\n/bad wrong, invented\nNo.\n")
    entry = told.desk.store.database.rows("SELECT * FROM feedback")[0]
    assert (entry["verdict"], entry["correction"]) == ("bad", "No.")
    assert reasons_in("bad", "wrong, Invented") == (("wrong", "invented"), None)
    assert reasons_in("good", "because it is right, wrong") == (None, "because it is right, wrong")
    assert reasons_in("good", " ") == (None, None)


def test_a_judgement_is_taken_back(chat: Chat) -> None:
    told = chat("well?\n/good\n/unrate\n/unrate\n")
    assert told.notes[1:] == ["Taken back.", "Nothing was said of this answer."]


def test_conversations_are_listed_and_opened_by_number(chat: Chat) -> None:
    told = chat("the heart\n/new\nthe lungs\n/chats\n/open 2\nand then?\n", ScriptedEngine(echo))
    assert told.answers[2].startswith("1: the lungs, health@1, today ")
    assert told.answers[3].startswith("2: the heart, health@1, today ")
    assert told.answers[4:] == ["You: the heart", "health@1: heard: the heart", "health@1: heard: and then?"]
    assert [turn.text for turn in told.kept.path if turn.role == "user"] == ["the heart", "and then?"]


def test_what_was_said_is_found_and_opened_where_it_was(chat: Chat) -> None:
    told = chat("the heart\n/edit the liver\n/search heart\n/open 2\n", ScriptedEngine(echo))
    assert "you said: the heart" in "\n".join(told.answers)
    assert told.answers[-2:] == ["You: the heart", "health@1: heard: the heart"]


def test_a_number_that_was_not_listed_is_told(chat: Chat) -> None:
    told = chat("/open 1\nhello\n/chats\n/open 9\n")
    assert told.notes[0].startswith("Not done: nothing was listed yet")
    assert "9 is none of 1 to 1" in told.notes[2]


def test_a_conversation_is_renamed_and_exported(chat: Chat, tmp_path: Path) -> None:
    told = chat(f"well?\n/rename Of health\n/export {tmp_path / 'it.md'}\n/export {tmp_path / 'it.md'}\n")
    assert told.kept.title == "Of health"
    assert "Yes." in (tmp_path / "it.md").read_text()
    assert "is there already" in told.notes[2]


def test_somebody_else_goes_on_by_number_or_name(chat: Chat) -> None:
    other = partner_of(saying("I am another."), "health@2")
    told = chat("/switch\n2\nwho?\n/switch health@1\nwho?\n/switch health@9\n", "Yes.", other)
    assert told.answers == ["1: health@1", "2: health@2", "health@2: I am another.", "health@1: Yes."]
    assert "there is no health@9" in told.notes[-1]


def test_two_are_compared_blind(chat: Chat) -> None:
    told = chat("/compare health@2\nwhat?\n1\n\n/read\n", "I am one.", partner_of(saying("I am two."), "health@2"))
    first, second = told.answers[:2]
    assert {first, second} in ({"First: I am one.", "Second: I am two."}, {"First: I am two.", "Second: I am one."})
    better, other = ("health@1", "health@2") if "one" in first else ("health@2", "health@1")
    assert told.notes[-2:] == [f"Noted. The first was {better}, the second {other}.", "Back to the conversation with health@1."]
    assert not any("health@" in line for line in told.notes[:-2])
    assert told.answers[-1] == f"{better}: {first.removeprefix('First: ')}"
    vote = told.desk.store.database.rows("SELECT choice FROM votes")
    assert [row["choice"] for row in vote] == ["left"]


def test_settings_are_told_and_changed(chat: Chat) -> None:
    told = chat(
        "/settings temperature 0,5\n/settings temperature\n/settings system_prompt Be brief.\n/settings temperature recipe\nwell?\n/settings top 1\n"
    )
    assert told.notes[:3] == [
        "temperature: 0.5; the recipe says 0.",
        "system_prompt: “Be brief.”; the recipe says nothing at all.",
        "temperature: 0, as in the recipe.",
    ]
    assert told.kept.settings.changed == {"system_prompt": "Be brief."}
    assert "there is no setting top. Did you mean top_p?" in told.notes[3]


def test_a_value_out_of_range_changes_nothing(chat: Chat) -> None:
    assert chat("/settings temperature 11\n").notes[0] == "Not done: temperature is 11. It may be 0 to 10; seldom above 1.5."


def test_what_the_assistant_reads_is_told(chat: Chat) -> None:
    told = chat("well?\n/context\n")
    assert told.answers[1:] == [
        "Used: 1 tokens; how many the assistant reads is not known.",
        "Told before the conversation: nothing",
        "1: you, read: well?",
        "2: health@1, read, 2 tokens: Yes.",
    ]


def test_a_conversation_that_goes_on_says_where_it_was(chat: Chat) -> None:
    before = chat("the heart\n", ScriptedEngine(echo)).kept
    told = chat("and then?\n", ScriptedEngine(echo), conversation=before)
    assert told.notes[0] == "Going on with: the heart, 2 turns. /read says all of it again."
    assert told.answers == ["You: the heart", "health@1: heard: the heart", "health@1: heard: and then?"]
    assert len(told.kept.path) == 4


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


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    if not is_installed():
        pytest.skip("tmux is not installed")
    window = Terminal(tmp_path, python("-m", "tests.tui.scripted_plain", tmp_path), size=(100, 40))
    yield window
    window.end()


def test_a_plain_chat_in_a_terminal(terminal: Terminal, tmp_path: Path) -> None:
    assert "Notice: no medical advice" in terminal.wait_for("You:")
    title = terminal.title()

    terminal.press("one\\", "Enter", "two", "Enter")
    terminal.wait_for("health@1: You wrote 2 lines. ␛]0;hacked␇␛[41m\nYou:")
    assert terminal.title() == title

    terminal.paste("one\ntwo\nthree")
    terminal.press("Enter")
    terminal.wait_for("You wrote 3 lines. ␛]0;hacked␇␛[41m\nYou:")

    terminal.press("Up", "Enter")
    terminal.wait_for("three\nhealth@1: You wrote 3 lines. ␛]0;hacked␇␛[41m\nYou: one\ntwo\nthree\nhealth@1: You wrote 3 lines.")

    terminal.press("go on", "Enter")
    terminal.wait_for("word word")
    terminal.press("C-c")
    terminal.wait_for("Stopped. /continue goes on.\nYou:")

    terminal.press("half a line")
    terminal.wait_for("You: half a line")
    terminal.press("C-c")
    terminal.wait_for("You: half a line\nLine cleared.\nYou:")
    terminal.press("C-c")
    terminal.wait_for("You:\nCtrl+D or /quit leaves; everything is kept.\nYou:")
    assert "\x1b[" not in terminal.coloured()

    terminal.press("C-d")
    terminal.wait_for("left with 0")
    assert (tmp_path / "closed").exists()
    assert (tmp_path / "modules").read_text() == ""


def test_a_real_pipe_ends_with_what_could_not_be_done(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.tui.scripted_plain", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, input="hello\n/nonsense\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "health@1: You wrote 1 lines. ␛]0;hacked␇␛[41m\n"
    assert done.stderr.splitlines()[-2:] == [
        "error: one thing in the lines could not be done",
        "It is told above where that was; everything else was done and kept.",
    ]
    assert done.returncode == 2
    assert (tmp_path / "modules").read_text() == ""


def test_ctrl_c_in_a_pipe_ends_the_chat_and_keeps_the_answer(chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Spoken, text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Spoken, "add", interrupted)
    engine = endless()
    with pytest.raises(KeyboardInterrupt):
        chat("go on\n", engine)
    assert engine.closed
    assert [row["state"] for row in Database(tmp_path / "chats.db").rows("SELECT state FROM turns WHERE role = 'assistant'")] == ["stopped"]
