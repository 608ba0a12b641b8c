"""Dealing groups to train, validation and test by hash, so that a split stays put as data grows."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from assistant.core.recipe import Limit, Split
from assistant.data.example import Example

SplitName = Literal["train", "validation", "test"]
SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


def normal_form(text: str) -> str:
    """Text as it counts for equality: compatibility forms folded, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def drop_duplicates(examples: Iterable[Example]) -> tuple[list[Example], Counter[str]]:
    """Keep the first of all examples that say the same, and give every one an id of its own.

    Returns:
        The examples kept, and by id how often each was found again.
    """
    kept: list[Example] = []
    seen: dict[tuple[str, ...], str] = {}
    ids: set[str] = set()
    again: Counter[str] = Counter()
    for example in examples:
        before = (f"{message['role']}:{normal_form(message['content'])}" for message in example.history)
        said = (*before, normal_form(example.question), "", *map(normal_form, example.answers))
        if said in seen:
            again[seen[said]] += 1
            continue
        name = example.id
        if name in ids:
            # The source used one id twice for different rows.
            name = f"{example.id}~{hashlib.sha256(repr(said).encode()).hexdigest()[:8]}"
        ids.add(name)
        seen[said] = name
        kept.append(replace(example, id=name))
    return kept, again


def join_groups(examples: Sequence[Example]) -> list[Example]:
    """Join groups that share a question, so that no question stands in two splits.

    A joined group takes the name of its first member in alphabetical order.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    group_of_question: dict[str, str] = {}
    for example in examples:
        other = group_of_question.setdefault(normal_form(example.question), example.group)
        first, second = sorted((root(example.group), root(other)))
        parent[second] = first
    return [replace(example, group=root(example.group)) for example in examples]


def share(seed: int, text: str) -> float:
    """A number in [0, 1) that depends on `seed` and `text` alone."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{text}".encode()).digest()[:8], "big") / 2**64


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
    for example in sorted(examples, key=lambda example: share(seed, example.id)):
        by_group[example.group].append(example)
    turns = [(turn, share(seed, group), example.id) for group, members in by_group.items() for turn, example in enumerate(members)]
    chosen = {name for _, _, name in sorted(turns)[:most]}
    return [example for example in examples if example.id in chosen]


def limit_splits(splits: dict[SplitName, list[Example]], limit: Limit, seed: int) -> dict[SplitName, list[Example]]:
    """Apply a recipe's limits to each split."""
    return {name: limit_examples(examples, getattr(limit, name), seed) for name, examples in splits.items()}
