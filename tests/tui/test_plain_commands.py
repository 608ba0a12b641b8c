"""The commands of the chat line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.engines.scripted import ScriptedEngine
from assistant.tui.commands import COMMANDS
from assistant.tui.plain.chat import HANDLERS
from assistant.tui.plain.ratings import reasons_in
from assistant.tui.plain.words import BY_WORD, SCREENS
from tests.tui.driving import partner_of, saying
from tests.tui.plain_telling import Chat, chats, echo

chat = pytest.fixture(chats)


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


def test_somebody_is_chosen_from_the_list_by_name_too(chat: Chat) -> None:
    other = partner_of(saying("I am another."), "health@2")
    told = chat("/switch\nHealth@2\nwho?\n/switch\nhealth@9\n", "Yes.", other)
    assert told.answers[2] == "health@2: I am another."
    assert "health@9 is none of 1 to 2 and no name of the list. Write a number or a name" in told.notes[-1]


def test_a_command_instead_of_a_choice_is_told_and_done(chat: Chat) -> None:
    other = partner_of(saying("I am another."), "health@2")
    told = chat("/switch\n/compare\n/switch health@2\nwho?\n", "Yes.", other)
    assert told.answers == ["1: health@1", "2: health@2", "1: health@2", "health@2: I am another."]
    assert told.notes[:2] == ["Nothing was chosen; now /compare", "Nothing was chosen; now /switch health@2"]
    assert told.error is None


def test_a_command_instead_of_a_vote_leaves_the_comparison(chat: Chat) -> None:
    told = chat("/compare health@2\nwhat?\n/switch health@2\nwho?\n", "I am one.", partner_of(saying("I am two."), "health@2"))
    assert "Nothing was chosen; now /switch health@2" in told.notes
    assert told.answers[-1] == "health@2: I am two."
    assert told.desk.store.database.rows("SELECT choice FROM votes") == []


def test_quit_instead_of_a_choice_leaves(chat: Chat) -> None:
    told = chat("/switch\n/quit\nwho?\n")
    assert told.answers == ["1: health@1"]


def test_nobody_is_compared_with_themselves(chat: Chat) -> None:
    told = chat("/compare\n\n/compare health@1\n", "Yes.", partner_of(saying("I am two."), "health@2"))
    assert told.answers == ["1: health@2"]
    assert told.notes[-1].startswith("Not done: health@1 answers now.")
    assert "there is nobody else" in chat("/compare\n").notes[0]


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
