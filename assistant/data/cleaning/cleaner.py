"""Questions and answers, cleaned by the rules that a recipe leaves on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.core.messages import Message
from assistant.core.recipe_data import ASKED_FOR, Clean, CleaningRule
from assistant.data.cleaning.pairs import has_label
from assistant.data.cleaning.rules import RULES, Part, Text
from assistant.data.example import Example

PART_OF: dict[str, Part] = {"system": "question", "user": "question", "assistant": "answer"}
"""What a turn of a conversation is cleaned as."""

MOST_PASSES = 12
"""How often the rules are applied in turn, until none finds anything; one repair may lay open another fault."""


@dataclass(frozen=True)
class Cleaned:
    """A text after cleaning.

    Attributes:
        text: What is left of it.
        rules: The rules that changed it, in their order.
    """

    text: str
    rules: tuple[CleaningRule, ...]


class Cleaner:
    """Applies rules to texts; the same text always becomes the same, and a clean one stays as it is.

    What it gives is stable: no rule finds anything in it any more. A text that does not come to rest within `MOST_PASSES` is
    hostile, and stays as it was.

    Args:
        settings: What the recipe says.
        words: Words that `spelling` takes for right, in lower case, besides those of the recipe and the dictionary; see `spelling.domain_words`.
    """

    def __init__(self, settings: Clean | None = None, words: Iterable[str] = ()) -> None:
        settings = settings or Clean()
        self._rules = [rule for rule in RULES if rule.name not in settings.without and (rule.name not in ASKED_FOR or rule.name in settings.also)]
        self._known = frozenset(words) | {word.lower() for word in settings.words}

    def text(self, text: str, part: Part, beside: str = "") -> Cleaned:
        """Clean one text.

        Args:
            text: It.
            part: What it is.
            beside: The question that an answer answers, or the answer of a question; some rules compare the two.
        """
        now, applied = text, set[CleaningRule]()
        for _ in range(MOST_PASSES):
            before = now
            now = self._once(now, part, beside, False, applied)
            if now == before:
                return Cleaned(now, _in_order(applied))
        return Cleaned(text, ())

    def example(self, example: Example) -> tuple[Example, tuple[CleaningRule, ...]]:
        """Clean all texts of an example.

        Returns:
            The example, whose question or answers may be empty now, and every rule that changed anything of it, once.
        """
        now, applied = example, set[CleaningRule]()
        for _ in range(MOST_PASSES):
            before = now
            now = self._pass(now, applied)
            if now is before:
                return now, _in_order(applied)
        return example, ()

    def _pass(self, example: Example, applied: set[CleaningRule]) -> Example:
        """The example after one round; the very same if nothing was found."""
        first = example.answers[0] if example.answers else ""
        question = self._once(example.question, "question", first, has_label(first, "answer"), applied)
        labelled = has_label(example.question, "question")
        answers = tuple(self._once(answer, "answer", question, labelled, applied) for answer in example.answers)
        said = tuple(self._once(message["content"], PART_OF[message["role"]], "", False, applied) for message in example.history)
        if question == example.question and answers == example.answers and all(a == m["content"] for a, m in zip(said, example.history, strict=True)):
            return example
        history = tuple(Message(role=message["role"], content=content) for message, content in zip(example.history, said, strict=True))
        return replace(example, question=question, answers=tuple(dict.fromkeys(filter(None, answers))), history=history)

    def _once(self, text: str, part: Part, beside: str, labelled: bool, applied: set[CleaningRule]) -> str:
        now = Text(text, part, beside, labelled, self._known)
        for rule in self._rules:
            changed = rule.apply(now)
            if changed != now.text:
                applied.add(rule.name)
                now = Text(changed, part, beside, labelled, self._known)
        return now.text


def _in_order(names: set[CleaningRule]) -> tuple[CleaningRule, ...]:
    return tuple(rule.name for rule in RULES if rule.name in names) if names else ()
