"""Questions that give away what is to be learned, or the tag that figures are broken down by."""

from __future__ import annotations

import re

from assistant.data.checking.remark import Remark, quoted, words_of
from assistant.data.checking.wording import LONG_QUESTION
from assistant.data.example import Example
from assistant.data.splitting.equality import normal_form

FEWEST_WORDS = 4
"""An answer of fewer words stands in its question by the nature of things: a name, a choice."""
LABELS = ("category", "label", "class", "intent", "topic", "type", "tag", "kind", "section")
"""What people write before a label, besides the tag's own name."""

_CHOICE = re.compile(r"(?<!\w)\(?[a-hA-H1-8][).:]\s")


def label_leak(example: Example) -> Remark | None:
    """Whether the question holds its whole answer, or spells out a tag as a label."""
    return _whole_answer(example) or _tag(example)


def _whole_answer(example: Example) -> Remark | None:
    # Marks and spaces may make the same words longer, but not by so much.
    if len(example.answers[0]) > 2 * len(example.question):
        return None
    answer = words_of(example.answers[0])
    if len(answer) < FEWEST_WORDS:
        return None
    question = words_of(example.question)
    others = len(question) - len(answer)
    if others <= 0 or f" {' '.join(answer)} " not in f" {' '.join(question)} ":
        return None
    if question[others:] == answer:
        is_a_choice = question[others - 1] == "or" or _offers_choices(example.question)
        return None if is_a_choice else Remark("the question ends with its whole answer", "error")
    # In a long text the answer is to be found: such rows are made to learn reading.
    if others > LONG_QUESTION or _offers_choices(example.question):
        return None
    return Remark("the question holds its whole answer")


def _offers_choices(question: str) -> bool:
    return len(_CHOICE.findall(question)) > 1


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
