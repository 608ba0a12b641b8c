"""Conversations of transcripts: who speaks, where one ends, and what is told of those that cannot be used."""

from __future__ import annotations

import time
from typing import Any

import pytest

from assistant.data.problems import Problem
from assistant.data.reading.speakers import is_nobody, known_role, roles_of, said_in
from assistant.data.reading.transcripts import LONGEST_LINE, MOST_LINES, transcript_rows
from tests.data.reading.documents import file, refused, used


def talks(text: str) -> list[list[tuple[str, str]]]:
    return [[(turn["role"], turn["content"]) for turn in row["messages"]] for _, row in used(transcript_rows(file("log.txt", text)))]


HI_HO = [[("user", "Hi"), ("assistant", "Ho")]]


@pytest.mark.parametrize(
    "text",
    [
        "Customer: Hi\nAgent: Ho",
        "CUSTOMER:Hi\nAgent:Ho".replace(":", ": "),
        "Agent (10:32): Ho".join(["Customer (10:31): Hi\n", ""]),
        "[10:31] Anna: Hi\n[10:32] Ben Smith: Ho",
        "(10:31:07 AM) Anna: Hi\n(10:32:07 PM) Ben: Ho",
        "10:31 - Anna: Hi\n10:32 - Ben: Ho",
        "User> Hi\nBot> Ho",
        "12/03/24, 10:32 - Anna: Hi\n12/03/24, 10:33 - Ben: Ho",
        "[12.03.24, 10:32:11] Anna: Hi\n\u200e[12.03.24, 10:32:15] Ben: Ho",
        "2024-03-12T10:32:05Z Anna: Hi\n2024-03-12 10:33 Ben: Ho",
        "[10:31] <anna> Hi\n[10:32] <ben> Ho",
        "**Customer:** Hi\n**Agent:** Ho",
        "Anna (Customer): Hi\nBen (Support): Ho",
        "Anna: Hi\nAgent: Ho",
        "Customer: Hi\r\nBen: Ho\r\n",
        "Q: Hi\nA: Ho",
    ],
)
def test_the_ways_of_writing_a_turn(text: str) -> None:
    assert talks(text) == HI_HO


def test_lines_without_a_speaker_go_on_and_turns_of_one_role_are_one() -> None:
    text = "Customer: My order\nis late.\n\nSee http://x.org: there.\nNote: 5 days.\nAgent: Sorry.\nAgent: Which?\nCustomer: This."
    assert talks(text) == [
        [("user", "My order\nis late.\n\nSee http://x.org: there.\nNote: 5 days."), ("assistant", "Sorry.\nWhich?"), ("user", "This.")]
    ]


@pytest.mark.parametrize("separator", ["---", "=====", "***", "* * *", "Conversation 2", "## Ticket #4711", "--- Chat 7 ---", "[Session: 12]"])
def test_separators_part_conversations(separator: str) -> None:
    assert talks(f"Customer: Hi\nAgent: Ho\n\n{separator}\n\nCustomer: Hi\nAgent: Ho\n") == HI_HO * 2


def test_empty_lines_and_sentences_about_tickets_part_nothing() -> None:
    assert len(talks("Customer: Hi\n\n\n\nticket number please\nAgent: Ho\n\nCustomer: And?\nAgent: Yes")) == 1


def test_each_question_label_begins_a_conversation() -> None:
    assert talks("Q: Hi\nA: Ho\n\nQ: Why?\nA: So.\n\nTruly.") == [*HI_HO, [("user", "Why?"), ("assistant", "So.\n\nTruly.")]]


def test_id_start_and_line_are_kept_and_names_go() -> None:
    text = "Conversation 12\nDate: 2024-03-01\n\nAnna: Hi\nBen: Ho\n---\n[10:31] Anna: Hi\n[10:31] Eve left\n[10:32] Ben: Ho"
    first, second = used(transcript_rows(file("log.txt", text)))
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]
    assert first == (1, {"messages": messages, "id": "12", "started": "2024-03-01"})
    assert second == (7, {"messages": messages, "started": "10:31"})


