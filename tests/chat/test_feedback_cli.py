"""`assistant feedback`, by the public command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.chat.feedback import FeedbackBook
from tests.chat.judged import book_in, rated
from tests.conftest import write_recipe


@pytest.fixture
def book(tmp_path: Path) -> FeedbackBook:
    return book_in(tmp_path)


def feedback(folder: Path, *words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant", "feedback", *words, "--home", str(folder / "home")]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)


def test_feedback_is_read_corrected_accepted_and_exported(book: FeedbackBook, tmp_path: Path) -> None:
    entry = rated(book, "What is the \x1b[31mflu?", "A plant.", "bad", accept=False, reasons=["wrong"])
    write_recipe(tmp_path / "recipe", "smollm2-135m")
    name = entry.id[-8:]
    assert feedback(tmp_path, "correct", name, text="A disease.\n").returncode == 0
    assert feedback(tmp_path, "accept", name, "--note", "checked").stdout == f"{entry.id} is accepted.\n"
    shown = feedback(tmp_path, "show", name).stdout
    assert "A disease." in shown and "checked" in shown and "wrong: What it says is not right" in shown and "\x1b" not in shown
    file = tmp_path / "f.jsonl"
    done = feedback(tmp_path, "export", "training", str(file), "--recipe", str(tmp_path / "recipe"))
    assert done.returncode == 0 and "1 row for training" in done.stdout, done.stderr
    assert json.loads(file.read_text())["id"] == f"feedback-{entry.id}"
    listed = json.loads(feedback(tmp_path, "list", "--verdict", "bad", "--json").stdout)
    assert [(each["id"], each["outcome"]["exports"][0]["kind"]) for each in listed] == [(entry.id, "training")]
    assert "exported for training: f.jsonl" in feedback(tmp_path, "list").stdout
    again = feedback(tmp_path, "export", "training", str(tmp_path / "g.jsonl"), "--new", "--recipe", str(tmp_path / "recipe"))
    assert again.returncode == 2 and "no feedback that was accepted is meant" in again.stderr
    assert f"stands in {file} already" in feedback(tmp_path, "reject", name).stderr


WRONG = {
    "show nobody": ("there is no feedback nobody", "show", "nobody"),
    "a state that is none": ("--state is 'done'", "list", "--state", "done"),
    "a time that is none": ("--since is 'soon'", "list", "--since", "soon"),
    "an export that is none": ("nothing is exported as 'csv'", "export", "csv", "f.jsonl"),
    "nothing to export": ("no feedback that was accepted", "export", "training", "f.jsonl"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_in_two_lines(tmp_path: Path, case: str) -> None:
    told, *words = WRONG[case]
    done = feedback(tmp_path, *words)
    assert done.returncode == 2 and told in done.stderr and len(done.stderr.strip().splitlines()) == 2 and done.stdout == ""


def test_an_empty_pipe_takes_no_correction_back(book: FeedbackBook, tmp_path: Path) -> None:
    entry = rated(book, "hello", "good day", "bad", correction="hello")
    assert "no correction came" in feedback(tmp_path, "correct", entry.id, text="").stderr
    assert feedback(tmp_path, "correct", entry.id, "--text", "").returncode == 0
    found = book.find(entry.id)
    assert getattr(found, "correction", "") is None
