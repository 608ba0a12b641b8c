"""The data card of a recipe: prepared data described by measurement, with what models bring to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.core.home import Home
from assistant.core.plain import one_line
from assistant.core.recipe_data import Checks
from assistant.core.recipe_file import RecipeFile
from assistant.data.checking.tools import Tools, find_tools
from assistant.data.prepare import prepare
from assistant.data.telling.card import card_of
from assistant.data.telling.data_card import Card
from assistant.data.telling.write import write_card

MARKS = {"passed": "\u2713", "failed": "\u2717", "not measured": "?"}


@dataclass(frozen=True)
class Described:
    """A card, and where it lies."""

    card: Card
    paths: tuple[Path, ...]

    def lines(self) -> Iterator[str]:
        """What a person wants to know first."""
        for check in self.card.checklist:
            yield one_line(f"{MARKS[check.state]} {check.name}: {check.figure}")
        for number, step in enumerate(self.card.steps, 1):
            yield one_line(f"{number}. {step.what}: {step.command}")
        if any("--set" in step.command for step in self.card.steps):
            yield "--set tries a thing once; what is to stay belongs into the recipe"
        yield from (f"written: {path}" for path in self.paths)


def describe(file: RecipeFile, home: Home, out: Path | None) -> Described:
    """Prepare the data where that is not done, measure it, and write the card.

    Raises:
        DataError: The data cannot be prepared.
    """
    prepared = prepare(file, home)
    tools = find_tools(file)
    card = card_of(file, prepared, tools.encode, tools.count_tokens, _why_not(file.recipe.data.check, tools), tools.names)
    return Described(card, tuple(write_card(card, out or prepared.folder)))


def _why_not(checks: Checks, tools: Tools) -> dict[str, str]:
    """Why the card cannot have one of the tools, which are looked for as the checks of the recipe need them."""
    missing = {"encode": tools.missing.get("off_topic"), "count_tokens": tools.missing.get("too_long"), "names": tools.missing.get("name")}
    if checks.too_long == "ignore":
        missing["count_tokens"] = "data.check.too_long is ignore"
    if checks.personal_data == "ignore":
        missing["names"] = "data.check.personal_data is ignore"
    return {tool: why for tool, why in missing.items() if why}
