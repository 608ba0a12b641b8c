"""A process that is killed (SIGKILL) in the middle of a save: a real process, really killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.core import files

HALF_A_FOLDER = """
import sys, time
from pathlib import Path
from assistant.core.files import whole_folder, write_json
with whole_folder(Path(sys.argv[1]) / "2") as working:
    write_json(working / "a.json", "half")
    (working / "b.bin").open("wb").write(b"half a file")
    print("writing", flush=True)
    time.sleep(60)
"""

HALF_A_FILE = """
import sys, time
from pathlib import Path
from assistant.core.files import write_jsonl
def rows():
    for number in range(1000):
        yield {"n": number, "text": "x" * 1000}
    print("writing", flush=True)
    time.sleep(60)
write_jsonl(Path(sys.argv[1]) / "a.jsonl", rows())
"""


def kill_while(code: str, folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "writing\n"
        finally:
            process.kill()
        assert process.wait(20) == -9


def unfinished(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(files.UNFINISHED)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with files.whole_folder(tmp_path / "1") as working:
        files.write_json(working / "a.json", "good")
    files.write_jsonl(tmp_path / "a.jsonl", [{"n": "good"}])
    return tmp_path


def test_a_folder_half_written_does_not_look_like_a_finished_one(folder: Path) -> None:
    kill_while(HALF_A_FOLDER, folder)
    assert len(unfinished(folder)) == 1
    assert sorted(path.name for path in folder.iterdir() if not path.name.startswith(".")) == ["1", "a.jsonl"]
    assert files.read_json(folder / "1" / "a.json") == "good"


def test_a_file_half_written_leaves_the_last_good_one(folder: Path) -> None:
    kill_while(HALF_A_FILE, folder)
    assert len(unfinished(folder)) == 1
    assert files.read_jsonl(folder / "a.jsonl") == [{"n": "good"}]


def test_the_next_save_takes_the_place_and_leaves_nothing_of_the_killed_one(folder: Path) -> None:
    kill_while(HALF_A_FOLDER, folder)
    with files.whole_folder(folder / "2") as working:
        files.write_json(working / "a.json", "whole")
    assert files.read_json(folder / "2" / "a.json") == "whole"
    assert not (folder / "2" / "b.bin").exists()
    assert unfinished(folder) == []
