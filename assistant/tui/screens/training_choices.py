"""What the training screen offers, and what is known of a training before it tells anything. Reads the disk: called in threads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.core.home import Home
from assistant.core.plain import one_line
from assistant.training.events import events_file
from assistant.training.watching import running, unfinished

NOTHING = "No training is under way, and there is no recipe to begin with.\nA recipe is a YAML file: `assistant train RECIPE` begins with any."


@dataclass(frozen=True)
class Choice:
    """A line of the list.

    Attributes:
        kind: What is done with it.
        name: The assistant; empty for a recipe, which says it itself.
        recipe: What is trained; None for a training that is there already.
    """

    kind: Literal["watch", "unfinished", "start"]
    name: str = ""
    recipe: Path | None = None


def choices_of(home: Home, recipes: Sequence[Path]) -> tuple[list[Choice], list[str]]:
    """What can be watched or begun, each with its line.

    Args:
        home: The workspace.
        recipes: What can be trained.
    """
    choices = [(Choice("watch", name), f"{name}: being trained now") for name in running(home)]
    choices += [(Choice("unfinished", name), f"{name}: interrupted, can go on") for name in unfinished(home)]
    choices += [(Choice("start", recipe=recipe), one_line(f"begin {recipe}")) for recipe in recipes]
    return [choice for choice, _ in choices], [line for _, line in choices]


def plan_of(recipe: Path) -> str:
    """What a recipe would train, in words: `health, lora, 2 epochs`.

    Args:
        recipe: A recipe, or a folder that holds one.

    Raises:
        UserError: It is none.
    """
    from assistant.core.recipe_file import load_recipe

    found = load_recipe(recipe).recipe
    steps, epochs = found.training.max_steps, found.training.epochs
    amount, unit = (epochs, "epoch") if steps is None else (steps, "step")
    return one_line(f"{found.name}, {found.training.method}, {amount:g} {unit}{'' if amount == 1 else 's'}")


def started_at(home: Home, name: str) -> float | None:
    """When the process that trains an assistant was started, seconds since 1970; None where that is not known.

    Args:
        home: The workspace.
        name: The assistant.
    """
    import psutil

    try:
        lines = events_file(home, name).read_text(encoding="utf-8", errors="replace").splitlines()
        # The times of the events are no help: the file begins anew once the data is read.
        pids = [event.get("pid") for event in map(json.loads, lines) if event.get("event") == "start"]
        return float(psutil.Process(pids[-1]).create_time())
    except (OSError, ValueError, TypeError, AttributeError, IndexError, psutil.Error):
        # Not there yet, half written, or the process is gone.
        return None
