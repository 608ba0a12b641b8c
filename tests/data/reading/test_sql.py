"""Rows of a query: what is given, what is refused, and what is never shown."""

from __future__ import annotations

import datetime
import decimal
import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.core.errors import DataError
from assistant.core.recipe_data import SqlQuery
from assistant.data.problems import Problem
from assistant.data.reading.sql import cell_of, one_select, sql_rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "tickets.db") as database:
        database.execute("CREATE TABLE faq (question TEXT, answer TEXT, score REAL)")
        database.executemany("INSERT INTO faq VALUES (?, ?, ?)", [("Why 100%?", "So.", 1.5), ("How?", b"\xff\x00", None)])
    return tmp_path


def read(folder: Path, query: str, url: str = "sqlite:///tickets.db") -> list[Any]:
    return list(sql_rows(SqlQuery(url=url, query=query, name="tickets"), folder))


def refused(folder: Path, query: str = "SELECT 1", url: str = "sqlite:///tickets.db") -> str:
    with pytest.raises(DataError) as caught:
        read(folder, query, url)
    assert len(str(caught.value).splitlines()) == 2
    assert caught.value.what.startswith("tickets: ")
    return str(caught.value)


def test_rows_have_the_names_of_the_columns_and_are_numbered(folder: Path) -> None:
    assert read(folder, "SELECT question, answer AS reply, score FROM faq WHERE question LIKE '%?' AND ':x' <> ';' -- all; of them\n;\n") == [
        (1, {"question": "Why 100%?", "reply": "So.", "score": 1.5}),
        (2, {"question": "How?", "reply": "ff00", "score": None}),
    ]


def test_rows_are_read_as_they_come(folder: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    rows = sql_rows(SqlQuery(url="sqlite:///tickets.db", query=endless), folder)
    assert [next(rows) for _ in range(2000)][-1] == (2000, {"i": 2000})
    rows.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "query",
    ["DELETE FROM faq", "DROP TABLE faq", "SELECT 1; DELETE FROM faq", "WITH x AS (SELECT 1) DELETE FROM faq",
     "PRAGMA user_version = 5", "ATTACH 'x.db' AS x",
     "/* SELECT */ DELETE FROM faq", "-- SELECT\nDELETE FROM faq", "", ";", "-- only", "SELECT '\0'", "SELECT * FROM none",
     "SELECT FROM", "SELECT 1 a, 2 a"],
)  # fmt: skip
def test_anything_but_one_select_that_works_is_refused_and_changes_nothing(folder: Path, query: str) -> None:
    before = (folder / "tickets.db").read_bytes()
    refused(folder, query)
    assert (folder / "tickets.db").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["tickets.db"]


def test_semicolons_inside_of_texts_and_comments_end_nothing() -> None:
    for query in ("SELECT ';'", 'SELECT ";" FROM x', "SELECT 1 /* ; */ + 1", "SELECT 'it''s;'", "(SELECT 1)", "SELECT $$;$$", "select 1 -- ;\n"):
        assert one_select(SqlQuery(url="x", query=query)) == query.strip()


def test_bytes_that_are_no_utf8_do_not_end_the_reading(folder: Path) -> None:
    [(_, row)] = read(folder, "SELECT CAST(x'ff61' AS TEXT) AS a")
    assert row == {"a": "\udcffa"}


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///none.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:tickets.db?uri=true",
        "nonsense",
        "",
        "nope://x",
        "postgresql://a:b@c:port/d",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(folder: Path, url: str) -> None:
    refused(folder, url=url)
    assert [path.name for path in folder.iterdir()] == ["tickets.db"]


def test_a_file_that_is_no_database_is_refused(folder: Path) -> None:
    (folder / "a.db").write_bytes(b"not a database, but long enough to look like one" * 50)
    assert "not a database" in refused(folder, "SELECT * FROM x", "sqlite:///a.db")


def test_signs_of_an_address_in_a_name_are_part_of_the_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKETS_FILE", "a?mode=rwc#b%20.db")
    (folder / "tickets.db").rename(folder / "a?mode=rwc#b%20.db")
    assert len(read(folder, "SELECT * FROM faq", "sqlite:///$TICKETS_FILE")) == 2


def test_variables_of_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKETS_FILE", "tickets.db")
    monkeypatch.setenv("TICKETS_URL", "sqlite:///tickets.db")
    assert read(folder, "SELECT 1 AS a", "sqlite:///$TICKETS_FILE") == read(folder, "SELECT 1 AS a", "$TICKETS_URL") == [(1, {"a": 1})]
    monkeypatch.delenv("TICKETS_FILE")
    assert "TICKETS_FILE" in refused(folder, url="sqlite:///${TICKETS_FILE}")


def test_a_missing_driver_is_named_and_a_password_never(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TICKETS_PASSWORD", "p@ss/w:rd")
    for url, package in (("mysql+pymysql://bob:$TICKETS_PASSWORD@localhost/x", "pymysql"), ("oracle+oracledb://bob:hunter2@localhost/x", "oracledb")):
        said = refused(folder, url=url)
        assert f"pip install {package}" in said
        assert "p@ss" not in said and "hunter2" not in said


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (decimal.Decimal("1E+3"), "1000"),
        (decimal.Decimal("1.10"), "1.10"),
        (datetime.date(2024, 5, 1), "2024-05-01"),
        (datetime.datetime(2024, 5, 1, 10, 30), "2024-05-01T10:30:00"),
        (datetime.timedelta(seconds=5), "0:00:05"),
        (b"text", "text"),
        (memoryview(b"\xff"), "ff"),
        ({"a": [decimal.Decimal(1), b"x"]}, {"a": ["1", "x"]}),
        (None, None),
        (True, True),
    ],
)
def test_cells(value: Any, cell: Any) -> None:
    assert cell_of(value) == cell


def test_a_cell_larger_than_a_row_is_refused_before_it_is_there(folder: Path) -> None:
    assert "string or blob too big" in refused(folder, "SELECT 'q' AS question, zeroblob(500000000) AS answer")
    (found,) = read(folder, "SELECT 'q' AS question, hex(zeroblob(8000000)) AS answer")
    assert isinstance(found, Problem) and found.kind == "row too long"


def test_a_query_without_end_can_be_interrupted(folder: Path) -> None:
    endless = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT i AS question, i AS answer FROM c WHERE i < 0"
    (folder / "recipe.yaml").write_text(json.dumps({"name": "x", "data": {"sql": [{"url": "sqlite:///tickets.db", "query": endless}]}}))
    process = subprocess.Popen([sys.executable, "-m", "assistant", "data", "check", str(folder)], stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130 and "Traceback" not in said
