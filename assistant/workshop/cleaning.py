"""What cleaning mends in the rows of a recipe, without writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.core.recipe_data import CleaningRule
from assistant.core.recipe_file import RecipeFile
from assistant.data.cleaning.diff import diff_lines
from assistant.data.cleaning.rules import RULES
from assistant.data.example import Example
from assistant.data.reading.read import Account, Wanted, each_example
from assistant.data.reading.sources import sources_of

Change = tuple[Example, Example, tuple[CleaningRule, ...]]

KNOWN: tuple[str, ...] = tuple(rule.name for rule in RULES)
"""Rules of cleaning."""


@dataclass
class Mended:
    """What cleaning did.

    Attributes:
        examples: How many there are.
        changed: How many of them were changed.
        rules: By rule, how many it changed.
        not_used: Rows that are no examples, by kind.
    """

    examples: int = 0
    changed: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    not_used: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """The counts, for programs."""
        return {"examples": self.examples, "changed": self.changed, "rules": dict(self.rules), "not_used": dict(self.not_used)}


def cleaning_of(file: RecipeFile) -> Mended:
    """Clean every row, and count.

    Raises:
        DataError: A source cannot be read.
    """
    account, mended = Account(), Mended()

    def count(before: Example, after: Example, rules: tuple[CleaningRule, ...]) -> None:
        mended.changed += 1

    mended.examples = sum(1 for _ in _examples(file, account, count))
    mended.rules.update(account.cleaned)
    mended.not_used.update(account.problems.counts)
    return mended


def diffs_of(file: RecipeFile, rules: Collection[str], most: int | None, colour: bool) -> Iterator[str]:
    """What was changed, example by example, as lines for a person.

    Args:
        file: The recipe.
        rules: Only what one of these changed; empty for all.
        most: So many examples at most.
        colour: For a terminal.
    """
    shown = False
    for change in changes_of(file, rules, most):
        shown = True
        yield from diff_lines(*change, colour)
        yield ""
    if not shown:
        yield "Nothing was changed." if not rules else f"Nothing was changed by {', '.join(rules)}."


def changes_of(file: RecipeFile, rules: Collection[str], most: int | None) -> Iterator[Change]:
    """Each example that was changed: as it was, as it is, and by which rules.

    Args:
        file: The recipe.
        rules: Only what one of these changed; empty for all.
        most: So many examples at most.
    """
    changes: list[Change] = []
    given = 0
    for _ in _examples(file, Account(), lambda *change: changes.append(change)):
        for change in changes:
            if rules and not set(rules) & set(change[2]):
                continue
            if given == most:
                return
            given += 1
            yield change
        changes.clear()


def changed_row(change: Change) -> dict[str, Any]:
    """A change, for programs."""
    before, after, rules = change
    place = before.place.to_json() if before.place else {"file": None, "line": None}
    texts = {when: {"question": each.question, "answers": list(each.answers)} for when, each in (("before", before), ("after", after))}
    return {"id": after.id, **place, "rules": list(rules), **texts}


def lines_of(mended: Mended) -> Iterator[str]:
    """The counts for a person, the most frequent rule first."""
    yield f"{mended.changed} of {mended.examples} examples are changed by cleaning; --diff shows how"
    titles = {rule.name: rule.title for rule in RULES}
    for rule, count in mended.rules.most_common():
        yield f"{count:>8}  {rule:<17} {titles[rule]}"  # type: ignore[index]
    for kind, count in mended.not_used.most_common():
        yield f"{count:>8}  not used: {kind}"


def _examples(file: RecipeFile, account: Account, changed: Callable[[Example, Example, tuple[CleaningRule, ...]], None]) -> Iterator[Example]:
    data = file.recipe.data
    account.changed = changed
    wanted = Wanted.by(data)
    return each_example(sources_of(data, file.folder), wanted, account)
