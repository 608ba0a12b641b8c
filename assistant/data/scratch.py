"""What must be remembered from row to row, in memory that does not grow with the files.

Whether a row was met before can be told only by one who remembers all of them. They are remembered in an SQLite
database without a name: SQLite holds it in a cache of bounded size and puts what does not fit into a temporary file,
which it unlinks as it opens it. So a small file of data never touches the disk, and nothing is left behind by a
failure, nor by a killed process. Texts that are only compared are remembered as hashes.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from assistant.core.errors import UserError

CACHE_KIB = 8 * 1024
"""Memory that SQLite may use for one scratch database; its sorting keeps within the same."""

DISK_ERRORS = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


@contextmanager
def scratch() -> Iterator[sqlite3.Connection]:
    """Give an empty database, which is gone when the block ends.

    Raises:
        UserError: The disk has no room for it.
    """
    database = sqlite3.connect("", isolation_level=None)
    try:
        database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        database.execute("PRAGMA temp_store = FILE")
        # Nobody reads it after a crash, so no change needs to be taken back or waited for.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        yield database
    except sqlite3.OperationalError as error:
        # The lowest byte of an extended code is the plain one.
        if error.sqlite_errorcode & 0xFF not in DISK_ERRORS:
            raise
        raise UserError(
            f"cannot write the temporary file in which the data is sorted out: {error}",
            "Free some space, or name a folder with more of it in the environment variable SQLITE_TMPDIR.",
        ) from error
    finally:
        database.close()


def hash_of(text: str) -> bytes:
    """What stands for a text that is only compared: 16 bytes, which no two of 10^12 texts share by chance."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
