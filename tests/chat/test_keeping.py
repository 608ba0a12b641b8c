"""Answers are written down while they are said: in order, without anybody waiting, and whatever the disk or a kill does."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.chat.conversation import Conversation
from assistant.chat.database import Database
from assistant.chat.keeping import Keeper
from assistant.chat.store import ChatStore
from assistant.chat.turn import Turn
from assistant.core.errors import UserError
from tests.chat.talks import SPEAKER, answer, talk


def until(predicate: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not predicate():
        assert time.monotonic() - began < 30, "did not come true"
        time.sleep(0.01)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    opened = ChatStore(Database(tmp_path / "chats.db", busy_s=0.05))
    yield opened
    opened.database.close()


@pytest.fixture
def conversation(store: ChatStore) -> Conversation:
    conversation = talk("one", "two").asked("three").begun(SPEAKER)
    store.add(conversation)
    return conversation


class Disk(ChatStore):
    """A store that notes what is written, and fails or waits where it is told to."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.written: list[str] = []
        self.fails = False
        self.may_write = threading.Event()
        self.may_write.set()

    def grow(self, conversation: str, turn: Turn) -> None:
        self._note(turn.text)
        super().grow(conversation, turn)

    def keep(self, conversation: Conversation, *turns: Turn) -> None:
        self._note(f"end: {turns[0].text}" if turns else "once")
        super().keep(conversation, *turns)

    def _note(self, text: str) -> None:
        self.may_write.wait(30)
        if self.fails:
            raise UserError("the disk is full", "free some space")
        self.written.append(text)


@pytest.fixture
def disk(store: ChatStore) -> Disk:
    return Disk(store.database)


def grown(conversation: Conversation, text: str) -> Turn:
    return replace(conversation.path[-1], text=text)


def text_of(store: ChatStore, conversation: Conversation) -> str:
    return store.load(conversation.id).turns[str(conversation.leaf)].text


def texts_of(keeper: Keeper) -> list[str]:
    """What is not on the disk yet."""
    return [turn.text if turn else "once" for _, turn in keeper.unsaved]


def test_what_grows_is_written_without_being_asked_to(store: ChatStore, conversation: Conversation) -> None:
    keeper = Keeper(store)
    keeper.grown(conversation.id, grown(conversation, "so far"))
    until(lambda: text_of(store, conversation) == "so far")
    keeper.close()


def test_of_what_grew_meanwhile_only_the_last_state_is_written(disk: Disk, conversation: Conversation) -> None:
    keeper = Keeper(disk, every_s=600)
    for number in range(100):
        keeper.grown(conversation.id, grown(conversation, "x" * number))
    assert keeper.close()
    assert disk.written[-1] == "x" * 99
    assert len(disk.written) <= 2


def test_an_end_is_written_at_once_and_nothing_older_after_it(disk: Disk, conversation: Conversation) -> None:
    keeper = Keeper(disk, every_s=600)
    keeper.grown(conversation.id, grown(conversation, "first"))
    until(lambda: disk.written == ["first"])
    keeper.grown(conversation.id, grown(conversation, "second"))
    ended = conversation.answered(str(conversation.leaf), answer("whole"))
    keeper.keep(ended, ended.path[-1])
    until(lambda: disk.written == ["first", "end: whole"])
    assert keeper.close()
    assert disk.load(conversation.id).path == ended.path


def test_the_order_is_that_in_which_it_was_told(disk: Disk, conversation: Conversation) -> None:
    keeper = Keeper(disk)
    for number in range(5):
        conversation = conversation.asked(f"question {number}")
        keeper.keep(conversation, conversation.path[-1])
        conversation = conversation.begun(SPEAKER)
        keeper.grown(conversation.id, grown(conversation, f"answer {number}"))
        conversation = conversation.answered(str(conversation.leaf), answer(f"answer {number}"))
        keeper.keep(conversation, conversation.path[-1])
    assert keeper.flush()
    ends = [text for text in disk.written if text.startswith("end")]
    assert ends == [f"end: {what} {number}" for number in range(5) for what in ("question", "answer")]
    keeper.close()


def test_nobody_waits_for_the_disk(disk: Disk, conversation: Conversation) -> None:
    disk.may_write.clear()
    keeper = Keeper(disk)
    for number in range(1000):
        keeper.grown(conversation.id, grown(conversation, "x" * number))
    keeper.keep(conversation, grown(conversation, "end"))
    assert disk.written == [] and texts_of(keeper)[-1] == "end"
    disk.may_write.set()
    assert keeper.close()


