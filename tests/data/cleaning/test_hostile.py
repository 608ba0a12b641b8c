"""Hostile texts take time that grows with their length alone, and change nothing outside of their row."""

from __future__ import annotations

import gc
import time

import pytest

from assistant.core.recipe_data import ASKED_FOR, Clean
from assistant.data.cleaning.cleaner import MOST_PASSES, Cleaned, Cleaner
from assistant.data.cleaning.rules import RULES, Part, Rule, Text
from assistant.data.example import Example

LENGTH = 1_000_000
UNITS = [
    "<", "&", ".", " ", "(", "a", "A", "1", "?", ",", "`", "```\n", "\n", "\t", " \n", "[1]", "[", "<b", "<a ", "<a \"", "<a '\"", "<!--",
    "<b>", "<p>", "</p>", "<pre>", "<ul><li>", "&amp;", "&amp;lt;", "&#", "@", "a@", "a.", "a@b.", "http://", "www.", "a.B", "abc.The ",
    "word.3 The ", "? ", " ,", "..", "-", "a-", "Q. ", "\nA: ", "external icon", " icon", "dont ", "symptms ", "    x\n", "- ", "|",
    "\x1b[", "\xa0", "\xe9", "\xc3", "\xe2\u20ac", "\u0301", "e\u0301\u0316", "\u200d", "\u200c", "'", "\"", "What is (are) ", "\u201c",
    "one two three four five six seven eight ", "~~~\n", "disease2 ", "(a", "_", "\\", "$", "=",
]  # fmt: skip


def seconds(rule: Rule, text: str, part: Part, beside: str) -> float:
    """What applying it takes, without what collecting the garbage of other tests takes."""
    gc.disable()
    try:
        start = time.process_time()
        rule.apply(Text(text, part, beside))
        return time.process_time() - start
    finally:
        gc.enable()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_time_grows_with_length_alone(rule: Rule) -> None:
    rule.apply(Text("warm symptms é Ã©", "answer"))
    for unit in UNITS:
        short, long = (unit * (length // len(unit)) for length in (LENGTH // 100, LENGTH // 10))
        pairs: tuple[tuple[Part, str], ...] = (("question", long[: len(short)]), ("answer", short))
        for part, beside in pairs:
            quick = seconds(rule, short, part, beside)
            if quick > 0.005:
                slow = min(seconds(rule, long, part, beside) for _ in range(3))
                assert slow < max(0.3, 40 * quick), f"{unit!r} {part}: {quick:.3f} s, ten times of it {slow:.3f} s"


@pytest.mark.parametrize("unit", ["<", "&", ".", " ", "(", "<a ", "\n", "`"])
def test_a_million_characters_are_cleaned_in_seconds(unit: str) -> None:
    start = time.process_time()
    Cleaner(Clean(also=ASKED_FOR)).text(unit * (LENGTH // len(unit)), "answer", "What?")
    assert time.process_time() - start < 5


def test_what_does_not_come_to_rest_stays_as_it_was() -> None:
    # Each round takes one label away.
    assert Cleaner().text("A: " * (MOST_PASSES - 2) + "So it is.", "answer").text == "So it is."
    hostile = "A: " * (MOST_PASSES + 2) + "So it is."
    assert Cleaner().text(hostile, "answer") == Cleaned(hostile, ())
    example = Example("1", "Is it so?", (hostile,), "g")
    assert Cleaner().example(example) == (example, ())
