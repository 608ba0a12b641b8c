"""Questions and answers, cleaned by the rules that a recipe leaves on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.core.messages import Message
from assistant.core.recipe_data import ASKED_FOR, Clean, CleaningRule
from assistant.data.cleaning.rules import RULES, Part, Text
from assistant.data.example import Example

PART_OF: dict[str, Part] = {"system": "question", "user": "question", "assistant": "answer"}
"""What a turn of a conversation is cleaned as."""


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

    Args:
        settings: What the recipe says.
    """

    def __init__(self, settings: Clean | None = None) -> None:
        settings = settings or Clean()
        self._rules = [rule for rule in RULES if rule.name not in settings.without and (rule.name not in ASKED_FOR or rule.name in settings.also)]

    def text(self, text: str, part: Part, beside: str = "") -> Cleaned:
        """Clean one text.

        Args:
            text: It.
            part: What it is.
            beside: The question that an answer answers, or the answer of a question; some rules compare the two.
        """
        applied: list[CleaningRule] = []
        now = Text(text, part, beside)
        for rule in self._rules:
            changed = rule.apply(now)
            if changed != now.text:
                applied.append(rule.name)
                now = replace(now, text=changed)
        return Cleaned(now.text, tuple(applied))

    def example(self, example: Example) -> tuple[Example, tuple[CleaningRule, ...]]:
        """Clean all texts of an example.

        Returns:
            The example, whose question or answers may be empty now, and every rule that changed anything of it, once.
        """
        question = self.text(example.question, "question", example.answers[0])
        answers = [self.text(answer, "answer", question.text) for answer in example.answers]
        history = [
            (message, self.text(message["content"], "answer" if message["role"] == "assistant" else "question")) for message in example.history
        ]
        rules = [*question.rules, *(rule for each in (*answers, *(cleaned for _, cleaned in history)) for rule in each.rules)]
        if not rules:
            return example, ()
        said = tuple(Message(role=message["role"], content=cleaned.text) for message, cleaned in history)
        texts = tuple(dict.fromkeys(each.text for each in answers if each.text))
        return replace(example, question=question.text, answers=texts, history=said), tuple(dict.fromkeys(rules))
