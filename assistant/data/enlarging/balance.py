"""The values of a tag brought to like numbers in train: by repeats, by leaving out, or by weights in the loss.

With n_c rows of class c, the largest class of n_max and the smallest of n_min rows, and strength s from 0 to 1:

    oversample    n_c becomes n_c * min(most, (n_max / n_c)^s)
    undersample   n_c becomes n_c * (n_min / n_c)^s
    weights       a row weighs k * (1 / n_c)^s, at most `most`; k makes the mean over all rows 1

At s = 1 all classes become equal; at s = 0 nothing changes; s = 0.5 is inverse square root frequency (Mahajan et al. 2018).
Rows without the tag are no class: they stay once each, with weight 1.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.core import fingerprint
from assistant.core.recipe_data import Balance
from assistant.data.example import Example
from assistant.data.scratch import scratch
from assistant.data.splitting.groups import share

REPEATED = "repeat"
"""What made a row that stands in train once more."""


@dataclass(frozen=True)
class Plan:
    """What becomes of each class.

    Attributes:
        settings: What the recipe says.
        before: Rows of each class.
        after: Rows that each class shall have.
        weights: What a row of each class weighs; 1 unless the recipe balances by weights.
    """

    settings: Balance
    before: Mapping[str, int]
    after: Mapping[str, int]
    weights: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """The plan for a report."""
        told: dict[str, Any] = {"tag": self.settings.tag, "by": self.settings.by, "before": dict(self.before), "after": dict(self.after)}
        if self.settings.by == "weights":
            told["weights"] = {name: round(weight, 6) for name, weight in self.weights.items()}
        return told


def classes_of(examples: Iterable[Example], tag: str) -> Counter[str]:
    """How many examples each value of a tag has, those without it left out."""
    return Counter(example.tags[tag] for example in examples if example.tags.get(tag))


def plan(counts: Mapping[str, int], settings: Balance) -> Plan:
    """What becomes of each class.

    Args:
        counts: Rows of each class, in train; those that were made among them.
        settings: What the recipe says.
    """
    before = {name: counts[name] for name in sorted(counts) if counts[name] > 0}
    same = dict.fromkeys(before, 1.0)
    if not before:
        return Plan(settings, before, before, same)
    if settings.by == "weights":
        return Plan(settings, before, before, _weights(before, settings))
    factors = _factors(before, settings)
    after = {name: max(1, round(count * factors[name])) for name, count in before.items()}
    return Plan(settings, before, after, same)


def like_a_repeat(name: str) -> bool:
    """Whether an id could be that of a row's repetition."""
    return name.rpartition("+")[2].isdigit() and "+" in name


def apply(read: Callable[[], Iterable[Example]], decided: Plan, seed: int, taken: Collection[str] = ()) -> Iterator[Example]:
    """Train after the plan.

    A class is filled up, or thinned out, by whole rows: each is repeated equally often, and which are repeated once
    more, or left out, a hash of their ids decides. So a row that is added moves few others.

    Args:
        read: Gives the examples of train; called twice.
        decided: What `plan` made of them.
        seed: Another one chooses others.
        taken: Ids like those of repetitions that rows have already.
    """
    tag = decided.settings.tag
    if decided.settings.by == "weights":
        yield from (replace(example, weight=decided.weights.get(example.tags.get(tag, ""), 1.0)) for example in read())
        return
    for example, times in _repeated(read, decided, seed):
        yield from (replace(example, id=_again(example.id, again, taken), made_by=REPEATED) if again else example for again in range(times))


def _again(name: str, again: int, taken: Collection[str]) -> str:
    repeat = f"{name}+{again}"
    return f"{repeat}+{fingerprint.of_value(repeat)[:8]}" if repeat in taken else repeat


def thinned(read: Callable[[], Iterable[Example]], decided: Plan, seed: int) -> Iterator[Example]:
    """The rows that `apply` leaves out, by the same arguments."""
    return (example for example, times in _repeated(read, decided, seed) if times == 0)


