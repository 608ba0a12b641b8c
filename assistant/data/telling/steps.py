"""What to do next: the most useful steps by the figures, with the commands."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.data.telling.data_card import Card, Check, Step
from assistant.data.telling.shown import shown

MOST, FEWEST = 5, 3

# The gravest first: what makes scores or models worthless, then what makes them worse, then what is only not known.
ORDER = (
    "No errors left",
    "Nothing of the test in train",
    "No personal data",
    "Enough to learn from",
    "Enough to examine",
    "Split by group",
    "Few warnings",
    "Fits the model",
    "Hardly anything left out",
    "Near duplicates kept together",
    "Balanced by",
    "Enough of every",
    "Test and train about the same",
    "Asked in many ways",
    "Read by a person",
    "Licence named",
    "Written by people",
)


def steps_of(card: Card, recipe: Path) -> tuple[Step, ...]:
    """Three to five steps.

    Args:
        card: With its checklist.
        recipe: The recipe's file, for the commands.
    """
    named = shown(str(recipe.parent if recipe.name == "recipe.yaml" else recipe))
    quoted = shlex.quote(named)
    failed = sorted((check for check in card.checklist if check.state == "failed"), key=_rank)
    unknown = sorted((check for check in card.checklist if check.state == "not measured"), key=_rank)
    steps: dict[str, Step] = {}
    for check in failed:
        step = _mend(check, card, quoted)
        steps.setdefault(step.command, step)
    for step in (*_measure(unknown, quoted), *_anyhow(quoted)):
        if len(steps) >= FEWEST:
            break
        steps.setdefault(step.command, step)
    return tuple(steps.values())[:MOST]


def _rank(check: Check) -> int:
    return next((place for place, name in enumerate(ORDER) if check.name.startswith(name)), len(ORDER))


def _mend(check: Check, card: Card, recipe: str) -> Step:
    for name, (what, command) in MENDING.items():
        if check.name.startswith(name):
            return Step(what, f"{check.name}: {check.figure}; asked for: {check.bound}.", command(card, recipe))
    raise AssertionError(f"nothing mends {check.name}")


def _measure(unknown: list[Check], recipe: str) -> Iterator[Step]:
    if unknown:
        names = ", ".join(check.name.lower() for check in unknown[:4])
        yield Step("Measure what is not known yet", f"Not measured: {names}.", f"assistant data prepare {recipe} && assistant data card {recipe}")


def _anyhow(recipe: str) -> Iterator[Step]:
    yield Step("Read the worst rows", "No check knows whether an answer is true.", f"assistant data review {recipe}")
    yield Step("See what training will take", "Time and memory, from a few measured steps.", f"assistant train {recipe} --dry-run")
    yield Step("Train and examine", "Only held-out questions tell whether the data are enough.", f"assistant train {recipe}")


def _longer(card: Card, recipe: str) -> str:
    enough = card.tokens.spread.p99 if card.tokens else 0
    return f"assistant train {recipe} --dry-run --set training.max_length={-(-enough // 64) * 64}"


def _worst_tag(card: Card) -> str:
    if not card.balance:
        return "kind"
    return max(card.balance, key=lambda tag: tag.imbalance or 0).tag


def _test_share(card: Card) -> int:
    """The share, beside 80 and 10, that would give the test a hundred of the examples; at most a third of all."""
    total = max(1, card.quantity.examples())
    share = min(1 / 3, 110 / total)
    return max(10, round(90 * share / (1 - share)))


Command = Callable[[Card, str], str]


def _run(words: str, more: str = "") -> Command:
    return lambda card, recipe: f"assistant {words} {recipe}{' ' if more else ''}{more}"


def _set(key: str, value: Callable[[Card], str], words: str = "data prepare") -> Command:
    return lambda card, recipe: f"assistant {words} {recipe} --set {shlex.quote(f'{key}={value(card)}')}"


MENDING: dict[str, tuple[str, Command]] = {
    "No errors left": ("Look at the errors", _run("data check")),
    "Nothing of the test in train": ("Keep what is the same in one split", _run("data prepare", "--set data.duplicates.near=group")),
    "Near duplicates kept together": ("Look for near duplicates", _run("data prepare", "--set data.duplicates.near=group")),
    "No personal data": ("Mask personal data", _run("data prepare", "--set data.check.personal_data=mask")),
    "Enough to learn from": ("Make more rows from those there are, or write more", _run("data augment", "--preview 20")),
    "Enough to examine": ("Hold more back for the test", _set("data.split.test", lambda card: str(_test_share(card)))),
    "Split by group": ("Name the column that says what belongs together: topic, page, customer", _run("data prepare", "--set data.group=COLUMN")),
    "Few warnings": ("Decide about the rows with warnings, worst first", _run("data review")),
    "Fits the model": ("Let training read longer rows, if memory allows", _longer),
    "Hardly anything left out": ("Read why rows are not used", _run("data check")),
    "Balanced by": ("Let rare kinds count more", _set("data.balance", lambda card: f"{{tag: {json.dumps(_worst_tag(card))}, by: weights}}")),
    "Enough of every": ("Make more rows of the rare kinds, or write some", _run("data augment", "--preview 20")),
    "Test and train about the same": ("Deal every kind to every split", _set("data.split.stratify", _worst_tag)),
    "Asked in many ways": ("Ask the same in other words", _run("data augment", "--set 'data.augment.methods=[restructure, context]' --preview 20")),
    "Read by a person": ("Read the worst rows", _run("data review")),
    "Licence named": ("Say under which licence the rows are, in the recipe", lambda card, recipe: "license: CC-BY-4.0   # the one it really is"),
    "Written by people": ("Use fewer made rows", _run("data augment", "--set data.augment.per_row=1 --preview 20")),
}
