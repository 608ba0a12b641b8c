"""Rows that one SELECT gives, read as they come; the database is only read, and no password is ever shown."""

from __future__ import annotations

import datetime
import decimal
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from assistant.core.errors import DataError
from assistant.core.recipe_data import SqlQuery
from assistant.data.problems import Problem
from assistant.data.reading.rows import Rows
from assistant.data.reading.text_lines import LONGEST_ROW

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

ROWS_HELD = 100
"""Rows that are held at once; of SQLite, which asks nobody over a network, one."""

LONGEST_CELL = 4 * LONGEST_ROW
"""Bytes that SQLite makes one text of, so that `zeroblob(1000000000)` is refused before it is there: as many characters as a row may have."""

STEPS_BETWEEN = 100_000
"""Steps of SQLite's machine after which Python may look whether somebody pressed Ctrl+C; some milliseconds."""

SHOWN = 300
"""Characters of a driver's message that are shown."""

VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
PART = re.compile(
    r"(?P<text>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$)|(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<end>;)|(?P<other>\s+|\w+|.)",
    re.DOTALL,
)

DRIVERS = {
    "postgresql+psycopg": "psycopg[binary]",
    "postgresql+psycopg2": "psycopg2-binary",
    "postgresql+asyncpg": "psycopg[binary], and write postgresql+psycopg://",
    "mysql+pymysql": "pymysql",
    "mysql+mysqldb": "mysqlclient",
    "mariadb+mariadbconnector": "mariadb",
    "mssql+pyodbc": "pyodbc",
    "oracle+oracledb": "oracledb",
}
"""What is to be installed for a database, by its driver's name."""

DEFAULT_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+mysqldb", "mssql": "mssql+pyodbc", "oracle": "oracle+oracledb"}
"""The driver that SQLAlchemy takes where a url names none."""