class Filling:
    """How many new rows of each example bring small classes nearer to the largest one.

    A class lacks what oversampling would repeat. It is shared among its rows, at most `per_row` each; what could not be
    made of one is asked of those after it. So where a recipe balances, small classes grow and the largest does not.

    Args:
        counts: Rows of each class of train.
        settings: What the recipe says of balance.
        per_row: New rows of each row at most.
    """

    def __init__(self, counts: Mapping[str, int], settings: Balance, per_row: int) -> None:
        goal = plan(counts, settings.model_copy(update={"by": "oversample"}))
        self._tag, self._per_row = settings.tag, per_row
        self._lacking = {name: goal.after[name] - goal.before[name] for name in goal.before}
        self._left = dict(goal.before)

    def wanted(self, example: Example) -> int:
        """How many new rows of this example there shall be; 0 of one without the tag. Asked once of each."""
        name = example.tags.get(self._tag, "")
        if self._left.get(name, 0) <= 0:
            return 0
        count = min(self._per_row, -(-self._lacking[name] // self._left[name]))
        self._left[name] -= 1
        self._lacking[name] -= count
        return count

    def missed(self, example: Example, count: int) -> None:
        """Some of them could not be made."""
        self._lacking[example.tags[self._tag]] += count


def _repeated(read: Callable[[], Iterable[Example]], decided: Plan, seed: int) -> Iterator[tuple[Example, int]]:
    """Each row of train, and how often it is there after the plan."""
    tag = decided.settings.tag
    with scratch() as database:
        _rank(database, read(), tag, seed)
        for number, example in enumerate(read()):
            value = example.tags.get(tag, "")
            yield example, 1 if value not in decided.after else _times(database, number, decided.before[value], decided.after[value])


def _factors(counts: Mapping[str, int], settings: Balance) -> dict[str, float]:
    if settings.by == "undersample":
        least = min(counts.values())
        return {name: (least / count) ** settings.strength for name, count in counts.items()}
    greatest = max(counts.values())
    return {name: min(settings.most, (greatest / count) ** settings.strength) for name, count in counts.items()}


def _weights(counts: Mapping[str, int], settings: Balance) -> dict[str, float]:
    """Inverse-frequency weights with mean 1 over the rows; what the cap takes from some, the others get."""
    raw = {name: count**-settings.strength for name, count in counts.items()}
    capped: set[str] = set()
    while True:
        free = [name for name in counts if name not in capped]
        room = sum(counts.values()) - settings.most * sum(counts[name] for name in capped)
        scale = room / sum(counts[name] * raw[name] for name in free) if free else 0.0
        weights = {name: settings.most if name in capped else raw[name] * scale for name in counts}
        above = {name for name in free if weights[name] > settings.most}
        if not above:
            return weights
        capped |= above


def _rank(database: sqlite3.Connection, examples: Iterable[Example], tag: str, seed: int) -> None:
    """Number the rows of each class by a hash of their ids."""
    database.execute("CREATE TABLE drawn (number INTEGER PRIMARY KEY, value TEXT NOT NULL, share REAL NOT NULL)")
    rows = ((number, example.tags[tag], share(seed, example.id)) for number, example in enumerate(examples) if example.tags.get(tag))
    database.executemany("INSERT INTO drawn VALUES (?, ?, ?)", rows)
    ranks = "SELECT number, row_number() OVER (PARTITION BY value ORDER BY share, number) - 1 AS place FROM drawn"
    database.execute("CREATE TABLE ranked (number INTEGER PRIMARY KEY, place INTEGER NOT NULL)")
    database.execute(f"INSERT INTO ranked {ranks}")


def _times(database: sqlite3.Connection, number: int, before: int, after: int) -> int:
    place = int(database.execute("SELECT place FROM ranked WHERE number = ?", (number,)).fetchone()[0])
    return after // before + int(place < after % before)