def test_a_new_title_writes_no_turn(disk: Disk, conversation: Conversation) -> None:
    disk.may_write.clear()
    keeper = Keeper(disk, every_s=600)
    keeper.grown(conversation.id, grown(conversation, "so far"))
    keeper.keep(conversation.named(title="renamed"))
    keeper.grown(conversation.id, grown(conversation, "further"))
    assert texts_of(keeper) == ["so far", "once", "further"]
    disk.may_write.set()
    assert keeper.close() and disk.written == ["so far", "once", "further"]
    assert (disk.load(conversation.id).title, text_of(disk, conversation)) == ("renamed", "further")


def test_a_disk_that_fails_is_told_and_tried_again_and_nothing_is_lost(disk: Disk, conversation: Conversation) -> None:
    disk.fails = True
    keeper = Keeper(disk, every_s=0, retry_s=0.01)
    keeper.grown(conversation.id, grown(conversation, "said"))
    assert not keeper.flush()
    assert keeper.problem == ("the disk is full", "free some space")
    assert texts_of(keeper) == ["said"]
    disk.fails = False
    until(lambda: keeper.problem is None)
    assert keeper.flush() and text_of(disk, conversation) == "said"
    keeper.close()


def test_a_full_disk_is_survived(store: ChatStore, conversation: Conversation) -> None:
    keeper = Keeper(store, retry_s=0.01)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        keeper.grown(conversation.id, grown(conversation, "word " * 10_000))
        assert not keeper.flush() and keeper.problem
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    until(lambda: keeper.problem is None)
    assert keeper.close() and text_of(store, conversation) == "word " * 10_000


def test_one_keeper_serves_one_conversation_after_another(disk: Disk, conversation: Conversation) -> None:
    disk.fails = True
    keeper = Keeper(disk, retry_s=0.01)
    keeper.grown(conversation.id, grown(conversation, "said"))
    other = Conversation(title="another").asked("elsewhere?")
    keeper.keep(other, other.path[-1])
    until(lambda: keeper.problem is not None)
    disk.fails = False
    assert keeper.close()
    assert text_of(disk, conversation) == "said" and disk.load(other.id).path == other.path


def test_closing_with_a_disk_that_fails_ends_and_says_what_is_left(disk: Disk, conversation: Conversation) -> None:
    disk.fails = True
    keeper = Keeper(disk, retry_s=600)
    keeper.grown(conversation.id, grown(conversation, "said"))
    assert not keeper.close() and not keeper.close()
    assert texts_of(keeper) == ["said"]


def test_an_error_that_nobody_foresaw_does_not_end_the_keeping(disk: Disk, conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "grow", lambda *_: 1 / 0)
    keeper = Keeper(disk, retry_s=0.01)
    keeper.grown(conversation.id, grown(conversation, "said"))
    until(lambda: keeper.problem is not None)
    assert "ZeroDivisionError" in str(keeper.problem)
    monkeypatch.undo()
    assert keeper.close() and text_of(disk, conversation) == "said"


SPEAKER_OF_WORDS = """
import sys, time
from dataclasses import replace
from pathlib import Path
from assistant.chat.database import Database
from assistant.chat.keeping import Keeper
from assistant.chat.store import ChatStore
store = ChatStore(Database(Path(sys.argv[1])))
conversation = store.load(sys.argv[2])
keeper, turn, number = Keeper(store), conversation.path[-1], 0
while True:
    number += 1
    turn = replace(turn, text=turn.text + f" {number}")
    keeper.grown(conversation.id, turn)
    time.sleep(0.005)
"""


def test_a_killed_program_leaves_the_answer_as_far_as_it_was_written(store: ChatStore, conversation: Conversation) -> None:
    process = subprocess.Popen([sys.executable, "-c", SPEAKER_OF_WORDS, str(store.database.path), conversation.id])
    seen: list[str] = []

    def has_grown_thrice() -> bool:
        text = text_of(store, conversation)
        if text and text not in seen:
            seen.append(text)
        return len(seen) > 3

    try:
        until(has_grown_thrice)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    left = ChatStore(Database(store.database.path)).load(conversation.id).path[-1]
    assert left.state == "unfinished" and left.may_go_on
    assert left.text.startswith(seen[-1])
    assert left.text == "".join(f" {number}" for number in range(1, left.text.count(" ") + 1))
