"""k-fold cross-validation by group: every example is held out once, and no group is parted.

Groups are dealt the largest first, each to the fold that has least of what the group brings: of its examples, or of the values of a tag, each
counted by its share of all (as scikit-learn's StratifiedGroupKFold does, and Sechidis, Tsoumakas and Vlahavas 2011 for several labels). Equal ones
come in an order that the seed decides. Folds are for one set of data: other than the split they do not stay as it grows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assistant.core.errors import DataError
from assistant.data.example import Example
from assistant.data.splitting.groups import share


@dataclass(frozen=True)
class Folds:
    """Which group is held out when.

    Attributes:
        k: How many folds there are.
        fold_of: By group, its fold, from 0.
        sizes: Examples of each fold.
    """

    k: int
    fold_of: Mapping[str, int]
    sizes: tuple[int, ...]

    def held_out(self, fold: int, examples: Iterable[Example]) -> Iterator[Example]:
        """Those of the examples that are examined in a fold."""
        return (example for example in examples if self.fold_of[example.group] == fold and not example.made_by)

    def train(self, fold: int, examples: Iterable[Example]) -> Iterator[Example]:
        """Those that are learned from in a fold: all of the other groups."""
        return (example for example in examples if self.fold_of[example.group] != fold)


def folds(examples: Iterable[Example], k: int, seed: int = 0, stratify: str | None = None) -> Folds:
    """Deal the groups of examples to k folds of like size.

    Args:
        examples: They, in their joined groups; read once. What is remembered grows with the groups alone. Examples that were made from others
            are learned from with their group, and never held out.
        k: Folds, at least 2.
        seed: Another one deals anew what is equally large.
        stratify: A tag whose values are to have like shares in every fold.

    Raises:
        DataError: There are fewer groups than folds.
    """
    if k < 2:
        raise DataError(f"{k} folds leave nothing to learn from", "Ask for 2 folds or more.")
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        groups[example.group][example.tags.get(stratify, "") if stratify else ""] += 0 if example.made_by else 1
    if len(groups) < k:
        raise DataError(f"{len(groups)} groups cannot be dealt to {k} folds", "Ask for fewer folds, or give more groups.")
    totals = sum(groups.values(), Counter[str]())
    has: list[Counter[str]] = [Counter() for _ in range(k)]
    fold_of = {}
    for group in sorted(groups, key=lambda name: (-groups[name].total(), share(seed, name), name)):
        brings = groups[group]
        # Where a tag tells no folds apart, the smallest one is next.
        chosen = min(range(k), key=lambda fold: (_cost(brings, has[fold], totals), has[fold].total(), fold))
        has[chosen].update(brings)
        fold_of[group] = chosen
    return Folds(k, fold_of, tuple(each.total() for each in has))


def _cost(brings: Counter[str], has: Counter[str], totals: Counter[str]) -> float:
    """How much a fold has already of what a group brings, each value by its share of all."""
    return sum(count * has[value] / totals[value] for value, count in brings.items() if count)
