"""The same question with somebody around it: who asks, for whom, in which mood. Nothing that would change the answer.

No age, no illness, no pregnancy and no trade secret stands here: a persona that needs another answer makes a wrong row.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from assistant.data.example import Example

FOR_OTHERS = (
    "I'm asking for my mother. {}",
    "I'm asking for a friend. {}",
    "My father wants to know this. {}",
    "A colleague asked me this. {}",
    "Somebody in my family asked me: {}",
    "I am asking on behalf of a neighbour. {}",
)
"""Only around questions without "I": two persons would be mixed up."""
FOR_ANYBODY = (
    "Hello! {}",
    "Hi, I have a question. {}",
    "{} Thank you.",
    "{} Thanks in advance!",
    "Good morning. {}",
    "I am new to this. {}",
    "I am a student. {}",
    "I have looked for this everywhere. {}",
    "I have been wondering about this. {}",
    "Quick question: {}",
    "Sorry if this has been asked before. {}",
    "I would like to be sure about this. {}",
    "Maybe you can help me. {}",
    "{} I would be grateful for a short answer.",
    "{} Please explain it simply.",
)
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|mine|we|us|our)\b", re.IGNORECASE)


def context(example: Example, dice: random.Random) -> Iterator[str]:
    """The question in one frame after another, in drawn order.

    Args:
        example: Of which the question is asked; nothing comes where it is no first question of a conversation.
        dice: Draws.
    """
    question = " ".join(example.question.split())
    if any(message["role"] != "system" for message in example.history) or question[-1:] not in tuple("?.!"):
        return
    frames = [*FOR_ANYBODY, *(() if _FIRST_PERSON.search(question) else FOR_OTHERS)]
    dice.shuffle(frames)
    # `replace`, since a question may hold braces of its own.
    yield from (frame.replace("{}", question) for frame in frames)
