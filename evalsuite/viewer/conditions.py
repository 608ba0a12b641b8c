"""The condition: what an item must fulfil to be shown, written in one word on the command line and in the filter menu alike.

kind=what   finish=length   f1=0.2..0.5   f1<0.3   f1>=0.9   text=fever
changed   toxic   leaked   leaked=question   corrected   review   training   regression
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.api import UserError
from evalsuite.viewer.items import Collection, Item
from evalsuite.viewer.journal import ACTIONS, Decision

Test = Callable[[Item, Decision], bool]

BARE = ("changed", "toxic", "leaked", "corrected", *ACTIONS)
"""Conditions of one word."""
SCORE = re.compile(r"(?P<name>[^<>=]+?)\s*(?P<sign><=|>=|<|>|=)\s*(?P<bound>.+)")
TODO = "Write tag=value, finish=length, f1<0.3, f1=0.2..0.5, text=words, or one of " + ", ".join(BARE) + "."


@dataclass(frozen=True)
class Condition:
    """One condition.

    Attributes:
        text: As it is written.
        subject: What it is about; of two conditions on one subject the later one counts.
        holds: Whether an item fulfils it.
    """

    text: str
    subject: str
    holds: Test = field(compare=False)


def parse_condition(text: str, collection: Collection) -> Condition:
    """A condition from its writing.

    Raises:
        UserError: It is none, or it asks for something that this evaluation does not hold.
    """
    text = text.strip()
    if text in BARE:
        _require(text, collection)
        return Condition(text, text, _BARE_TESTS[text])
    found = SCORE.fullmatch(text)
    if not found:
        raise UserError(f"{text!r} is no filter", TODO)
    name, sign, bound = found["name"], found["sign"], found["bound"].strip()
    if name in collection.cards:
        low, high = _range(text, sign, bound)
        return Condition(text, f"{name} {sign}", lambda item, _: (score := item.scores.get(name)) is not None and low <= score <= high)
    if sign != "=":
        raise UserError(f"{text!r} asks for scores of {name!r}, which was not measured", nearest(name, tuple(collection.cards)))
    if name == "text":
        return searching(bound)
    if name == "finish":
        return Condition(text, name, lambda item, _: (item.asked.finish_reason or "unknown") == bound)
    if name == "leaked":
        _require(name, collection)
        return Condition(text, name, lambda item, _: bound in item.leaks)
    if name in collection.tags:
        return Condition(text, f"tag {name}", lambda item, _: item.asked.tags.get(name) == bound)
    known = (*collection.tags, "finish", "text", *collection.cards)
    raise UserError(f"{text!r} names neither a tag nor a metric of this evaluation", nearest(name, known))


def searching(words: str) -> Condition:
    """The condition that an item holds these words, without regard to case."""
    sought = words.casefold()
    return Condition(f"text={words}", "text", lambda item, _: sought in item.words)


def with_condition(conditions: Sequence[Condition], new: Condition) -> tuple[Condition, ...]:
    """The conditions with a new one, in the place of an earlier one on the same subject."""
    return (*(condition for condition in conditions if condition.subject != new.subject), new)


def nearest(name: str, known: Sequence[str]) -> str:
    """What somebody who wrote `name` may have meant; all there is where nothing is near."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}." if known else "Nothing was measured."


def offered(collection: Collection) -> list[tuple[str, int]]:
    """Conditions that are worth a place in a menu, with how many items fulfil each."""
    texts = [word for word in ("changed", "toxic", "leaked") if not _missing(word, collection)]
    kinds = dict.fromkeys(kind for item in collection.items for kind in item.leaks)
    reasons = dict.fromkeys(item.asked.finish_reason or "unknown" for item in collection.items)
    texts += [f"leaked={kind}" for kind in kinds] + [f"finish={reason}" for reason in sorted(reasons)]
    plain = Decision()
    counted = [(text, sum(parse_condition(text, collection).holds(item, plain) for item in collection.items)) for text in texts]
    for tag, values in collection.tags.items():
        counted += [(f"{tag}={value}", n) for value, n in values.most_common(MOST_VALUES)]
    return counted


MOST_VALUES = 30
"""Values of a tag in the menu; the others can be written."""

_BARE_TESTS: dict[str, Test] = {
    "changed": lambda item, _: item.changed,
    "toxic": lambda item, _: item.is_toxic,
    "leaked": lambda item, _: bool(item.leaks),
    "corrected": lambda _, decision: decision.answer is not None,
    "review": lambda _, decision: "review" in decision.marks,
    "training": lambda _, decision: "training" in decision.marks,
    "regression": lambda _, decision: "regression" in decision.marks,
}


def _missing(word: str, collection: Collection) -> tuple[str, str] | None:
    """What keeps a condition of one word from meaning anything here, and what to do."""
    if word == "changed" and collection.other is None:
        return "there is no other side that an answer could differ from", "Name one with --against."
    if word == "toxic" and "toxicity_rate" not in collection.cards:
        return f"{collection.run} was not measured by toxicity_rate", "Put toxicity_rate among the metrics of the recipe, and run it again."
    if word == "leaked" and not collection.has_leakage:
        return f"{collection.run} has no leakage.json: nobody looked for leaked items", "Look for leaks first."
    return None


def _require(word: str, collection: Collection) -> None:
    if missing := _missing(word, collection):
        raise UserError(*missing)


def _range(text: str, sign: str, bound: str) -> tuple[float, float]:
    """The lowest and the highest score that a condition lets through."""
    try:
        if sign == "=":
            low, between, high = bound.partition("..")
            first, last = float(low), float(high) if between else float(low)
            if first > last:
                raise UserError(f"{text!r} runs from high to low", "Write the lower bound first: f1=0.2..0.5.")
        else:
            first = last = float(bound)
    except ValueError:
        raise UserError(f"{text!r} wants a number after {sign!r}", "Write f1<0.3, f1>=0.9 or f1=0.2..0.5.") from None
    if math.isnan(first) or math.isnan(last):
        raise UserError(f"{text!r} wants a number after {sign!r}", "Write f1<0.3, f1>=0.9 or f1=0.2..0.5.")
    return {
        "<": (-math.inf, math.nextafter(last, -math.inf)),
        "<=": (-math.inf, last),
        ">": (math.nextafter(first, math.inf), math.inf),
        ">=": (first, math.inf),
        "=": (first, last),
    }[sign]
