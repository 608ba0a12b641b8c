"""What to do next: the most useful steps by the figures, with the commands."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.data.telling.parts import Card, Check, Step
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
    enough = card.tokens.spread.p95 if card.tokens else 0
    return f"assistant train {recipe} --dry-run --set training.max_length={-(-enough // 64) * 64}"


Command = Callable[[Card, str], str]


def _in_recipe(text: str) -> Command:
    return lambda card, recipe: f"# in {recipe}, under data:\n{text}"


MENDING: dict[str, tuple[str, Command]] = {
    "No errors left": ("Look at the errors", lambda card, recipe: f"assistant data check {recipe}"),
    "Nothing of the test in train": (
        "Keep what is the same in one split",
        lambda card, recipe: f"assistant data prepare {recipe} --set data.duplicates.near=group",
    ),
    "No personal data": ("Mask personal data", lambda card, recipe: f"assistant data prepare {recipe} --set data.check.personal_data=mask"),
    "Enough to learn from": ("Make more rows from those there are, or write more", lambda card, recipe: f"assistant data augment {recipe} --preview 20"),
    "Enough to examine": (
        "Hold more back for the test",
        lambda card, recipe: f"assistant data prepare {recipe} --set data.split.test={_test_share(card)}",
    ),
    "Split by group": ("Name the column that says what belongs together", _in_recipe("group: topic   # or the page, the document, the customer")),
    "Few warnings": ("Decide about the rows with warnings, worst first", lambda card, recipe: f"assistant data review {recipe}"),
    "Fits the model": ("Let training read longer rows, if memory allows", _longer),
    "Hardly anything left out": ("Read why rows are not used", lambda card, recipe: f"assistant data prepare {recipe}"),
    "Balanced by": (
        "Let rare kinds count more",
        lambda card, recipe: f"# in {recipe}, under data:\nbalance: {{tag: {_worst_tag(card)}, by: weights}}",
    ),
    "Enough of every": ("Make more rows of the rare kinds, or write some", lambda card, recipe: f"assistant data augment {recipe} --preview 20"),
    "Test and train about the same": (
        "Deal every kind to every split",
        lambda card, recipe: f"# in {recipe}, under data.split:\nstratify: {_worst_tag(card)}",
    ),
    "Asked in many ways": (
        "Ask the same in other words",
        lambda card, recipe: f"assistant data augment {recipe} --set 'data.augment.methods=[restructure, context]' --preview 20",
    ),
    "Read by a person": ("Read the worst rows", lambda card, recipe: f"assistant data review {recipe}"),
    "Licence named": ("Say under which licence the rows are", lambda card, recipe: f"# in {recipe}:\nlicense: CC-BY-4.0   # the one it really is"),
    "Written by people": ("Use fewer made rows", lambda card, recipe: f"assistant data augment {recipe} --set data.augment.per_row=1 --preview 20"),
}


def _worst_tag(card: Card) -> str:
    if not card.balance:
        return "kind"
    return max(card.balance, key=lambda tag: tag.imbalance or 0).tag


def _test_share(card: Card) -> int:
    """The share, beside 80 and 10, that would give the test a hundred of the examples; at most a third of all."""
    total = max(1, card.quantity.examples())
    share = min(1 / 3, 110 / total)
    return max(10, round(90 * share / (1 - share)))