def test_where_speakers_have_times_a_word_before_a_colon_is_none() -> None:
    assert talks("[10:31] Anna: Hi\nSteps: one\n[10:32] Ben: Ho") == [[("user", "Hi\nSteps: one"), ("assistant", "Ho")]]


def test_events_and_omitted_media_are_no_turns() -> None:
    text = (
        "12/03/24, 10:31 - Messages are encrypted.\n12/03/24, 10:32 - Anna: Hi\n12/03/24, 10:33 - Ben: <Media omitted>\n12/03/24, 10:34 - Ben: Ho\n"
    )
    assert talks(text) == HI_HO
    assert talks("System: chat opened\nCustomer: Hi\nAgent: Ho\nSystem: closed\n") == HI_HO


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Anna: a\nBen: b\nCarl: c", "more than two speakers"),
        ("Customer: a\nBen: b\nCarl: c", "more than two speakers"),
        ("Customer: a\nCustomer: b", "only one speaks"),
        ("nobody says this", "text without a speaker"),
    ],
)
def test_a_conversation_that_cannot_be_used_is_told_with_what_stood_there(text: str, kind: str) -> None:
    good, bad = transcript_rows(file("log.txt", f"Customer: Hi\nAgent: Ho\n---\n{text}\n"))
    assert not isinstance(good, Problem)
    assert isinstance(bad, Problem) and (bad.kind, bad.line, bad.content) == (kind, 4, {"text": text})


def test_a_conversation_without_end_is_left_out_up_to_the_next_separator() -> None:
    text = "Customer: Hi\nAgent: Ho\n" * (MOST_LINES // 2 + 10) + "---\nCustomer: Hi\nAgent: Ho\n"
    bad, good = transcript_rows(file("log.txt", text))
    assert isinstance(bad, Problem) and bad.kind == "conversation too long"
    assert not isinstance(good, Problem) and len(good[1]["messages"]) == 2


@pytest.mark.parametrize(
    ("name", "role"),
    [("Customer", "user"), ("Customer Service", "assistant"), ("Dr. House", "assistant"), ("A", "assistant"),
     ("A. Smith", None), ("Anna", None), ("system", "system")],
)  # fmt: skip
def test_roles_by_name(name: str, role: str | None) -> None:
    assert known_role(name) == role


@pytest.mark.parametrize(("name", "nobody"), [("It is this", True), ("Note", True), ("Step 2", True), ("anna", False), ("Anna van Dyk", False)])
def test_what_is_no_name(name: str, nobody: bool) -> None:
    assert is_nobody(name) == nobody


def test_roles_of_unknown_names_go_by_turns() -> None:
    assert roles_of(["Anna", "Ben", "Anna"]) == {"Anna": "user", "Ben": "assistant"}
    assert roles_of(["Anna", "Customer"]) == {"Anna": "assistant", "Customer": "user"}


@pytest.mark.parametrize("line", ["see http://x.org", "a, b: c", ": x", "10:32", "", "5: x", "<b>: x"])
def test_lines_in_which_nobody_speaks(line: str) -> None:
    said = said_in(line, 1)
    assert (said.name, said.text) == ("", line)


@pytest.mark.parametrize(
    "content",
    ["", "just prose\nand more", "One thing: to say", b"Customer: \xff", b"Customer: \0", "Customer: " + "a" * LONGEST_LINE, "Customer: Hi"],
)
def test_a_text_that_is_no_transcript_is_refused(content: str | bytes) -> None:
    refused(transcript_rows, file("log.txt", content))


@pytest.mark.parametrize(
    "piece", ["a", " ", ":", "a ", "[", "1", "10:32 ", "-", "- ", "#", "\n", "conversation ", "a\u00a0", "<", "A: x\n", "Q: x\n", "\u200e"]
)
def test_hostile_transcripts_are_read_in_linear_time(piece: str) -> None:
    began = time.process_time()
    rows: list[Any] = list(transcript_rows(file("log.txt", f"Customer: Hi\nAgent: Ho\n---\n{piece * (60_000 // len(piece))}")))
    assert rows
    assert time.process_time() - began < 4
