"""Dealing groups to train, validation and test by hash, so that a split stays put as data grows."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from assistant.core.recipe import Limit, Split
from assistant.data.equality import asked, said
from assistant.data.example import Example

SplitName = Literal["train", "validation", "test"]
SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


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
    kept: list[Example] = []
    seen: dict[str, str] = {}
    ids: set[str] = set()
    repeats = Repeats()
    for example in examples:
        content = hashlib.sha256(repr(said(example)).encode()).hexdigest()
        if content in seen:
            repeats.dropped[seen[content]] += 1
            continue
        name = example.id
        if name in ids:
            repeats.renamed[name] += 1
            name = f"{name}~{content[:8]}"
            while name in ids:
                name += "~"
        ids.add(name)
        seen[content] = name
        kept.append(replace(example, id=name))
    return kept, repeats


def join_groups(examples: Sequence[Example], seed: int) -> list[Example]:
    """Join groups in which the same is asked, so that no question stands in two splits.

    A joined group goes where the first of its members goes, train before validation before test. A row
    that comes to join two groups therefore moves as little as can be, and never anything out of train:
    what an earlier version has learned never comes into a later test.
    """
    parent: dict[str, str] = {}
    place = cache(lambda name: (share(seed, name), name))

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    group_of_question: dict[tuple[str, ...], str] = {}
    for example in examples:
        one, other = root(example.group), root(group_of_question.setdefault(asked(example), example.group))
        first, second = (one, other) if place(one) <= place(other) else (other, one)
        parent[second] = first
    return [replace(example, group=root(example.group)) for example in examples]


def share(seed: int, text: str) -> float:
    """A number in [0, 1) that depends on `seed` and `text` alone."""
    # A float has 53 bits; with more of them the largest would be rounded to 1.
    return (int.from_bytes(hashlib.sha256(f"{seed}:{text}".encode()).digest()[:8], "big") >> 11) / 2**53


def split_examples(examples: Sequence[Example], split: Split) -> dict[SplitName, list[Example]]:
    """Deal whole groups to the splits by the hash of the group's name."""
    total = split.train + split.validation + split.test
    first, second = split.train / total, (split.train + split.validation) / total
    dealt: dict[SplitName, list[Example]] = {name: [] for name in SPLITS}
    for example in examples:
        where = share(split.seed, example.group)
        dealt["train" if where < first else "validation" if where < second else "test"].append(example)
    return dealt


def limit_examples(examples: Sequence[Example], most: int | None, seed: int) -> list[Example]:
    """At most `most` examples, chosen by hash and spread over groups: first one of each, then the next.

    The order of what is kept stays.
    """
    if most is None or len(examples) <= most:
        return list(examples)
    by_group: dict[str, list[Example]] = defaultdict(list)
    for example in sorted(examples, key=lambda example: (share(seed, example.id), example.id)):
        by_group[example.group].append(example)
    turns = [(turn, share(seed, group), example.id) for group, members in by_group.items() for turn, example in enumerate(members)]
    chosen = {name for _, _, name in sorted(turns)[:most]}
    return [example for example in examples if example.id in chosen]


def limit_splits(splits: dict[SplitName, list[Example]], limit: Limit, seed: int) -> dict[SplitName, list[Example]]:
    """Apply a recipe's limits to each split."""
    return {name: limit_examples(examples, getattr(limit, name), seed) for name, examples in splits.items()}
