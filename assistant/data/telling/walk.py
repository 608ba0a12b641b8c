"""One walk over all prepared examples: what the card counts, in memory that does not grow with them."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.core.recipe_data import PersonalKind
from assistant.data.checking.personal import PersonalData
from assistant.data.checking.tools import CountTokens
from assistant.data.example import Example
from assistant.data.personal.personal_data import FindNames
from assistant.data.scratch import hash_of
from assistant.data.splitting.equality import asked
from assistant.data.splitting.groups import share
from assistant.data.splitting.split import SPLITS, SplitName
from assistant.data.splitting.unique import Tally
from assistant.data.telling.questions import opening_of, type_of
from assistant.data.telling.sample import Sample
from assistant.data.telling.shown import shown

COUNTED_TOGETHER = 256
"""Examples whose tokens are counted at once."""

SLOW = 20_000
"""Examples up to which all are looked at by what takes milliseconds a row: tokens, and names of persons. Of more a sample of as many."""
SAMPLED: Mapping[SplitName, int] = {"train": 1_500, "validation": 250, "test": 500}
"""Rows of the sample for topics and distinct-n, by split."""
UNKNOWN_KIND = "made otherwise"
MOST_METHODS = 50


@dataclass
class Walked:
    """What was counted.

    Attributes:
        examples: By split.
        made: Made examples, by split.
        methods: How they were made.
        types: Kinds of question.
        question_words: How often each length occurs.
        answer_words: Of first answers.
        samples: By split, of what people wrote.
        tokens: Lengths of train's examples in tokens.
        personal: Places by kind.
        personal_looked: Examples looked at.
        names_looked: Examples in which names were looked for.
        personal_examples: Examples with any.
        same_question: Held-out examples that ask what train asks.
        openings: First words of questions, in the scratch database.
        database: Where tags are: the table `tags (tag, value, split, times)`.
    """

    database: sqlite3.Connection
    openings: Tally
    examples: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    question_words: Counter[int] = field(default_factory=Counter)
    answer_words: Counter[int] = field(default_factory=Counter)
    samples: dict[str, Sample] = field(default_factory=lambda: {name: Sample(SAMPLED[name]) for name in SPLITS})
    tokens: Counter[int] = field(default_factory=Counter)
    personal: Counter[str] = field(default_factory=Counter)
    personal_looked: int = 0
    names_looked: int = 0
    personal_examples: int = 0
    same_question: int = 0


def walk(
    splits: Mapping[SplitName, Sequence[Example]],
    database: sqlite3.Connection,
    count_tokens: CountTokens | None,
    kinds: Collection[PersonalKind],
    names: FindNames | None = None,
) -> Walked:
    """Look at every example once.

    Args:
        splits: The prepared examples.
        database: A scratch database.
        count_tokens: By the base's tokenizer; None to count none.
        kinds: Personal data that are looked for.
        names: What marks persons; None where nothing does.
    """
    database.execute("CREATE TABLE asked (hash BLOB PRIMARY KEY) WITHOUT ROWID")
    database.execute("CREATE TABLE tags (tag TEXT, value TEXT, split TEXT, times INTEGER NOT NULL, PRIMARY KEY (tag, value, split)) WITHOUT ROWID")
    walked = Walked(database, Tally(database, "openings"))
    total = sum(len(splits.get(name, ())) for name in SPLITS)
    by_form, with_names = PersonalData(kinds), PersonalData(kinds, names)
    waiting: list[Example] = []

    def count_waiting() -> None:
        walked.tokens.update(count_tokens(waiting) if count_tokens and waiting else ())
        waiting.clear()

    for name in SPLITS:  # train comes first, so that what it asks is known.
        for example in splits.get(name, ()):
            _count(walked, name, example)
            is_sampled = share(1, example.id) * total < SLOW
            _look(walked, example, with_names if is_sampled else by_form)
            walked.names_looked += is_sampled and names is not None
            if name == "train" and is_sampled:
                waiting.append(example)
            if len(waiting) == COUNTED_TOGETHER:
                count_waiting()
    count_waiting()
    return walked


def _count(walked: Walked, split: SplitName, example: Example) -> None:
    walked.examples[split] += 1
    question = hash_of("\0".join(asked(example)))
    if split == "train":
        walked.database.execute("INSERT OR IGNORE INTO asked VALUES (?)", (question,))
    elif walked.database.execute("SELECT 1 FROM asked WHERE hash = ?", (question,)).fetchone():
        walked.same_question += 1
    for tag, value in example.tags.items():
        walked.database.execute("INSERT INTO tags VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET times = times + 1", (shown(tag), shown(value), split))
    if example.made_by:
        walked.made[split] += 1
        method = shown(example.made_by, 40)
        walked.methods[method if method in walked.methods or len(walked.methods) < MOST_METHODS else UNKNOWN_KIND] += 1
        return
    walked.types[type_of(example.question)] += 1
    walked.openings.add(opening_of(example.question))
    walked.question_words[len(example.question.split())] += 1
    walked.answer_words[len(example.answers[0].split())] += 1
    walked.samples[split].show(example)


def _look(walked: Walked, example: Example, personal: PersonalData) -> None:
    """Count the personal data of one example."""
    found = personal.count(example)
    walked.personal.update(found)
    walked.personal_looked += 1
    walked.personal_examples += bool(found)
