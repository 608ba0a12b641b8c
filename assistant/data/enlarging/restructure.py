"""The same question built otherwise, by the forms of `question_forms`."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache

from assistant.data.enlarging.question_forms import FORMS, FormSet
from assistant.data.example import Example
from assistant.data.splitting.equality import normal_form

LONGEST = 200
"""Characters of a question from which it is left as it is: it is more than a question."""
LONGEST_THING = 7
"""Words of a thing that is moved before its verb: a longer one reads badly there."""

_SLOT = re.compile(r"\{([xnvpc])\}")
_FILLING = r"[^?.!;:,\n]{2,120}"
_CLAUSE_WORDS = "that which who whose what when where if because while or but to do does did is are was were can should I you"
_CLAUSE = re.compile(rf"\b(?:{'|'.join(_CLAUSE_WORDS.split())})\b", re.IGNORECASE)
_LOOSE_END = re.compile(r"\b(?:for|of|to|in|on|with|about|like|from|by|at|into|called|made|used|done|and|the|a|an)$", re.IGNORECASE)
_NOT_DOING = "i you we they he she it the a an my your this that these those there not no be been is are was were has had know"
_NO_VERB = frozenset(_NOT_DOING.split())
_MUST = re.compile(r"(?:need|have|want|ought|got|going) to\b", re.IGNORECASE)
_NO_THING = frozenset(("there", "known", "meant", "done", "made", "wrong", "new", "left", "so", "not", "it"))
"""Words that follow "what is" and open no name of a thing."""
_PICKED = re.compile(r"(?:some|any|good|(?:the )?best)\b", re.IGNORECASE)
"""The openings of what is asked for as advice: it is not known by "what it is"."""


def restructure(example: Example, dice: random.Random) -> Iterator[str]:
    """The question in every other form it can be put in, in drawn order; nothing where no form is sure.

    Args:
        example: Of which the question is asked otherwise.
        dice: Draws.
    """
    question = " ".join(example.question.split())
    if len(question) > LONGEST:
        return
    for forms, slot, filling in _readings(question):
        # `replace`, since what people write may hold braces of its own.
        others = [form.replace(slot, filling) for form in forms.forms]
        others = [other for other in others if _plain(other) != _plain(question)]
        dice.shuffle(others)
        yield from others


def _plain(question: str) -> str:
    return normal_form(question).rstrip("?. ")


def _readings(question: str) -> Iterator[tuple[FormSet, str, str]]:
    """The form set that a question belongs to, with the slot and what is in it; the first set alone, since later ones are more general."""
    for forms in FORMS:
        for form in (*forms.forms, *forms.only_from):
            match = _pattern(form).fullmatch(question)
            if match and _fills(match[1].strip(), form):
                found = _SLOT.search(form)
                assert found is not None  # every form has one slot
                yield forms, found[0], match[1].strip()
                return


@cache
def _pattern(form: str) -> re.Pattern[str]:
    before, _, after = _SLOT.split(form)
    ending = re.escape(after.rstrip("?.")) + r" ?[?.]?" if after[-1] in "?." else re.escape(after)
    return re.compile(re.escape(before) + f"({_FILLING}?)" + ending, re.IGNORECASE)


def _fills(filling: str, form: str) -> bool:
    """Whether what stands in a slot is of its kind."""
    slot = _SLOT.search(form)
    words = filling.split()
    if slot is None or not words or not filling[0].isalnum() or (slot[1] in "xn" and _LOOSE_END.search(filling)):
        return False
    if slot[1] == "n":
        first = words[0].lower()
        plain = first not in _NO_THING and not first.endswith(("ing", "ed")) and not _PICKED.match(filling) and "best" not in filling.lower()
        return len(words) <= LONGEST_THING and plain and not _CLAUSE.search(filling)
    if slot[1] == "v":
        return not _MUST.match(filling) and words[0].isalpha() and words[0].lower() not in _NO_VERB and not words[0].lower().endswith(("ing", "ly"))
    return True
