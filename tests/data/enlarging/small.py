"""Examples that the tests of this folder share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.data.enlarging.known import Known
from assistant.data.example import Example
from assistant.data.scratch import scratch

HEALTH = Path(__file__).parents[3] / "datasets" / "health" / "health.jsonl"


def health(most: int | None = None) -> list[Example]:
    """The first rows of the bundled data."""
    rows = [json.loads(line) for line in HEALTH.read_text().splitlines()[:most]]
    return [Example(row["id"], row["question"], (row["answer"],), row["topic"], {"kind": row["kind"]}) for row in rows]


def example(question: str, name: str = "a", group: str = "g", **tags: str) -> Example:
    """One example with an answer of no matter."""
    return Example(name, question, ("That is so.",), group, tags)


@contextmanager
def known(train: Iterable[Example] = (), elsewhere: Iterable[Example] = ()) -> Iterator[Known]:
    """What is there already."""
    with scratch() as database:
        everything = Known(database)
        for each in train:
            everything.add(each, in_train=True)
        for each in elsewhere:
            everything.add(each)
        yield everything
