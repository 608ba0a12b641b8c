"""What a cleaning rule is given, and what a rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assistant.core.recipe_data import CleaningRule

Part = Literal["question", "answer"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text under repair.

    Attributes:
        text: As the rules before have left it.
        part: What it is.
        beside: The question that an answer answers, or the answer of a question; empty where it stands alone.
        labelled: The text beside it began with a label (`Q.`, `A:`) before it was cleaned.
        known: Words of the domain, in lower case, that `spelling` takes for right.
    """

    text: str
    part: Part
    beside: str = ""
    labelled: bool = False
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """One kind of repair.

    Attributes:
        name: By which a recipe turns it on or off.
        title: What it does, in one line, for people.
        before: An example of a text with the fault.
        after: The same after the repair.
        apply: Gives the repaired text, or the very same.
        part: What `before` is.
        beside: What stands beside `before`, where that matters.
        keeps: What looks like the fault and stays.
    """

    name: CleaningRule
    title: str
    before: str
    after: str
    apply: Callable[[Text], str]
    part: Part = "answer"
    beside: str = ""
    keeps: tuple[str, ...] = ()
