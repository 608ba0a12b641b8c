"""What can be set of a conversation: the range of each setting, what it does in plain words, and how it is read. Knows no widget."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.chat.settings import MOST_TOKENS, SEEDS
from assistant.core.errors import UserError

"""More than any model reads."""


@dataclass(frozen=True)
class Setting:
    """One number that can be set.

    Attributes:
        name: Its name, as in the recipe.
        title: What the screen calls it.
        kind: Whether it may have a fraction.
        lowest: The least it may be.
        highest: The most it may be.
        range_text: The range in words.
        about: What happens when it is raised or lowered.
    """

    name: str
    title: str
    kind: Literal["whole", "any"]
    lowest: float
    highest: float
    range_text: str
    about: str

    def read(self, text: str) -> int | float | None:
        """The value that is written; None for nothing, which leaves what the recipe says.

        Raises:
            UserError: It is no number, or out of its range.
        """
        text = text.strip()
        if not text:
            return None
        value = self._number(text)
        if not self.lowest <= value <= self.highest:
            raise UserError(f"{self.title} is {text}", f"It may be {self.range_text}.")
        return value

    def _number(self, text: str) -> int | float:
        todo = f"It may be {self.range_text}."
        try:
            # In many countries 0.7 is written with a comma.
            value = float(text.replace(",", ".")) if self.kind == "any" else int(text)
        except ValueError:
            whole = "a whole number" if self.kind == "whole" else "a number"
            raise UserError(f"{self.title} is “{text}”, which is not {whole}", todo) from None
        if not math.isfinite(value):
            raise UserError(f"{self.title} is “{text}”, which is not a number that can be used", todo)
        return value


SETTINGS = (
    Setting(
        "max_new_tokens",
        "longest answer",
        "whole",
        1,
        MOST_TOKENS,
        "1 to 1,000,000 tokens",
        "An answer is cut off after so many tokens (about three quarters of a word each). Higher lets answers run longer, and take longer; "
        "it makes no answer longer that would have ended by itself.",
    ),
    Setting(
        "temperature",
        "temperature",
        "any",
        0,
        10,
        "0 to 10; seldom above 1.5",
        "0 always takes the likeliest word, so that a question has one answer. Higher is more varied, and more often wrong; "
        "above 1.5 it soon makes no sense.",
    ),
    Setting(
        "top_p",
        "top p",
        "any",
        0,
        1,
        "0 to 1",
        "Only the likeliest words that together have this probability are chosen from. Lower is safer and plainer, 1 leaves all of them; "
        "it does nothing at a temperature of 0.",
    ),
    Setting(
        "repetition_penalty",
        "repetition penalty",
        "any",
        1,
        10,
        "1 or more; seldom above 1.5",
        "Above 1, words that stand in the text already become less likely. A little, such as 1.1, stops an answer that goes in circles; "
        "much of it drives out words that are needed.",
    ),
    Setting(
        "seed",
        "seed",
        "whole",
        0,
        SEEDS - 1,
        f"0 to {SEEDS - 1}",
        "Where chance begins. The same seed gives the same answer again, another one another answer; it does nothing at a temperature of 0.",
    ),
    Setting(
        "context_tokens",
        "context",
        "whole",
        16,
        MOST_TOKENS,
        "16 to 1,000,000 tokens; empty for all that the model reads",
        "The longest prompt; of a long conversation, what is older than fits is left out. Lower answers sooner and forgets earlier; "
        "more than the model reads changes nothing.",
    ),
)

SYSTEM_PROMPT_ABOUT = (
    "What the assistant is told before the conversation. It was trained with the recipe's; another one may work less well. "
    "Empty tells it nothing at all."
)


def explained(setting: Setting, docs: Mapping[str, str]) -> str:
    """The range of a setting, and what it does.

    Args:
        setting: The setting.
        docs: Explanations that count instead of those written here, by name.
    """
    return f"{setting.range_text}. {docs.get(setting.name, setting.about)}"


def shown(value: float) -> str:
    """A value as it is written into its field."""
    # What was kept by hand may be anything, also nan: it is shown as it is.
    return str(int(value)) if isinstance(value, int) or (math.isfinite(value) and value == int(value)) else repr(value)
