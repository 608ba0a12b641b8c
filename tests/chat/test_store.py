"""Conversations on the disk: what comes back, what lists show, and that nobody loses what another wrote."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from assistant.chat.conversation import Conversation
from assistant.chat.database import Database
from assistant.chat.store import ChatStore, open_store
from assistant.core.errors import DataError, TargetError
from assistant.core.home import Home
from tests.chat.talks import SPEAKER, answer, talk, trees


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    opened = ChatStore(Database(tmp_path / "chats.db"))
    yield opened
    opened.database.close()


def other(store: ChatStore) -> ChatStore:
    """Another program with the same file."""
    return ChatStore(Database(store.database.path))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversation=trees())
def test_a_conversation_comes_back_as_it_was(store: ChatStore, conversation: Conversation) -> None:
    store.add(conversation)
    loaded = store.load(conversation.id)
    assert loaded == conversation
    assert list(loaded.turns) == list(conversation.turns)


def test_what_is_kept_bit_by_bit_is_whole(store: ChatStore) -> None:
    conversation = Conversation(title="t").asked("What is a cold?")
    store.keep(conversation, conversation.path[-1])
    conversation = conversation.begun(SPEAKER)
    store.keep(conversation, conversation.path[-1])
    name = str(conversation.leaf)
    store.grow(conversation.id, conversation.grown(name, "A mild").turns[name])
    assert store.load(conversation.id).turns[name].text == "A mild"
    conversation = conversation.answered(name, answer("A mild infection."))
    store.keep(conversation, conversation.turns[name])
    assert store.load(conversation.id) == replace(conversation, changed=store.load(conversation.id).changed)


def test_keeping_does_not_undo_a_new_name_a_pin_or_a_path_of_another_program(store: ChatStore) -> None:
    conversation = talk("one", "two")
    store.keep(conversation, *conversation.turns.values())
    second = other(store)
    theirs = second.load(conversation.id).asked("theirs")
    second.keep(theirs, theirs.path[-1])
    second.rename(conversation.id, "renamed")
    second.pin(conversation.id, True)
    mine = conversation.named(assistant="health@2")
    store.keep(mine)
    found = store.load(conversation.id)
    assert (found.title, found.pinned, found.leaf, found.assistant) == ("renamed", True, theirs.leaf, "health@2")
    second.database.close()


@pytest.fixture
def stopped(store: ChatStore) -> Conversation:
    """A conversation whose answer was stopped after some words, on the disk."""
    conversation = talk("one", "two").asked("three").begun(SPEAKER)
    conversation = conversation.answered(str(conversation.leaf), replace(answer("a mild"), finish_reason="cancelled"))
    store.add(conversation)
    return conversation


def continued(conversation: Conversation, text: str) -> Conversation:
    """The conversation, its last answer continued to its end."""
    last = conversation.path[-1]
    return conversation.going_on(last).answered(last.id, answer(text), before=last)


def test_a_program_that_has_an_answer_as_it_was_does_not_cut_it_back(store: ChatStore, stopped: Conversation) -> None:
    second = other(store)
    theirs = continued(second.take_up(stopped.id), " infection")
    second.keep(theirs, theirs.path[-1])
    store.keep(stopped.named(title="mine"), stopped.path[-1])
    store.grow(stopped.id, replace(stopped.path[-1], state="unfinished"))
    found = store.load(stopped.id)
    assert (found.title, found.path) == ("mine", theirs.path)
    second.database.close()


LATER = {
    "its first words": ("", "unfinished", {"text": "a"}),
    "its end, without the white space that came last": ("a mild \n", "unfinished", {"text": "a mild", "state": "complete"}),
    "a stop before any more was said": ("a mild", "unfinished", {"state": "stopped"}),
    "a stop before anything was said": ("", "unfinished", {"state": "stopped"}),
    "a failure": ("a mild", "unfinished", {"state": "failed", "error": "out of memory"}),
    "a failure of going on": ("a mild", "stopped", {"state": "failed", "error": "out of memory"}),
    "going on": ("a mild", "complete", {"text": "a mild in", "state": "unfinished"}),
    "warnings": ("a mild", "complete", {"warnings": ("holds a dose",)}),
}


@pytest.mark.parametrize("case", LATER)
def test_a_later_state_of_a_turn_takes_the_place_of_an_earlier_one_and_never_the_other_way(store: ChatStore, case: str) -> None:
    text, state, changes = LATER[case]
    conversation = talk("one", "two").asked("three").begun(SPEAKER)
    earlier = replace(conversation.path[-1], text=text, state=state)
    later = replace(earlier, **changes)
    store.keep(conversation.put(earlier), earlier)
    second = other(store)
    second.grow(conversation.id, later)
    assert store.load(conversation.id).path[-1] == later
    store.keep(conversation, earlier)
    store.grow(conversation.id, earlier)
    assert second.load(conversation.id).path[-1] == later
    second.database.close()


def test_an_answer_whose_going_on_ended_at_once_has_the_figures_of_both_parts(store: ChatStore, stopped: Conversation) -> None:
    ended = continued(stopped, "")
    store.keep(ended, ended.path[-1])
    store.keep(stopped, stopped.path[-1])
    assert store.load(stopped.id).path[-1] == ended.path[-1]


def test_what_the_caller_changed_is_kept(store: ChatStore) -> None:
    conversation = talk("one", "two", title="")
    store.keep(conversation, *conversation.turns.values())
    store.keep(conversation.named(title="now it has one"))
    assert store.load(conversation.id).title == "now it has one"


def test_a_new_question_brings_a_deleted_conversation_back_and_the_end_of_an_answer_does_not(store: ChatStore) -> None:
    conversation = talk("one", "two")
    store.add(conversation)
    store.delete(conversation.id)
    store.keep(conversation, conversation.path[-1])
    assert store.listed() == []
    conversation = conversation.asked("three")
    store.keep(conversation, conversation.path[-1])
    assert [summary.turns for summary in store.listed()] == [3]


def test_the_list_has_pinned_ones_first_then_the_last_changed(store: ChatStore) -> None:
    for number, title in enumerate(("old", "new", "pinned")):
        store.add(replace(talk("q", "a", title=title), changed=float(number)))
    store.pin(store.listed(name="PINNED")[0].id, True)
    store.pin(store.listed(name="new")[0].id, False)
    assert [summary.title for summary in store.listed()] == ["pinned", "new", "old"]


def test_the_list_counts_turns_of_branches_too(store: ChatStore) -> None:
    conversation = talk("q", "a", "q2", "a2")
    conversation = conversation.asked_instead(conversation.path[0], "otherwise")
    store.add(conversation)
    store.add(conversation)
    assert [summary.turns for summary in store.listed()] == [5]


def test_the_list_of_one_assistant(store: ChatStore) -> None:
    for label in ("health@1", "health@12", "healthy@1", "base"):
        store.add(talk("q", "a", assistant=label))
    assert {summary.assistant for summary in store.listed(assistant="health")} == {"health@1", "health@12"}
    assert {summary.assistant for summary in store.listed(assistant="health@1")} == {"health@1"}
    assert len(store.listed(limit=None, assistant="base")) == 1


def test_a_conversation_is_found_by_the_beginning_or_the_end_of_its_name(store: ChatStore) -> None:
    store.add(replace(talk("q", "a"), id="1111aaaabbbb2222"))
    store.add(replace(talk("q", "a"), id="1111ccccdddd3333"))
    assert store.find("2222") == store.find("1111AA") == store.find("1111aaaabbbb2222") == "1111aaaabbbb2222"
    with pytest.raises(TargetError, match="several"):
        store.find("1111")
    for wrong in ("9999", "", "%", "_"):
        with pytest.raises(TargetError, match="no conversation"):
            store.find(wrong)


def test_what_was_deleted_long_ago_is_purged_at_opening_and_feedback_stays(home: Home) -> None:
    store = open_store(home)
    gone, kept = talk("gone", "a"), talk("kept", "a")
    for conversation in (gone, kept):
        store.add(conversation)
        store.delete(conversation.id)
    with store.database.change() as connection:
        connection.execute("UPDATE conversations SET deleted = 1 WHERE id = ?", (gone.id,))
        connection.execute("INSERT INTO feedback VALUES ('f', ?, ?, 'good', '[]', '', NULL, 0, 0, 'open', NULL, '', '{}')", (gone.leaf, gone.id))
    store.database.close()
    store = open_store(home)
    assert [summary.id for summary in store.listed(deleted=True)] == [kept.id]
    assert [row["conversation"] for row in store.database.rows("SELECT DISTINCT conversation FROM turns")] == [kept.id]
    assert len(store.database.rows("SELECT * FROM feedback")) == 1
    store.keep(gone, gone.path[-1])
    assert store.load(gone.id).path == gone.path, "who still has it open loses nothing"
    store.database.close()


def test_adding_again_adds_what_is_lacking_and_changes_nothing_that_is_there(store: ChatStore) -> None:
    short = talk("one", "two")
    longer = short.asked("three")
    store.add(short)
    store.rename(short.id, "mine")
    store.delete(short.id)
    older = replace(longer, turns={**longer.turns, longer.path[1].id: replace(longer.path[1], text="t")})
    assert (store.add(older), store.add(older)) == (1, 0)
    found = store.load(short.id)
    assert (found.title, found.path_to(longer.leaf)) == ("mine", longer.path)
    assert len(store.listed()) == 1


def test_a_turn_of_another_conversation_is_refused(store: ChatStore) -> None:
    first = talk("one", "two")
    store.add(first)
    with pytest.raises(DataError, match="already"):
        store.add(replace(first, id="another"))
    assert len(store.listed()) == 1


def test_questions_asked_before_come_once_the_last_one_last(store: ChatStore) -> None:
    store.add(talk("a", "1", "b", "2", "a", "3"))
    deleted = talk("secret", "4")
    store.add(deleted)
    store.delete(deleted.id)
    assert store.asked_before() == ["b", "a"]
    assert store.asked_before(limit=1) == ["a"]


TALKER = """
import sys
from pathlib import Path
from assistant.chat.database import Database
from assistant.chat.store import ChatStore
store = ChatStore(Database(Path(sys.argv[1])))
conversation = store.load(sys.argv[2])
for number in range(40):
    conversation = conversation.asked(f"{sys.argv[3]} {number}")
    store.keep(conversation, conversation.path[-1])
"""


def test_two_programs_in_one_conversation_lose_nothing(store: ChatStore) -> None:
    conversation = talk("one", "two")
    store.add(conversation)
    command = [sys.executable, "-c", TALKER, str(store.database.path), conversation.id]
    talkers = [subprocess.Popen([*command, name], stderr=subprocess.PIPE, text=True) for name in ("first", "second")]
    for process in talkers:
        assert process.communicate(timeout=60)[1] == ""
    said = [turn.text for turn in store.load(conversation.id).turns.values()]
    assert sorted(said) == sorted(["one", "two", *(f"{name} {number}" for name in ("first", "second") for number in range(40))])
    assert store.listed()[0].turns == 82
