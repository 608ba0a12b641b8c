"""Questions that give away what is to be learned, or the tag that figures are broken down by."""

from __future__ import annotations

import re

from assistant.data.checking.remark import Remark, quoted, words_of
from assistant.data.checking.wording import LONG_QUESTION
from assistant.data.example import Example
from assistant.data.splitting.equality import normal_form

FEWEST_WORDS = 4
"""An answer of fewer words stands in its question by the nature of things: a name, a choice."""
OPTION = frozenset(["or", *"abcdefgh", *"12345678"])
"""What stands before the last of several answers to choose from."""
LABELS = ("category", "label", "class", "intent", "topic", "type", "tag", "kind", "section")
"""What people write before a label, besides the tag's own name."""

_CHOICES = re.compile(r"(?m)^\W*[a-hA-H1-8][).:]\s")


def label_leak(example: Example) -> Remark | None:
    """Whether the question holds its whole answer, or spells out a tag as a label."""
    return _whole_answer(example) or _tag(example)


def _whole_answer(example: Example) -> Remark | None:
    answer = words_of(example.answers[0])
    if len(answer) < FEWEST_WORDS or len(answer) > len(example.question):
        return None
    question = words_of(example.question)
    others = len(question) - len(answer)
    if others <= 0 or f" {' '.join(answer)} " not in f" {' '.join(question)} ":
        return None
    if question[others:] == answer:
        is_a_choice = question[others - 1] in OPTION or len(_CHOICES.findall(example.question)) > 1
        return None if is_a_choice else Remark("the question ends with its whole answer", "error")
    # In a long text the answer is to be found: such rows are made to learn reading.
    if others > LONG_QUESTION or _CHOICES.search(example.question):
        return None
    return Remark("the question holds its whole answer")


def _tag(example: Example) -> Remark | None:
    question = normal_form(example.question)
    for name, label in example.tags.items():
        value = normal_form(label)
        if len(value) < 2 or value not in question:
            continue
        for before in (normal_form(name), *LABELS):
            if re.search(rf"(?<!\w){re.escape(before)} ?[:=] ?[\"']?{re.escape(value)}(?!\w)", question):
                return Remark(f"the question names its tag: {quoted(f'{before}: {value}')}")
    return None
