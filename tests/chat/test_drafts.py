"""What was written and not sent: who has it, and that nothing takes it away but its being sent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.chat.drafts import Drafts
from assistant.core.home import Home

WRITER = """
import os, sys, time
from pathlib import Path
from assistant.chat.drafts import Drafts
from assistant.core.home import Home
# In a container every program has the same number.
os.getpid = lambda: int(sys.argv[2])
drafts = Drafts(Home(Path(sys.argv[1])))
drafts.keep("half a thought")
print("kept", flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(home: Home) -> Path:
    made = home.root / "drafts"
    made.mkdir(parents=True)
    return made


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.txt"))


def test_a_draft_of_a_killed_program_is_taken_up_once_though_all_have_the_same_number(home: Home, folder: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(home.root), str(os.getpid())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "kept\n"
        mine = Drafts(home)
        assert mine.recovered() == "", "its program lives"
        mine.keep("")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert mine.recovered() == mine.text == "half a thought"
    assert Drafts(home).recovered() == "", "it is mine by now"
    assert len(files(folder)) == 1


def test_what_is_sent_is_no_draft_any_more_and_takes_no_other_with_it(home: Home, folder: Path) -> None:
    other, mine = Drafts(home), Drafts(home)
    other.keep("theirs")
    mine.keep("mine")
    mine.keep("")
    del other
    assert (mine.recovered(), len(files(folder))) == ("theirs", 1)


def test_what_was_taken_up_and_not_sent_is_taken_up_again(home: Home, folder: Path) -> None:
    Drafts(home).keep("half a thought")
    Drafts(home).recovered()
    assert Drafts(home).recovered() == "half a thought"


def test_the_draft_of_a_program_that_writes_already_stays_its_own(home: Home, folder: Path) -> None:
    Drafts(home).keep("theirs")
    mine = Drafts(home)
    mine.keep("mine")
    assert mine.recovered() == ""
    assert sorted((folder / name).read_text() for name in files(folder)) == ["mine", "theirs"]


@pytest.mark.parametrize("number", [os.getpid(), 2**62], ids=["of this process", "of none"])
def test_a_draft_of_an_older_version_is_taken_up(home: Home, folder: Path, number: int) -> None:
    (folder / f"{number}.txt").write_text("of before")
    assert Drafts(home).recovered() == "of before"


def test_a_draft_of_an_older_version_that_still_runs_is_left_to_it(home: Home, folder: Path) -> None:
    (folder / f"{os.getppid()}.txt").write_text("theirs")
    assert Drafts(home).recovered() == ""


ODD = {"\u00b2.txt": b"raised", "notes.txt": b"notes", "-1.txt": b"below", "0.txt": b"none", f"{2**62}.txt": b"\xff\xfe", f"{'9' * 100}.txt": b"long"}


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_what_is_no_draft_is_left_alone(home: Home, folder: Path, name: str) -> None:
    (folder / name).write_bytes(ODD[name])
    Drafts(home).keep("half a thought")
    drafts = Drafts(home)
    assert drafts.recovered() == "half a thought"
    drafts.keep("")
    assert Drafts(home).recovered() == ""
    assert (folder / name).read_bytes() == ODD[name]


def test_locks_of_programs_that_are_gone_do_not_pile_up(home: Home, folder: Path) -> None:
    for _ in range(3):
        drafts = Drafts(home)
        drafts.keep("half a thought")
        drafts.keep("")
    del drafts
    assert len([*folder.glob("*.lock")]) == 3
    Drafts(home).recovered()
    assert list(folder.iterdir()) == []


def test_a_disk_that_refuses_stops_nobody_from_writing(home: Home) -> None:
    home.root.mkdir(parents=True, exist_ok=True)
    (home.root / "drafts").write_text("a file in its way")
    drafts = Drafts(home)
    drafts.keep("half a thought")
    assert (drafts.recovered(), drafts.text) == ("", "")
