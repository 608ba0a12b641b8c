"""How the values of tags are dealt."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from math import log

from assistant.data.telling.parts import TagBalance, TagValue
from assistant.data.telling.shown import shown
from assistant.data.telling.tiers import tier_of

SHOWN = 15
"""Values shown of a tag."""


def balance_of(database: sqlite3.Connection, tags: Iterable[str], examples: int) -> tuple[TagBalance, ...]:
    """Every tag's values, from the table `tags` that the walk filled."""
    return tuple(_balance(database, shown(tag), examples) for tag in tags)


def _balance(database: sqlite3.Connection, tag: str, examples: int) -> TagBalance:
    by_value = """SELECT value, sum(times * (split = 'train')) AS train, sum(times * (split = 'validation')) AS validation,
        sum(times * (split = 'test')) AS test FROM tags WHERE tag = ? GROUP BY value"""
    facts = f"SELECT count(*), coalesce(sum(train + validation + test), 0), min(train), coalesce(sum(train), 0), max(train) FROM ({by_value})"
    distinct, tagged, smallest, in_train, largest = database.execute(facts, (tag,)).fetchone()
    values = database.execute(f"{by_value} ORDER BY train DESC, value LIMIT ?", (tag, SHOWN))
    return TagBalance(
        tag=tag,
        distinct=distinct,
        without=examples - tagged,
        values=tuple(TagValue(value, train, validation, test, tier_of(train)) for value, train, validation, test in values),
        imbalance=_imbalance(database, by_value, tag, largest),
        evenness=_evenness(database, by_value, tag, in_train),
        smallest=smallest or 0,
    )


def _imbalance(database: sqlite3.Connection, by_value: str, tag: str, largest: int | None) -> float | None:
    least = database.execute(f"SELECT min(train) FROM ({by_value}) WHERE train > 0", (tag,)).fetchone()[0]
    return largest / least if largest and least else None


def _evenness(database: sqlite3.Connection, by_value: str, tag: str, total: int) -> float | None:
    """Entropy of the values in train over the logarithm of their number."""
    entropy, values = 0.0, 0
    for (train,) in database.execute(f"SELECT train FROM ({by_value}) WHERE train > 0 ORDER BY value", (tag,)):
        entropy -= train / total * log(train / total)
        values += 1
    return min(1.0, entropy / log(values)) if values > 1 else None
