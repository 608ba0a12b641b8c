"""What an earlier clean.jsonl says of which row is in which split."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.core.errors import DataError
from assistant.core.files import open_plain
from assistant.core.messages import Message
from assistant.data.example import Example
from assistant.data.splitting.split import SPLITS, SplitName

LONGEST_LINE = 2**26
"""Characters of a line: some times what a row of a source may have, since its history and its answers stand there written out."""


@dataclass(frozen=True)
class Before:
    """A row as it was dealt before.

    Attributes:
        example: The row; of its group nothing is asked.
        split: Where it was.
    """

    example: Example
    split: SplitName


def read_before(path: Path) -> Iterator[Before]:
    """The rows of an earlier clean.jsonl that were dealt to a split, one after another.

    Raises:
        DataError: It cannot be read, or is something else.
    """
    try:
        with io.TextIOWrapper(open_plain(path), encoding="utf-8", newline="\n") as file:
            for line, text in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), ""), 1):
                if len(text) > LONGEST_LINE:
                    raise DataError(f"{path}:{line} is longer than any row of prepared data", _MEND)
                if text.strip():
                    yield from _row(path, line, text)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise DataError(f"cannot read {path}, which data.split.keep names: {why}", _MEND) from None


_MEND = "Name the clean.jsonl of an earlier `assistant data prepare` there, or null."


def _row(path: Path, line: int, text: str) -> Iterator[Before]:
    try:
        row = json.loads(text)
        split = row["split"]
        history = tuple(Message(role=message["role"], content=message["content"]) for message in row.get("history", ()))
        texts = [row["id"], row["question"], *row["answers"], *(text for message in history for text in message.values())]
        if not all(isinstance(each, str) for each in texts) or not row["answers"]:
            raise TypeError
        example = Example(row["id"], row["question"], tuple(row["answers"]), "", {}, history)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DataError(f"{path}:{line} is no row of prepared data: it wants id, split, question and answers", _MEND) from None
    if split is not None and split not in SPLITS:
        raise DataError(f"{path}:{line} is in a split `{str(split)[:60]}`, and there are {', '.join(SPLITS)}", _MEND)
    if split is not None:
        yield Before(example, split)
