"""The cleaning rules, each with its name, in the order in which they are applied."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from assistant.core.recipe_data import CleaningRule

Part = Literal["question", "answer"]


@dataclass(frozen=True)
class Text:
    """A text under repair.

    Attributes:
        text: As the rules before have left it.
        part: What it is.
        beside: The question that an answer answers, or the answer of a question; empty where it stands alone.
    """

    text: str
    part: Part
    beside: str = ""


@dataclass(frozen=True)
class Rule:
    """One kind of repair.

    Attributes:
        name: By which a recipe turns it on or off.
        title: What it does, in one line, for people.
        before: An example of a text with the fault.
        after: The same after the repair.
        apply: Gives the repaired text, or the very same.
    """

    name: CleaningRule
    title: str
    before: str
    after: str
    apply: Callable[[Text], str]


LINE_ENDS = re.compile(r"\r\n?|\x0b|\x0c")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


def _controls(text: Text) -> str:
    return CONTROLS.sub("", LINE_ENDS.sub("\n", text.text))


def _spaces(text: Text) -> str:
    return text.text.strip()


RULES: tuple[Rule, ...] = (
    Rule("controls", "Control characters go.", "a\x07b", "ab", _controls),
    Rule("spaces", "White space at the ends goes.", " a ", "a", _spaces),
)
