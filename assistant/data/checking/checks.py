"""The checks, each with its name, how bad what it finds is, and what mends it; in the order in which findings are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.data.checking import endings, leaks, links, odd_characters, wording
from assistant.data.checking.finding import Fix, Severity
from assistant.data.checking.remark import Look

Scope = Literal["row", "tool", "corpus"]
"""row: seen in the row alone; tool: wants something that a model, a list or the recipe brings; corpus: seen among all rows."""


@dataclass(frozen=True)
class Check:
    """One thing that is looked for.

    Attributes:
        name: Its key under `data.check`; `missing` and `equal` have none and always drop.
        severity: How bad it is, unless a remark says otherwise.
        fix: What mends a row that is not dropped.
        scope: What must be known to see it.
        title: What it looks for, in one or two sentences, for people.
        example: What it finds, as question and answer, or in words where it takes more rows than one.
        looks: Looks at a row; None for checks that know more than the row.
    """

    name: str
    severity: Severity
    fix: Fix
    scope: Scope
    title: str
    example: str
    looks: Look | None = None


CHECKS: tuple[Check, ...] = (
    Check(
        "missing",
        "error",
        "drop",
        "row",
        "There is no question, or no answer, or cleaning left nothing of it.",
        "What is scleritis? → (nothing)",
        wording.missing,
    ),
    Check(
        "equal",
        "error",
        "drop",
        "row",
        "The answer is the question again, punctuation and case aside; or a single question with all of its long words, a heading that "
        "was taken for the answer.",
        "Is Williams syndrome inherited ? → Is Williams syndrome inherited?",
        wording.equal,
    ),
    Check(
        "truncated",
        "warning",
        "edit",
        "row",
        "The answer breaks off: it ends with a comma, a colon, an open bracket, an ellipsis, half a word, or a word that wants another "
        "(`and`, `the`, `such as`). A whole sentence that only lacks its stop is `no_final_stop`.",
        "What helps a cold? → Rest, drink water, and",
        endings.truncated,
    ),
    Check(
        "no_final_stop",
        "note",
        "edit",
        "row",
        "The answer has five words or more and no mark at its end, though it may be whole: a list, an address.",
        "What helps a cold? → Rest and drink a lot of water",
        endings.no_final_stop,
    ),
    Check(
        "no_question_mark",
        "note",
        "edit",
        "row",
        "The question opens like an English question and holds no question mark.",
        "Do you have information about vitamin D → ...",
        endings.no_question_mark,
    ),
    Check(
        "short_answer",
        "warning",
        "edit",
        "row",
        "The answer has fewer than five words, and the question, an English one, asks how, why, or what something is; not where it asks "
        "for a name, a number, yes or no.",
        "How to prevent keratitis? → Topics",
        wording.short_answer,
    ),
    Check(
        "long_question",
        "warning",
        "edit",
        "row",
        "The question has more than 60 words.",
        "a question with a paragraph scraped along",
        wording.long_question,
    ),
    Check(
        "label_leak",
        "warning",
        "edit",
        "row",
        "The question holds its whole answer of four words or more, a choice among several and texts to be read aside; or it spells out a "
        "tag of the row as a label. Where it ends with its answer that is an error.",
        "Can it spread? A: Yes, from person to person. → Yes, from person to person.",
        leaks.label_leak,
    ),
    Check(
        "odd_characters",
        "warning",
        "clean",
        "row",
        "Markup, entities, letters decoded wrongly or characters that are not seen, which cleaning has left; code aside. Replacement "
        "characters and control characters are errors: what stood there is lost.",
        "What is it? → A disease of the <b>eye</b> &amp; skin.",
        odd_characters.odd_characters,
    ),
    Check(
        "stripped_apostrophe",
        "note",
        "clean",
        "row",
        "A word has lost its apostrophe; the cleaning rule `apostrophes` mends it.",
        "What helps? → Parkinsons disease has no cure.",
        wording.stripped_apostrophe,
    ),
    Check(
        "links",
        "note",
        "edit",
        "row",
        "A web address stands in an answer. A model learns that there is one, not which: it makes addresses up, and those that it knows "
        "by heart grow old. Those that carry a user's name are `personal_data`; `localhost` and `example.org` are no findings.",
        "Who helps? → See https://www.cdc.gov/flu/index.htm.",
        links.links,
    ),
    Check(
        "language",
        "warning",
        "edit",
        "tool",
        "Question or answer is in another language than `expected_language`, or than most of the first 1,000 rows: that one has a "
        "probability of 0.9 or more, the expected one less than 0.01. Texts of fewer than 20 letters are not judged.",
        "What is asthma? → Asthma ist eine Erkrankung der Atemwege.",
    ),
    Check(
        "personal_data",
        "warning",
        "mask",
        "tool",
        "What reaches or identifies a person, of the kinds in `personal_kinds`; of URLs only those that carry a user's name, and nothing "
        "that is reserved for examples. What was found is told by kind and number, never repeated.",
        "Who helps? → Write to jane.doe@clinic.org.",
    ),
    Check(
        "too_long",
        "warning",
        "edit",
        "tool",
        "Conversation and answer have more tokens than `training.max_length`, by the base's own tokenizer and template: training cuts the "
        "end of the answer, or leaves the row out where the prompt alone fills it.",
        "an answer of 2,000 words",
    ),
    Check(
        "toxic",
        "warning",
        "edit",
        "tool",
        "The classifier that an installed package brings gives question or answer a probability of `toxic_above` or more. It sees words "
        "and not what they are for: clinical and quoted ones count as well, so look before you drop.",
        "Can you help me? → Shut up, you idiot.",
    ),
    Check(
        "boilerplate",
        "warning",
        "edit",
        "corpus",
        "The same answer of five words or more, punctuation and case aside, stands in five groups or more: it says nothing about any of them.",
        "`See your doctor for more information.` under ten topics",
    ),
    Check(
        "contradiction",
        "warning",
        "edit",
        "corpus",
        "The same question, after the same conversation, has another answer in another row: fewer than 80% of their pairs of words are "
        "the same. `drop` keeps the first row. Versions that are nearly the same are a note, and not dropped. Whether two answers "
        "contradict or complete each other, only a reader can tell.",
        "Is it contagious? → Yes, for a week. / No, never.",
    ),
    Check(
        "outlier",
        "warning",
        "edit",
        "corpus",
        "Length in words, or share of letters, of question or answer is far from the rest: a modified z-score by median and median "
        "absolute deviation above 5. From 50 rows on.",
        "an answer of 9,000 words among ones of 100",
    ),
    Check(
        "off_topic",
        "warning",
        "edit",
        "corpus",
        "The row has no neighbours: its similarity to the nearest hundredth of 2,000 rows, by sentence embeddings, is far below that of "
        "the rest (modified z-score above 3.5). From 50 rows on; looked for where it is asked for, since it reads every row with the "
        "sentence encoder.",
        "How do I reset my router? among questions about health",
    ),
)
"""All of them."""

BY_NAME = {check.name: check for check in CHECKS}
ALWAYS_DROPPED = frozenset({"missing", "equal"})
"""Checks that are no choice."""