def sql_rows(query: SqlQuery, folder: Path) -> Rows:
    """The rows of a query; a row's line is its number.

    SQLite is opened for reading alone; PostgreSQL, MySQL and MariaDB get a transaction that may only read. Of other databases the
    rights of the account are what holds.

    Args:
        query: Where, and what is asked.
        folder: Where relative paths of SQLite start: the recipe's folder.

    Raises:
        DataError: The query is more than one SELECT, a variable of the environment is missing, the driver is not there, the database
            cannot be reached, or it refuses the query.
    """
    statement = one_select(query)
    url, secrets = _url(query)
    with _readable_errors(query, url, secrets):
        engine = _engine(query, url, folder)
        try:
            options: dict[str, Any] = {"postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}
            with engine.connect().execution_options(**options) as connection:
                # Without parameters a `%` or a `:` in the query is what it is.
                held = 1 if engine.dialect.name == "sqlite" else ROWS_HELD
                result = connection.exec_driver_sql(statement, execution_options={"stream_results": True, "yield_per": held, "no_parameters": True})
                names = [str(name) for name in result.keys()]  # noqa: SIM118 (it is no dictionary)
                if len(set(names)) < len(names):
                    twice = next(name for name in names if names.count(name) > 1)
                    raise DataError(f"{query.name}: two columns are named `{twice}`", "Name them apart: SELECT a.id AS ticket, b.id AS customer ...")
                for number, cells in enumerate(result, 1):
                    if sum(len(value) for value in cells if isinstance(value, (str, bytes, bytearray, memoryview))) > LONGEST_ROW:
                        yield Problem("row too long", query.name, number, f"more than {LONGEST_ROW} characters")
                    else:
                        yield number, {name: cell_of(value) for name, value in zip(names, cells, strict=True)}
        finally:
            engine.dispose()


def one_select(query: SqlQuery) -> str:
    """The statement of a query, without what ends it.

    Raises:
        DataError: It is none that only reads, or there are several.
    """
    text = query.query.strip()
    if "\0" in text:
        raise DataError(f"{query.name}: the query has a zero byte", "Write one SELECT.")
    words: list[str] = []
    end: int | None = None
    for part in PART.finditer(text):
        if part["end"]:
            end = part.start() if end is None else end
        elif part["text"] or (part["other"] and not part["other"].isspace()):
            if end is not None:
                raise DataError(f"{query.name}: the query has several statements", "Write one SELECT; another query is another entry of data.sql.")
            words.append(part.group().upper())
    opening = next((word for word in words if word != "("), "")
    if opening not in ("SELECT", "WITH"):
        what = f"the query opens with {opening[:40]}" if opening else "the query is empty"
        raise DataError(f"{query.name}: {what}", "Write one SELECT, or WITH ... SELECT: the database is only read.")
    return text[:end]


def cell_of(value: Any) -> Any:
    """What stands in a cell, as JSON can say it: dates as ISO 8601 writes them, decimals without an exponent, bytes as text or hexadecimal."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        content = bytes(value)
        try:
            return content.decode()
        except UnicodeDecodeError:
            return content.hex()
    if isinstance(value, Mapping):
        return {str(key): cell_of(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [cell_of(inner) for inner in value]
    return str(value)


def _url(query: SqlQuery) -> tuple[URL, list[str]]:
    """The address of the database, and what of it must never be shown."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    secrets: list[str] = []

    def filled(text: str) -> str:
        def value(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            if name not in os.environ:
                raise DataError(f"{query.name}: there is no environment variable {name}", f"Set {name}, which data.sql names in its url.")
            secrets.append(os.environ[name])
            return os.environ[name]

        return VARIABLE.sub(value, text)

    todo = "Write it as SQLAlchemy does: sqlite:///tickets.db, postgresql+psycopg://user:$PASSWORD@host/database."
    try:
        # A variable that is the whole address is taken as it stands; one inside of it is a part, whatever signs it has.
        whole = filled(query.url) if query.url.startswith("$") else None
        url = make_url(whole or query.url)
        if whole is None:
            url = url.set(
                username=filled(url.username) if url.username else None,
                password=filled(str(url.password)) if url.password else None,
                host=filled(url.host) if url.host else None,
                database=filled(url.database) if url.database else None,
            )
    except (ArgumentError, ValueError, TypeError):
        raise DataError(f"{query.name}: the url is no address of a database", todo) from None
    if url.password:
        secrets.append(str(url.password))
    return url, secrets


def _engine(query: SqlQuery, url: URL, folder: Path) -> Engine:
    import sqlalchemy
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    if url.get_backend_name() == "sqlite":
        return create_engine("sqlite://", creator=_sqlite(query, url, folder), poolclass=NullPool)
    try:
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    except (sqlalchemy.exc.NoSuchModuleError, ModuleNotFoundError):
        driver = url.drivername if "+" in url.drivername else DEFAULT_DRIVERS.get(url.drivername, "")
        package = DRIVERS.get(driver)
        todo = f"Install it: pip install {package}" if package else "Check the beginning of the url, and install the driver."
        raise DataError(f"{query.name}: there is no driver for {url.drivername} here", todo) from None
    if engine.dialect.name in ("mysql", "mariadb"):
        event.listen(engine, "connect", _only_reading)
    return engine


def _only_reading(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("SET SESSION TRANSACTION READ ONLY")
    cursor.close()


def _sqlite(query: SqlQuery, url: URL, folder: Path) -> Any:
    import sqlite3

    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise DataError(f"{query.name}: the url names no file", "Write sqlite:///tickets.db; the path starts from the recipe's folder.")
    path = folder / url.database
    if not path.is_file():
        raise DataError(f"{query.name}: there is no database {path}", "Check data.sql in the recipe; paths start from the recipe's folder.")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
        # Bytes that are no UTF-8 become half characters, which are told of their row alone.
        connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL)
        connection.set_progress_handler(lambda: 0, STEPS_BETWEEN)
        return connection

    return connect


@contextmanager
def _readable_errors(query: SqlQuery, url: URL, secrets: list[str]) -> Iterator[None]:
    """What a driver says, in one line and without what must not be shown."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except DataError:
        raise
    except (SQLAlchemyError, OSError, UnicodeError) as error:
        if str(getattr(error, "orig", "")) == "interrupted":
            # Nobody interrupts a query but Ctrl+C, which SQLite takes for its own while it looks whether to go on.
            raise KeyboardInterrupt from None
        said = next(iter(str(getattr(error, "orig", None) or error).strip().splitlines()), type(error).__name__)
        for secret in sorted(filter(None, secrets), key=len, reverse=True):
            said = said.replace(secret, "***").replace(quote(secret, safe=""), "***")
        where = url.set(username=None, query={}).render_as_string(hide_password=True) if url.get_backend_name() != "sqlite" else url.database
        todo = "Check the query and the database; it is opened for reading alone."
        raise DataError(f"{query.name}: {where}: {said[:SHOWN]}", todo) from None
