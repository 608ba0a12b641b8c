"""Decisions are appended and survive: two writers at once, a kill in mid-line, texts that changed since."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.core.errors import DataError, UserError
from assistant.data.decisions import Decision, append_decision, print_of, read_decisions
from assistant.data.example import Example

ROW = Example("a", "What is a cold?", ("An infection.", "A virus."), "g")


def about(example: Example, verdict: str, **texts: str) -> Decision:
    return Decision(example.id, verdict, print_of(example), **texts)  # type: ignore[arg-type]


def test_the_last_decision_about_a_text_counts(tmp_path: Path) -> None:
    file = tmp_path / "below" / "decisions.jsonl"
    for verdict in ("accept", "reject"):
        append_decision(file, about(ROW, verdict))
    applied = read_decisions(file).apply(ROW)
    assert (applied.example, applied.decision and applied.decision.decision) == (None, "reject")
    append_decision(file, about(ROW, "open"))
    applied = read_decisions(file).apply(ROW)
    assert (applied.example, applied.decision, applied.is_stale) == (ROW, None, False)


def test_an_accepted_row_is_exempt_and_an_edited_one_has_other_texts(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    other = replace(ROW, id="b")
    append_decision(file, about(ROW, "accept"))
    append_decision(file, about(other, "edit", question="What is the cold?", answer="A cold."))
    decisions = read_decisions(file)
    assert decisions.apply(ROW).is_exempt
    edited = decisions.apply(other)
    assert edited.example == replace(other, question="What is the cold?", answers=("A cold.", "A virus."))
    assert not edited.is_exempt
    assert [decision.id for decision in decisions.unmet({("a", print_of(ROW))})] == ["b"]


@pytest.mark.parametrize("change", [{"question": "Who?"}, {"answers": ("An infection.",)}, {"history": ({"role": "user", "content": "Hi"},)}])
def test_a_decision_about_a_text_that_changed_does_not_apply(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "decisions.jsonl"
    append_decision(file, about(ROW, "reject"))
    changed = replace(ROW, **change)  # type: ignore[arg-type]
    applied = read_decisions(file).apply(changed)
    assert (applied.example, applied.decision, applied.is_stale) == (changed, None, True)
    assert read_decisions(file).apply(replace(ROW, tags={"kind": "x"}, group="h")).example is None


def test_where_there_is_no_file_nothing_was_decided(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "none").apply(ROW).example == ROW


@pytest.mark.parametrize("cut", [1, 10, 60])
def test_half_a_line_at_the_end_is_passed_over_and_then_written_over(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "decisions.jsonl"
    append_decision(file, about(ROW, "accept"))
    append_decision(file, about(ROW, "reject"))
    whole = file.read_bytes()
    file.write_bytes(whole[: -1 - cut])
    assert read_decisions(file).apply(ROW).is_exempt
    append_decision(file, about(ROW, "reject"))
    assert read_decisions(file).apply(ROW).example is None
    assert file.read_bytes().count(b"\n") == 2


def test_a_last_line_that_lacks_only_its_end_counts_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    append_decision(file, about(ROW, "reject"))
    file.write_bytes(file.read_bytes()[:-1])
    assert read_decisions(file).apply(ROW).example is None
    append_decision(file, about(replace(ROW, id="b"), "accept"))
    assert len(read_decisions(file).latest) == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "is no decision"),
        (b"[1]", "no JSON object"),
        (b"\xff\xfe", "is no decision"),
        (b"[" * 100_000, "is no decision"),
        (b'{"schema": 2, "id": "a"}', "its schema is 2"),
        (b'{"schema": 1, "id": "a", "decision": "delete", "at": "", "before": ""}', "decision is 'delete'"),
        (b'{"schema": 1, "id": 7, "decision": "open", "at": "", "before": ""}', "id is no text"),
        (b'{"schema": 1, "id": "a", "decision": "open", "at": ""}', "it lacks 'before'"),
        (b'{"schema": 1, "id": "a", "decision": "edit", "at": "", "before": "", "answer": " "}', "edits neither"),
    ],
)
def test_a_line_that_is_no_decision_is_named(tmp_path: Path, line: bytes, why: str) -> None:
    file = tmp_path / "decisions.jsonl"
    append_decision(file, about(ROW, "accept"))
    file.write_bytes(file.read_bytes() + line + b"\n")
    with pytest.raises(DataError, match=why) as raised:
        read_decisions(file)
    assert f"{file}:2" in raised.value.what


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        append_decision(tmp_path, about(ROW, "accept"))
    with pytest.raises(DataError, match="cannot be read"):
        read_decisions(tmp_path)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_what_cannot_be_written_is_told_with_a_way_that_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    file = tmp_path / "decisions.jsonl"
    append_decision(file, about(ROW, "reject"))
    before = file.read_bytes()

    def fail(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(UserError) as caught:
            append_decision(file, about(ROW, "accept"))
    assert "--set data.decisions=FILE" in caught.value.todo and "--home" not in str(caught.value)
    assert file.read_bytes() == before


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    program = (
        "import sys; from pathlib import Path; from assistant.data.decisions import Decision, append_decision\n"
        "for n in range(40): append_decision(Path(sys.argv[1]), Decision(f'{sys.argv[2]}-{n}', 'edit', 'x', answer='word ' * 3000))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(file), str(number)]) for number in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert len(read_decisions(file).latest) == 120


def test_an_id_of_half_a_character_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    row = replace(ROW, id="a\ud800\n")
    append_decision(file, Decision(row.id, "reject", "x"))
    assert list(read_decisions(file).latest) == [(row.id, "x")]


def test_half_a_character_is_no_edit(tmp_path: Path) -> None:
    line = {"schema": 1, "id": "a", "decision": "edit", "answer": "half \ud83d", "at": "2026-01-01T00:00:00+00:00", "before": "x"}
    (tmp_path / "decisions.jsonl").write_text(json.dumps(line) + "\n")
    with pytest.raises(DataError, match=r"decisions\.jsonl:1 is no decision"):
        read_decisions(tmp_path / "decisions.jsonl")
