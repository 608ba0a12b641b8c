"""Dealing groups to train, validation and test by hash, so that a split stays put as data grows.

The functions take examples that are held in memory anyway; `assistant.data.splitting.pool` does the same, by the same means,
with more examples than memory holds.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from assistant.core.recipe_data import Limit, Split
from assistant.data.example import Example
from assistant.data.scratch import scratch
from assistant.data.splitting.groups import Groups, share
from assistant.data.splitting.unique import Unique

SplitName = Literal["train", "validation", "test"]
SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


def split_at(place: float, split: Split) -> SplitName:
    """The split that a group falls to whose share is `place`."""
    total = split.train + split.validation + split.test
    if place < split.train / total:
        return "train"
    return "validation" if place < (split.train + split.validation) / total else "test"


class Dealt:
    """What is dealt to each split, in a scratch database.

    Args:
        database: Where it is: the table `dealt`. `grp` is the name of a joined group, `words` the length of the first answer.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._left_out: Counter[SplitName] = Counter()
        columns = "number INTEGER PRIMARY KEY, split TEXT NOT NULL, name TEXT NOT NULL, grp TEXT NOT NULL, words INTEGER NOT NULL"
        database.execute(f"CREATE TABLE dealt ({columns})")
        database.create_function("share", 2, share, deterministic=True)

    def add(self, number: int, split: SplitName, example: Example) -> None:
        """Deal one example more."""
        row = (number, split, example.id, example.group, words_of(example))
        self._database.execute("INSERT INTO dealt VALUES (?, ?, ?, ?, ?)", row)

    def limit(self, split: SplitName, most: int | None, seed: int) -> None:
        """Leave at most `most` examples, chosen by hash and spread over groups: first one of each, then the next."""
        if most is None or self.count(split) <= most:
            return
        turns = """SELECT number, name, grp, row_number() OVER (PARTITION BY grp ORDER BY share(:seed, name), name) AS turn
            FROM dealt WHERE split = :split"""
        chosen = f"SELECT number FROM ({turns}) ORDER BY turn, share(:seed, grp), name LIMIT :most"
        left_out = f"DELETE FROM dealt WHERE split = :split AND number NOT IN ({chosen})"
        self._left_out[split] += self._database.execute(left_out, {"split": split, "most": most, "seed": seed}).rowcount

    def numbers(self, split: SplitName) -> set[int]:
        """The numbers of the examples in a split."""
        return {number for (number,) in self._database.execute("SELECT number FROM dealt WHERE split = ?", (split,))}

    def count(self, split: SplitName) -> int:
        """How many examples a split has."""
        return int(self._database.execute("SELECT count(*) FROM dealt WHERE split = ?", (split,)).fetchone()[0])

    def summary(self, split: SplitName) -> dict[str, Any]:
        """How many examples a split has and how many the limit left out, its groups, and words of the answers."""
        facts = "SELECT count(*), count(DISTINCT grp), min(words), max(words) FROM dealt WHERE split = ?"
        examples, groups, shortest, longest = self._database.execute(facts, (split,)).fetchone()
        middle = self._database.execute("SELECT words FROM dealt WHERE split = ? ORDER BY words LIMIT 1 OFFSET ?", (split, examples // 2)).fetchone()
        words = {"min": shortest, "median": middle[0], "max": longest} if middle else None
        return {"examples": examples, "left_out_by_limit": self._left_out[split], "groups": groups, "answer_words": words}


def words_of(example: Example) -> int:
    """Words of the answer that is trained on."""
    return len(example.answers[0].split())


@dataclass
class Repeats:
    """What was found more than once.

    Attributes:
        dropped: By id of the example kept, how often it was found again.
        renamed: By id, how many other examples had the same one and got another.
    """

    dropped: Counter[str] = field(default_factory=Counter)
    renamed: Counter[str] = field(default_factory=Counter)


def drop_duplicates(examples: Iterable[Example]) -> tuple[list[Example], Repeats]:
    """Keep the first of all examples that say the same, and give every one an id of its own.

    Returns:
        The examples kept, and what was found more than once.
    """
    with scratch() as database:
        unique = Unique(database)
        kept = [first for example in examples if (first := unique.first(example))]
        return kept, Repeats(Counter(dict(unique.dropped.most_common())), Counter(dict(unique.renamed.most_common())))


def join_groups(examples: Sequence[Example], seed: int) -> list[Example]:
    """Join groups in which the same is asked, so that no question stands in two splits."""
    with scratch() as database:
        groups = Groups(database, seed)
        numbers = [groups.add(example) for example in examples]
        return [replace(example, group=groups.name_of(number)) for example, number in zip(examples, numbers, strict=True)]


def split_examples(examples: Iterable[Example], split: Split) -> dict[SplitName, list[Example]]:
    """Deal whole groups to the splits by the hash of the group's name."""
    dealt: dict[SplitName, list[Example]] = {name: [] for name in SPLITS}
    for example in examples:
        dealt[split_at(share(split.seed, example.group), split)].append(example)
    return dealt


def limit_examples(examples: Sequence[Example], most: int | None, seed: int) -> list[Example]:
    """At most `most` examples, chosen as `Dealt.limit` chooses; the order of what is kept stays."""
    with scratch() as database:
        dealt = Dealt(database)
        for number, example in enumerate(examples):
            dealt.add(number, "train", example)
        dealt.limit("train", most, seed)
        kept = dealt.numbers("train")
    return [example for number, example in enumerate(examples) if number in kept]


def limit_splits(splits: Mapping[SplitName, Sequence[Example]], limit: Limit, seed: int) -> dict[SplitName, list[Example]]:
    """Apply a recipe's limits to each split."""
    return {name: limit_examples(examples, getattr(limit, name), seed) for name, examples in splits.items()}
