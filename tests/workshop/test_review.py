"""Rows are read the worst first; what is decided is on the disk at once, applies to the text it is about, and can be taken back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.data.decisions import read_decisions
from assistant.workshop.review import SHOWN_CHARACTERS, DataQueue, Row
from tests.workshop.rows_to_review import example, row, rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "decisions.jsonl"


def states(queue: DataQueue) -> dict[str, str]:
    return {item.id: item.state for item in queue.items()}


def part(queue: DataQueue, name: str, heading: str) -> str:
    return dict(queue.item(name).parts)[heading]


def test_the_worst_come_first_and_rows_without_findings_do_not_come(file: Path) -> None:
    assert list(states(DataQueue(rows(), file))) == ["worst", "bad", "cleaned", "noted"]


def test_all_there_is_to_know_of_a_row_is_shown(file: Path) -> None:
    queue = DataQueue(rows(), file)
    assert part(queue, "bad", "what is wrong") == "error  missing: about bad\nwarning  language: about bad"
    assert part(queue, "cleaned", "question before cleaning") == "Q. Why?"
    assert part(queue, "bad", "where it is from") == "faq.csv:7\nrow bad\ngroup colds\nkind illness"
    assert "question before cleaning" not in dict(queue.item("bad").parts)
    assert queue.item("bad").title == "!! missing, language: What is a cold?"


def test_decisions_are_on_the_disk_at_once_and_a_new_queue_goes_on_from_them(file: Path) -> None:
    queue = DataQueue(rows(), file)
    queue.accept("worst")
    queue.reject("bad")
    queue.correct("noted", "A mild infection.")
    assert states(DataQueue(rows(), file)) == {"worst": "accepted", "bad": "rejected", "cleaned": "open", "noted": "accepted"}
    decisions = read_decisions(file)
    made = {each.example.id: decisions.apply(each.example) for each in rows()}
    assert made["worst"].is_exempt
    assert made["bad"].example is None
    assert made["noted"].example is not None and made["noted"].example.answers == ("A mild infection.",)
    assert made["cleaned"].decision is None


def test_question_and_answer_are_edited_apart_and_accepting_keeps_the_edit(file: Path) -> None:
    queue = DataQueue(rows(), file)
    queue.correct("bad", "A virus.")
    queue.reword("bad", "What is it?")
    queue.accept("bad")
    assert (queue.item("bad").correction, queue.item("bad").wording) == ("A virus.", "What is it?")
    assert part(queue, "bad", "answer, edited") == "A virus."
    assert part(queue, "bad", "answer as it was") == "An infection."
    queue.correct("bad", "")
    assert part(queue, "bad", "answer") == "An infection."
    assert queue.item("bad").state == "accepted"
    queue.reword("bad", "What is a cold?")
    assert queue.item("bad").state == "open"
    assert read_decisions(file).latest == {}


def test_each_decision_can_be_taken_back_in_turn(file: Path) -> None:
    queue = DataQueue(rows(), file)
    queue.correct("bad", "A virus.")
    queue.reject("bad")
    queue.accept("worst")
    assert [queue.undo(), queue.item("worst").state] == ["worst", "open"]
    assert [queue.undo(), queue.item("bad").state, queue.item("bad").correction] == ["bad", "accepted", "A virus."]
    assert [queue.undo(), queue.item("bad").state, queue.undo()] == ["bad", "open", None]
    assert set(states(DataQueue(rows(), file)).values()) == {"open"}


def test_a_row_whose_text_has_changed_is_open_again(file: Path) -> None:
    DataQueue([row("a", ("toxic", "error"))], file).reject("a")
    assert states(DataQueue([row("a", ("toxic", "error"))], file)) == {"a": "rejected"}
    assert states(DataQueue([row("a", ("toxic", "error"), answer="Another one.")], file)) == {"a": "open"}


def test_two_rows_of_one_id_are_two_items_with_decisions_of_their_own(file: Path) -> None:
    twins = [row("a", ("toxic", "error")), row("a", ("toxic", "error"), answer="Other."), row("a (2)", ("toxic", "error"))]
    queue = DataQueue(twins, file)
    names = list(states(queue))
    assert len(set(names)) == 3
    queue.reject(names[0])
    assert list(states(DataQueue(twins, file)).values()) == ["rejected", "open", "open"]


def test_a_long_text_is_shown_in_part_and_edited_whole(file: Path) -> None:
    long = "word " * 10_000
    queue = DataQueue([Row(example("a", answer=long), row("a", ("too_long", "warning")).findings)], file)
    assert part(queue, "a", "answer").endswith(f"({len(long) - SHOWN_CHARACTERS} more characters are not shown)")
    assert queue.item("a").correction == long


def test_ten_thousand_rows_are_there_within_a_second(file: Path) -> None:
    many = [row(f"row {number}", ("truncated", "warning"), answer="word " * 100) for number in range(10_000)]
    began = time.process_time()
    assert len(DataQueue(many, file).items()) == 10_000
    assert time.process_time() - began < 1
