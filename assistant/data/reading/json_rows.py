"""Rows of .jsonl and .json. A .json file is one list of rows, an object with one list in it, SQuAD, or one row."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from assistant.core.errors import DataError
from assistant.data.problems import Problem
from assistant.data.reading import squad
from assistant.data.reading.columns import recognize
from assistant.data.reading.json_stream import JsonStream
from assistant.data.reading.rows import Rows
from assistant.data.reading.source import DataFile
from assistant.data.reading.text_lines import LONGEST_ROW, is_too_long, kept, lines, pieces


def line_rows(file: DataFile) -> Rows:
    """The rows of a file with one object a line.

    Raises:
        DataError: It is no text.
    """
    for number, line in enumerate(lines(file), 1):
        if not line.strip():
            continue
        if is_too_long(line):
            yield Problem("line too long", file.name, number, f"more than {LONGEST_ROW} characters", kept(line))
            continue
        try:
            row = json.loads(line.rstrip("\r\n"))
        except (ValueError, RecursionError) as error:
            yield Problem("not JSON", file.name, number, _why(error), kept(line))
            continue
        yield (number, row) if isinstance(row, dict) else Problem("not a JSON object", file.name, number, type(row).__name__, row)


def rows(file: DataFile) -> Rows:
    """The rows of a .json file; their numbers stand for lines.

    Raises:
        DataError: It is not JSON, or holds no rows.
    """
    try:
        for number, row in enumerate(_elements(file), 1):
            if isinstance(row, dict):
                yield number, row
            elif isinstance(row, squad.Unanswered):
                yield Problem("no answer in the text", file.name, number, "", row.content)
            else:
                yield Problem("not a JSON object", file.name, number, type(row).__name__, row)
    except (ValueError, RecursionError) as error:
        todo = "A .json file is one list of objects; with an object a line it wants the ending .jsonl."
        raise DataError(f"{file.name}: not JSON: {_why(error)}", todo) from None


def _elements(file: DataFile) -> Iterator[Any]:
    """The elements of the list that a .json file is or holds; the file itself where it is an object without one.

    Raises:
        ValueError: It is not JSON.
        DataError: It is neither.
    """
    stream = JsonStream(pieces(file))
    if stream.peek() == "[":
        yield from stream.elements()
        stream.finish()
        return
    if stream.peek() != "{":
        stream.skip()
        stream.finish()
        raise DataError(f"{file.name} holds no list of rows", "A .json file is one list of objects, or an object with one list in it.")
    # Which list has the rows is known when all of the object was seen: it is read twice.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as titles:
        found = {name: (place, _look_over(stream, titles)) for place, name in enumerate(stream.members())}
        stream.finish()
        titles.seek(0)
        lists = [(place, kind) for place, kind in found.values() if kind]
        again = JsonStream(pieces(file))
        if len(lists) != 1 or recognize(list(found)):
            yield again.value()
            return
        wanted, kind = lists[0]
        for place, _ in enumerate(again.members()):
            if place == wanted:
                yield from squad.questions(again, titles) if kind == "articles" else again.elements()
                return
            again.skip()


def _look_over(stream: JsonStream, titles: IO[str]) -> str:
    """Read over one value; "articles" for SQuAD's list of them, "list" for another list, "" for anything else."""
    if stream.peek() != "[":
        stream.skip()
        return ""
    return "articles" if squad.look_over(stream, titles) else "list"


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        return f"{error.msg} at {where}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
