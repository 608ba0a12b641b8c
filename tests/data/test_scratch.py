"""What is remembered while data is sorted out: on disk where it is much, gone afterwards, and two lines where there is no room."""

from __future__ import annotations

import resource
import sqlite3
from pathlib import Path

import pytest

from assistant.core.errors import UserError
from assistant.data.scratch import CACHE_KIB, hash_of, scratch

TWICE_THE_CACHE = 2 * CACHE_KIB * 1024

OPEN_FILES = Path("/proc/self/fd")


def open_files() -> set[str]:
    return {str(path.readlink()) for path in OPEN_FILES.iterdir() if path.is_symlink()}


def fill(database: sqlite3.Connection, size: int) -> None:
    database.execute("CREATE TABLE a (content BLOB)")
    for _ in range(size // 2**16):
        database.execute("INSERT INTO a VALUES (zeroblob(65536))")


def test_what_was_put_in_is_found_also_beyond_the_cache() -> None:
    with scratch() as database:
        fill(database, TWICE_THE_CACHE)
        assert database.execute("SELECT sum(length(content)) FROM a").fetchone() == (TWICE_THE_CACHE,)


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="only Linux names a process's open files")
def test_its_file_has_no_name_that_could_stay_behind() -> None:
    with scratch() as database:
        before = open_files()
        fill(database, TWICE_THE_CACHE)
        (new,) = open_files() - before
    assert new.endswith("(deleted)")


def test_each_database_is_empty_and_ends_with_its_block() -> None:
    with pytest.raises(ZeroDivisionError), scratch() as first:
        fill(first, 2**16)
        raise ZeroDivisionError
    with pytest.raises(sqlite3.ProgrammingError):
        first.execute("SELECT 1")
    with scratch() as second:
        assert second.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_no_room_on_the_disk_is_an_error_of_two_lines_that_names_another_place() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    try:
        with pytest.raises(UserError, match="cannot write the temporary file") as caught, scratch() as database:
            fill(database, TWICE_THE_CACHE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "SQLITE_TMPDIR" in caught.value.todo


def test_a_mistake_in_the_program_is_not_taken_for_a_full_disk() -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), scratch() as database:
        database.execute("SELECT * FROM absent")


def test_a_hash_stands_for_any_text() -> None:
    texts = ["", "a", "A", "\ud800", "\U0001f600", "x" * 10**6]
    assert len({hash_of(text) for text in texts}) == len(texts)
    assert {len(hash_of(text)) for text in texts} == {16}
