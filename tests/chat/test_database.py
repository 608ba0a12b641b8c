"""The file of conversations: who may use it, what it refuses, and that it refuses in two lines."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.chat.database import STEPS, Database
from assistant.core.errors import DataError, UserError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "chats.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    opened = Database(file, busy_s=0.05)
    yield opened
    opened.close()


def put(database: Database, name: str, title: str = "") -> None:
    with database.change() as connection:
        connection.execute(
            "INSERT INTO conversations (id, title, assistant, settings, pinned, created, changed) VALUES (?, ?, '', '{}', 0, 0, 0)", (name, title)
        )


def names(database: Database) -> list[str]:
    return [row["id"] for row in database.rows("SELECT id FROM conversations ORDER BY id")]


def test_nobody_else_may_read_it(database: Database) -> None:
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600


def test_a_change_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.change() as connection:
        connection.execute("INSERT INTO exported (entry, kind, file, created, example, asked) VALUES ('e', 'k', 'f', 0, '', '')")
        raise ZeroDivisionError
    assert database.rows("SELECT * FROM exported") == []
    put(database, "after")


def test_reading_does_not_wait_for_writing(database: Database) -> None:
    import threading

    read: list[list[str]] = []
    with database.change() as connection:
        connection.execute("INSERT INTO exported (entry, kind, file, created, example, asked) VALUES ('e', 'k', 'f', 0, '', '')")
        reader = threading.Thread(target=lambda: read.append(names(database)))
        reader.start()
        reader.join(10)
        assert read == [[]]
        assert len(database.rows("SELECT * FROM exported")) == 1, "who writes sees what was written"


@pytest.mark.parametrize(
    "text", ["\0", "a\0b", "\ud800", "x\udfff\ud83d", "\U0010ffff", "\U0010ffffd800", "\U0010ffff\0ffff", "plain", ""], ids=ascii
)
def test_any_text_comes_back_as_it_was(database: Database, text: str) -> None:
    put(database, "c", text)
    assert database.rows("SELECT title FROM conversations WHERE title = ?", (text,))[0]["title"] == text


def test_a_file_that_is_none_is_refused_and_left_alone(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"These are my notes. " * 100)
    with pytest.raises(DataError, match="cannot be read as conversations"):
        Database(file)
    assert file.read_bytes() == b"These are my notes. " * 100


def test_another_programs_database_is_refused_and_left_alone(file: Path) -> None:
    file.parent.mkdir()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE songs (name)")
    other.close()
    with pytest.raises(DataError, match="another program"):
        Database(file)


def test_a_newer_file_is_refused(file: Path, database: Database) -> None:
    with database.change() as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    with pytest.raises(DataError, match="newer version"):
        Database(file)


def test_a_damaged_file_is_told_in_two_lines(file: Path, database: Database) -> None:
    for number in range(2000):
        if number % 500 == 0:
            put(database, f"{number}", "word " * 2000)
    database.close()
    content = bytearray(file.read_bytes())
    content[4096 * 2 :] = b"\x5a" * (len(content) - 4096 * 2)
    file.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read as conversations"):
        damaged = Database(file)
        damaged.rows("SELECT * FROM conversations, turns")
        damaged.rows("SELECT title FROM conversations")


def test_a_file_that_another_program_keeps_is_told_in_two_lines(file: Path, database: Database) -> None:
    other = Database(file)
    with other.change(), pytest.raises(UserError, match="another program"):
        put(database, "c")
    put(database, "c")
    assert names(other) == ["c"]
    other.close()


def test_a_full_disk_is_told_in_two_lines_and_costs_nothing_that_was_there(database: Database) -> None:
    put(database, "before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = Path(f"{database.path}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, hard))
    try:
        with pytest.raises(UserError, match="cannot be written"):
            put(database, "too much", "words " * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    put(database, "after")
    assert names(database) == ["after", "before"]


def test_a_file_that_may_not_be_written_is_told_in_two_lines(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everything: what the system would answer others is put in its place.
    monkeypatch.setattr("assistant.chat.database.os.access", lambda path, mode: False)
    with pytest.raises(UserError, match="may not write"):
        Database(file)


def test_a_folder_in_its_place_is_told_in_two_lines(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(UserError, match="may not write"):
        Database(file)


def test_a_workspace_that_is_removed_meanwhile_is_told_in_two_lines(database: Database) -> None:
    shutil.rmtree(database.path.parent)
    with pytest.raises(UserError, match="is gone"):
        put(database, "c")
    with pytest.raises(UserError, match="is gone"):
        names(database)
    assert not database.path.parent.exists()


def test_a_file_that_is_replaced_meanwhile_is_told_in_two_lines_until_it_is_put_back(database: Database) -> None:
    put(database, "before")
    aside = database.path.with_name("aside.db")
    database.path.rename(aside)
    database.path.write_bytes(b"")
    with pytest.raises(UserError, match="was replaced"):
        put(database, "lost")
    assert database.path.read_bytes() == b""
    aside.rename(database.path)
    put(database, "after")
    assert names(database) == ["after", "before"]
