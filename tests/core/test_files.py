"""A file or folder is whole or absent: when writing fails, is interrupted, or has no room."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.core import files
from assistant.core.errors import UserError

TOO_MUCH = "x" * (2 * 2**20)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_folder_appears_when_its_block_ends_well(tmp_path: Path) -> None:
    with files.whole_folder(tmp_path / "deep" / "v1") as working:
        (working / "a").write_text("1")
        assert not (tmp_path / "deep" / "v1").exists()
    assert (tmp_path / "deep" / "v1" / "a").read_text() == "1"
    assert names_in(tmp_path / "deep") == {"v1"}


def test_a_folder_whose_block_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), files.whole_folder(tmp_path / "v1") as working:
        (working / "a").write_text("1")
        raise ZeroDivisionError
    assert names_in(tmp_path) == set()


@pytest.mark.parametrize("content", [{}, {"mine": "1"}])
def test_a_folder_that_came_to_exist_meanwhile_is_not_touched(tmp_path: Path, content: dict[str, str]) -> None:
    with pytest.raises(FileExistsError), files.whole_folder(tmp_path / "v1") as working:
        (working / "a").write_text("other")
        (tmp_path / "v1").mkdir()
        for name, text in content.items():
            (tmp_path / "v1" / name).write_text(text)
    assert names_in(tmp_path) == {"v1"}
    assert names_in(tmp_path / "v1") == set(content)


def test_an_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    files.write_text(path, "old")

    def rows() -> Iterator[dict[str, object]]:
        yield {"a": 1}
        assert path.read_text() == "old"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        files.write_jsonl(path, rows())
    assert path.read_text() == "old"
    assert names_in(tmp_path) == {"a.jsonl"}


def test_text_that_no_file_can_hold_leaves_the_old_file(tmp_path: Path) -> None:
    files.write_text(tmp_path / "a", "old")
    with pytest.raises(UnicodeEncodeError):
        files.write_text(tmp_path / "a", "half a character: \ud83d")
    assert (tmp_path / "a").read_text() == "old"
    assert names_in(tmp_path) == {"a"}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    rows = [{"text": "line\u2028separator, é, \n"}, {"none": None}]
    files.write_jsonl(tmp_path / "a.jsonl", iter(rows))
    files.write_json(tmp_path / "a.json", rows)
    assert files.read_jsonl(tmp_path / "a.jsonl") == rows == files.read_json(tmp_path / "a.json")


def test_equal_values_give_equal_bytes(tmp_path: Path) -> None:
    files.write_json(tmp_path / "a", {"x": 1, "y": 2})
    files.write_json(tmp_path / "b", {"y": 2, "x": 1})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_have_is_never_written(tmp_path: Path, number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        files.write_json(tmp_path / "a", {"x": number})
    assert names_in(tmp_path) == set()


def test_who_reads_the_old_file_reads_it_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    files.write_json(path, "old")
    with path.open() as reader:
        files.write_json(path, "new")
        assert json.load(reader) == "old"
    assert files.read_json(path) == "new"


def a_dead_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_what_a_dead_process_left_is_swept_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    dead, alive = a_dead_process(), os.getpid()
    (tmp_path / f".unfinished-v1-{dead}-abc").mkdir()
    (tmp_path / f".unfinished-v1-{dead}-abc" / "a").write_text("half")
    (tmp_path / f".unfinished-a-b.json-{dead}-abc").write_text("half")
    (tmp_path / ".unfinished-strange").write_text("?")
    (tmp_path / f".unfinished-v2-{alive}-abc").mkdir()
    (tmp_path / "v0").mkdir()
    files.sweep_unfinished(tmp_path)
    assert names_in(tmp_path) == {f".unfinished-v2-{alive}-abc", "v0"}


def test_writing_anew_sweeps_what_was_left_of_the_same_and_of_nothing_else(tmp_path: Path) -> None:
    dead = a_dead_process()
    (tmp_path / f".unfinished-a.json-{dead}-abc").write_text("half")
    (tmp_path / f".unfinished-b.json-{dead}-abc").write_text("half")
    files.write_json(tmp_path / "a.json", 1)
    assert names_in(tmp_path) == {"a.json", f".unfinished-b.json-{dead}-abc"}


def test_sweeping_where_nothing_is_does_nothing(tmp_path: Path) -> None:
    files.sweep_unfinished(tmp_path / "nowhere")


def test_a_file_in_the_way_of_a_folder_is_an_error_of_two_lines(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file" / "a.json", tmp_path / "file" / "deep" / "a.json"):
        with pytest.raises(UserError, match="a file stands in its way\nMove that file"):
            files.write_json(path, 1)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no space left on the disk while writing"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "the disk quota is used up while writing"),
        (OSError(errno.EFBIG, "File too large"), "the largest allowed file size is reached while writing"),
        (RuntimeError('Error: Io(Os { code: 28, message: "No space left on device" })'), "no space left on the disk while writing"),
        (PermissionError(errno.EACCES, "Permission denied", "/there/a"), "may not write /there/a"),
        (OSError(errno.EROFS, "Read-only file system"), "may not write"),
    ],
)
def test_what_a_disk_refuses_is_an_error_of_two_lines(error: Exception, says: str) -> None:
    with pytest.raises(UserError) as caught, files.readable_disk_errors(Path("v1/.unfinished-model.bin-12-abc")):
        raise error
    assert says in caught.value.what
    assert ".unfinished" not in caught.value.what
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("error", [KeyError("x"), OSError(errno.EIO, "Input/output error"), UserError("a", "b")])
def test_another_error_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, files.readable_disk_errors(Path("a")):
        raise error
    assert caught.value is error


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True, timeout=20)
    except FileNotFoundError:
        pytest.skip("no mount command here")
    if mounted.returncode:
        pytest.skip(f"may not mount a file system: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True, timeout=20)


def test_a_full_disk_leaves_the_old_file_and_no_new_one(small_disk: Path) -> None:
    path = small_disk / "a.json"
    files.write_json(path, "old")
    with pytest.raises(UserError, match=r"no space left on the disk while writing .*a\.json; nothing was changed"):
        files.write_json(path, TOO_MUCH)
    assert files.read_json(path) == "old"
    assert names_in(small_disk) == {"a.json"}


def test_a_full_disk_leaves_the_last_good_folder_and_no_other(small_disk: Path) -> None:
    with files.whole_folder(small_disk / "1") as working:
        files.write_json(working / "a.json", "good")
    with pytest.raises(UserError) as caught, files.whole_folder(small_disk / "2") as working:
        files.write_json(working / "a.json", "small")
        files.write_json(working / "b.json", TOO_MUCH)
    assert "no space left on the disk" in caught.value.what
    assert ".unfinished" not in caught.value.what
    assert names_in(small_disk) == {"1"}
    assert files.read_json(small_disk / "1" / "a.json") == "good"


def test_after_some_room_is_made_the_same_can_be_written(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(b"x" * 900_000)
    with pytest.raises(UserError):
        files.write_text(small_disk / "a", "x" * 500_000)
    (small_disk / "ballast").unlink()
    files.write_text(small_disk / "a", "x" * 500_000)
    assert (small_disk / "a").stat().st_size == 500_000


def test_texts_that_belong_together_are_written_all_or_none(small_disk: Path) -> None:
    paths = [small_disk / name for name in ("a.md", "b.html", "c.json")]
    files.write_texts(dict.fromkeys(paths, "old"))
    with pytest.raises(UserError, match="no space left on the disk"):
        files.write_texts(dict(zip(paths, ("new", TOO_MUCH, "new"), strict=True)))
    assert [path.read_text() for path in paths] == ["old"] * 3 and names_in(small_disk) == {"a.md", "b.html", "c.json"}
