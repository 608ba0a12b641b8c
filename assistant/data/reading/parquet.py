"""Rows of .parquet, a batch at a time."""

from __future__ import annotations

from assistant.core.errors import DataError
from assistant.data.reading.rows import Rows
from assistant.data.reading.source import DataFile, seekable

ROWS_AT_ONCE = 100
"""Rows that are held at once."""

BUFFER = 2**16
"""Bytes of each column that are read at once."""


def rows(file: DataFile) -> Rows:
    """The rows of one file; their numbers stand for lines.

    Raises:
        DataError: It is no whole Parquet file.
    """
    import pyarrow
    import pyarrow.parquet

    number = 0
    try:
        # Read ahead, a row group would be held whole, and many files are one row group.
        with seekable(file) as stream, pyarrow.parquet.ParquetFile(file.path or stream, buffer_size=BUFFER, pre_buffer=False) as parquet:
            names = parquet.schema_arrow.names
            if len(set(names)) < len(names):
                raise DataError(f"{file.name}: two columns have the same name", "Name each column once.")
            for batch in parquet.iter_batches(batch_size=ROWS_AT_ONCE, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
                # Its allocator keeps ten times what is in use, and more with every batch.
                pyarrow.default_memory_pool().release_unused()
    except PermissionError:
        raise
    except (pyarrow.ArrowException, UnicodeDecodeError, OSError) as error:
        what = f"is not a whole Parquet file: after row {number}: " if number else "is not a Parquet file: "
        todo = "Write it anew; or name the format by the ending: .jsonl, .json, .csv, .tsv."
        raise DataError(f"{file.name} {what}{str(error).splitlines()[0]}", todo) from None
