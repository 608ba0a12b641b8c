"""What the book of feedback keeps, and that nothing said is lost."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.chat.conversation import Conversation
from assistant.chat.feedback import FeedbackBook
from assistant.chat.feedback_filter import Filter
from assistant.chat.rated import REASONS, Entry, Vote
from assistant.chat.store import ChatStore
from assistant.chat.turn import Speaker
from assistant.core.errors import TargetError, UserError
from tests.chat.judged import HEALTH, another, book_in, exchange, rated


@pytest.fixture
def book(tmp_path: Path) -> FeedbackBook:
    return book_in(tmp_path)


def test_an_entry_holds_all_that_it_takes_to_learn_from_it(book: FeedbackBook) -> None:
    conversation, _ = exchange("What is a cold?", "An infection.")
    conversation, answer = exchange("And for children?", "The same.", conversation)
    book.rate(conversation, answer, "bad", reasons=["incomplete"], comment="too short", correction="The same, more often.", notice="ask a doctor")
    entry = book.of([answer.id])[answer.id]
    assert [message["content"] for message in entry.asked.messages] == ["What is a cold?", "An infection."]
    assert (entry.asked.question, entry.said.text, entry.said.speaker) == ("And for children?", "The same.", HEALTH)
    assert (entry.asked.notice, entry.reasons, entry.comment, entry.correction) == (
        "ask a doctor",
        ("incomplete",),
        "too short",
        "The same, more often.",
    )
    assert entry.state == "open"


def test_what_the_prompt_had_no_room_for_is_not_in_the_snapshot(book: FeedbackBook) -> None:
    conversation, _ = exchange("first", "one")
    conversation, answer = exchange("second", "two", conversation, left_out=2)
    assert book.rate(conversation, answer, "good").asked.messages == ()


def test_saying_the_same_again_changes_nothing(book: FeedbackBook) -> None:
    conversation, answer = exchange("hello", "good day")
    first = book.rate(conversation, answer, "good", comment="nice")
    book.accept([first.id])
    again = book.rate(conversation.named(title="renamed"), answer, "good", comment="nice")
    assert (again.id, again.state, again.changed) == (first.id, "accepted", first.changed)


def test_the_verdict_alone_leaves_what_was_said_before(book: FeedbackBook) -> None:
    conversation, answer = exchange("hello", "good day")
    book.rate(conversation, answer, "bad", reasons=["wrong", "tone"], comment="why", correction="hello")
    entry = book.rate(conversation, answer, "good")
    assert (entry.verdict, entry.reasons, entry.comment, entry.correction) == ("good", ("tone",), "why", "hello")


def test_what_changes_anything_is_open_again(book: FeedbackBook) -> None:
    conversation, answer = exchange("hello", "good day")
    first = book.rate(conversation, answer, "good")
    book.accept([first.id])
    assert book.rate(conversation, answer, "bad").state == "open"
    book.accept([first.id])
    longer = replace(answer, text="good day to you")
    assert book.rate(conversation.put(longer), longer, "bad").state == "open"


def test_an_empty_correction_takes_it_back(book: FeedbackBook) -> None:
    conversation, answer = exchange("hello", "good day")
    book.rate(conversation, answer, "bad", correction="hello")
    assert book.rate(conversation, answer, "bad", correction=" ").correction is None


def test_a_reason_that_is_none_is_refused_and_nothing_is_written(book: FeedbackBook) -> None:
    conversation, answer = exchange("hello", "good day")
    with pytest.raises(UserError, match="no reason 'wrong' for a good answer"):
        book.rate(conversation, answer, "good", reasons=["wrong"])
    assert book.of([answer.id]) == {}


def test_only_an_answer_can_be_judged(book: FeedbackBook) -> None:
    conversation, _ = exchange("hello", "good day")
    with pytest.raises(UserError, match="only an answer"):
        book.rate(conversation, conversation.path[0], "good")


def test_there_is_a_digit_for_every_reason() -> None:
    assert all(len(reasons) <= 9 for reasons in REASONS.values())


def test_what_is_taken_back_can_be_said_again(book: FeedbackBook) -> None:
    conversation, answer = exchange("hello", "good day")
    entry = book.rate(conversation, answer, "bad", comment="why")
    assert book.take_back(answer.id) == entry and book.of([answer.id]) == {} and book.take_back(answer.id) is None
    book.put_back(entry)
    assert book.of([answer.id])[answer.id] == entry


def test_there_is_one_vote_on_two_answers_whichever_stood_on_the_left(book: FeedbackBook) -> None:
    conversation, left = exchange("hello", "good day")
    conversation, right = another(conversation, "hi", Speaker("health@2"))
    first = book.vote(conversation, left, right, "left")
    assert book.vote(conversation, right, left, "right") == first
    changed = book.vote(conversation, left, right, "tie")
    assert changed.id == first.id and changed.preferred is None and len(book.listed()) == 1
    assert changed.speakers == ("health@1", "health@2")


def test_a_vote_is_about_two_answers_to_one_question(book: FeedbackBook) -> None:
    conversation, left = exchange("hello", "good day")
    conversation, other = exchange("more", "no", conversation)
    with pytest.raises(UserError, match="two answers to one question"):
        book.vote(conversation, left, other, "left")


def test_feedback_outlives_its_conversation(book: FeedbackBook) -> None:
    conversation, answer = exchange("hello", "good day")
    ChatStore(book.database).add(conversation)
    entry = book.rate(conversation, answer, "good")
    with book.database.change() as connection:
        connection.execute("DELETE FROM conversations")
    assert book.find(entry.id) == entry


def test_a_filter_leaves_what_it_names(book: FeedbackBook) -> None:
    good = rated(book, "What is a cold?", "An infection.", "good")
    bad = rated(book, "What is the flu?", "A FEVER.", "bad", accept=False, comment="no")
    conversation, left = exchange("Who are you?", "I am.")
    conversation, right = another(conversation, "Nobody.", Speaker("base"))
    vote = book.vote(conversation, left, right, "left")

    def left_by(**wanted: object) -> set[str]:
        return {each.id for each in book.listed(Filter(**wanted))}  # type: ignore[arg-type]

    assert [each.id for each in book.listed()] == [vote.id, bad.id, good.id]
    assert left_by(assistant="health") == left_by(assistant="health@1") == {good.id, bad.id, vote.id}
    assert left_by(assistant="base") == {vote.id} and left_by(assistant="heal") == set()
    assert left_by(verdict="bad") == {bad.id} and left_by(kind="vote") == {vote.id}
    assert left_by(state="accepted") == {good.id} and left_by(since=bad.created) == {bad.id, vote.id}
    assert left_by(text="a fever") == {bad.id}
    assert book.counts() == {"open": 2, "accepted": 1, "rejected": 0}


def test_a_name_is_found_by_its_end_and_an_ambiguous_one_is_refused(book: FeedbackBook) -> None:
    entry = rated(book, "hello", "good day", "good")
    other = rated(book, "hello", "hi", "good")
    assert book.find(entry.id[-8:]) == entry and book.find(f"feedback-{entry.id}") == entry
    with pytest.raises(TargetError, match="names 2"):
        book.find(entry.id[:4])
    assert other.id[:4] == entry.id[:4]
    with pytest.raises(TargetError, match="there is no feedback"):
        book.find("%")


def test_a_decision_about_several_is_about_all_or_none(book: FeedbackBook) -> None:
    entry = rated(book, "hello", "good day", "good", accept=False)
    with pytest.raises(TargetError):
        book.accept([entry.id, "nobody"])
    assert book.find(entry.id).state == "open"


def test_deciding_twice_keeps_the_time_of_the_first(book: FeedbackBook) -> None:
    entry = rated(book, "hello", "good day", "good", accept=False)
    book.accept([entry.id], note="fine")
    first = book.find(entry.id)
    book.accept([entry.id])
    assert book.find(entry.id) == first and first.reviewed and first.note == "fine"
    book.reopen([entry.id])
    assert book.find(entry.id).reviewed is None


def test_a_reviewer_corrects_without_opening_it_again(book: FeedbackBook) -> None:
    entry = rated(book, "hello", "good day", "bad")
    assert book.correct(entry.id, "hello\n").correction == "hello"
    found = book.find(entry.id)
    assert isinstance(found, Entry) and (found.correction, found.state) == ("hello", "accepted")


def test_text_that_no_file_can_hold_is_kept(book: FeedbackBook) -> None:
    entry = rated(book, "half \ud800 a character", "nul \0 and \x1b[31m", "bad", comment="\ud83d", correction="\x1b]0;x\x07 right")
    assert (entry.asked.question, entry.said.text) == ("half \ud800 a character", "nul \0 and \x1b[31m")
    assert "\x1b" not in (entry.correction or "") and entry.comment == "\ufffd"


WRITER = """
import sys
from pathlib import Path
from assistant.chat.conversation import Conversation
from tests.chat.judged import another, book_in, exchange
book = book_in(Path(sys.argv[1]))
for number in range(20):
    entry = book.rate(*exchange(f"{sys.argv[2]} {number}", "an answer"), "good")
    book.accept([entry.id])
"""


def test_two_programs_at_once_lose_nothing(book: FeedbackBook, tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name], stderr=subprocess.PIPE, text=True) for name in ("one", "two")]
    for writer in writers:
        assert writer.wait(60) == 0, writer.stderr and writer.stderr.read()
    assert len(book.listed(Filter(state="accepted"))) == 40


def test_votes_are_decided_about_like_ratings(book: FeedbackBook) -> None:
    conversation, left = exchange("hello", "good day", Conversation())
    conversation, right = another(conversation, "hi")
    vote = book.vote(conversation, left, right, "left")
    book.accept([vote.id])
    found = book.find(vote.id)
    assert isinstance(found, Vote) and found.state == "accepted"
    with pytest.raises(UserError, match="no answer to correct"):
        book.correct(vote.id, "text")
