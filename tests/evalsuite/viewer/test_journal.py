"""Decisions last: they are on the disk before they are shown, and a crash costs no more than the one it cut short."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import DataError, read_jsonl
from evalsuite.viewer.journal import Decision, Journal


def test_decisions_are_played_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    assert journal.toggle("q1", "review") and journal.toggle("q1", "training") and not journal.toggle("q1", "review")
    journal.correct("q2", "Rest\u2028and water.")
    again = Journal(tmp_path)
    assert again.decisions == {"q1": Decision(frozenset({"training"})), "q2": Decision(answer="Rest\u2028and water.")} == journal.decisions
    again.correct("q2", None)
    assert Journal(tmp_path).of("q2") == Decision()
    assert [row["action"] for row in read_jsonl(journal.path)] == ["review", "training", "review", "correct", "correct"]


def test_a_line_that_was_cut_short_is_as_if_never_written(tmp_path: Path) -> None:
    Journal(tmp_path).toggle("q1", "review")
    path = tmp_path / "decisions.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id": "q2", "action": "rev\xc3')
    journal = Journal(tmp_path)
    assert journal.decisions == {"q1": Decision(frozenset({"review"}))}
    journal.toggle("q3", "review")
    assert set(Journal(tmp_path).decisions) == {"q1", "q3"} and path.read_bytes().startswith(whole)


def test_two_viewers_do_not_lose_each_others_decisions(tmp_path: Path) -> None:
    one, other = Journal(tmp_path), Journal(tmp_path)
    one.toggle("q1", "review")
    other.toggle("q2", "regression")
    assert set(Journal(tmp_path).decisions) == {"q1", "q2"}


@pytest.mark.parametrize(
    "line", ["nonsense", "[]", '{"id": "q1", "action": "sell", "on": true}', '{"id": 3, "action": "review", "on": true}', "\xff"]
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "decisions.jsonl").write_bytes(line.encode("latin-1") + b"\n")
    with pytest.raises(DataError, match=r"decisions\.jsonl"):
        Journal(tmp_path)
