"""The parts of a data card, as plain figures: no word about how they look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Count:
    """How often something is there.

    Attributes:
        name: What.
        count: How often.
        share: Of all that were looked at, 0 to 1; None where that has no meaning.
    """

    name: str
    count: int
    share: float | None = None


@dataclass(frozen=True)
class SplitFigures:
    """How much is in a split.

    Attributes:
        name: train, validation or test.
        examples: All of them.
        made: Those that were made from others, not written by people.
        groups: None where the report does not say.
        left_out: By `data.limit`.
    """

    name: str
    examples: int
    made: int
    groups: int | None
    left_out: int


@dataclass(frozen=True)
class Quantity:
    """How much there is.

    Attributes:
        rows: Found in the sources; None where the report does not say.
        read: Examples, and rows or turns that became none; each is in a split or not used. None where the report does not say.
        planted: Made-up secrets of `data.canaries` in train.
        splits: By split.
        tier: What people use so many training examples for, as a rule of thumb.
    """

    rows: int | None
    read: int | None
    planted: int
    splits: tuple[SplitFigures, ...]
    tier: str

    def examples(self, split: str | None = None) -> int:
        """Examples of a split, or of all."""
        return sum(each.examples for each in self.splits if split in (None, each.name))

    def made(self) -> int:
        """Examples that were made from others."""
        return sum(each.made for each in self.splits)

    def used(self) -> int:
        """Examples that were read, each once: those that were made, repeated or planted are none of them."""
        return self.examples() - self.made() - self.planted


@dataclass(frozen=True)
class FindingCount:
    """What a check found.

    Attributes:
        rule: Its name.
        severity: error, warning or note.
        count: Findings.
        fixed: Those that `prepare` mended, masked or left out.
        share: Of what was read; None where that is not known, or where one example may have several such findings.
    """

    rule: str
    severity: str
    count: int
    fixed: int
    share: float | None


@dataclass(frozen=True)
class Quality:
    """What was wrong and what became of it.

    Attributes:
        not_used: What was read and is in no split, duplicates among it, by reason as in rejected.jsonl; None: not measured.
        kept: Examples before `data.limit` and `data.balance`, in which findings are that nothing mends; None: not measured.
        cleaned: Examples in which cleaning changed something; None: not measured.
        rules: By cleaning rule, the examples it changed.
        findings: By check, the gravest first; None: not measured.
        not_looked_for: Checks that were not made, with the reason.
        decisions: What people decided, by kind; None: not measured.
    """

    not_used: tuple[Count, ...] | None
    kept: int | None
    cleaned: Count | None
    rules: tuple[Count, ...]
    findings: tuple[FindingCount, ...] | None
    not_looked_for: tuple[tuple[str, str], ...]
    decisions: tuple[Count, ...] | None


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram: values from `low` to `high`, both included."""

    low: int
    high: int
    count: int


@dataclass(frozen=True)
class Spread:
    """How values lie: nearest-rank quantiles, and a histogram up to the 99th percentile with all beyond in its last bar."""

    n: int
    low: int
    median: int
    p95: int
    p99: int
    high: int
    total: int
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Distinct:
    """Distinct-n (Li et al. 2016): different n-grams as a share of all n-grams; comparable only over as many words.

    Attributes:
        what: questions or answers.
        words: Words looked at.
        of_1: For single words; None where there are none.
        of_2: For pairs.
        of_3: For triples.
    """

    what: str
    words: int
    of_1: float | None
    of_2: float | None
    of_3: float | None


@dataclass(frozen=True)
class Diversity:
    """How different the rows are; of those that people wrote alone.

    Attributes:
        n: Rows.
        distinct: Of questions and of answers.
        types: Kinds of question.
        openings: The first three words of questions, the most frequent first.
        question_words: Lengths.
        answer_words: Lengths of first answers.
    """

    n: int
    distinct: tuple[Distinct, ...]
    types: tuple[Count, ...]
    openings: tuple[Count, ...]
    question_words: Spread | None
    answer_words: Spread | None


@dataclass(frozen=True)
class Topic:
    """A cluster of questions.

    Attributes:
        train: Sampled questions of train in it.
        held_out: Of validation and test.
        typical: The question nearest to its middle.
        words: That are more frequent in it than elsewhere.
    """

    train: int
    held_out: int
    typical: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Topics:
    """What is asked about, by k-means over a sample.

    Attributes:
        by: meaning (sentence embeddings) or words (tf-idf).
        why: Why not by meaning; empty where it is.
        train: Questions of train in the sample.
        held_out: Of validation and test.
        topics: The largest first.
        covered: Share of the held-out questions whose topic has enough questions in train; None without held-out ones.
        nearest: Median cosine of a held-out question and the nearest one of train; None unless by meaning.
    """

    by: Literal["meaning", "words"]
    why: str
    train: int
    held_out: int
    topics: tuple[Topic, ...]
    covered: float | None
    nearest: float | None


@dataclass(frozen=True)
class TagValue:
    """How many examples have a value of a tag, by split, and what so many in train are used for."""

    value: str
    train: int
    validation: int
    test: int
    tier: str


@dataclass(frozen=True)
class TagBalance:
    """How the values of a tag are dealt.

    Attributes:
        tag: Its name.
        distinct: Different values.
        without: Examples that have none.
        values: The most frequent in train first; not all of them where there are many.
        imbalance: Examples of the most frequent value in train over those of the least frequent one that train has.
        evenness: Shannon entropy over its maximum (Pielou 1966): 1 where all values are as frequent; None for a single value.
        smallest: The least examples in train that a value has that stands in any split.
    """

    tag: str
    distinct: int
    without: int
    values: tuple[TagValue, ...]
    imbalance: float | None
    evenness: float | None
    smallest: int


@dataclass(frozen=True)
class Tokens:
    """What the base reads in one epoch.

    Attributes:
        n: Examples of train that were counted; fewer than there are where it says estimated.
        estimated: Totals are scaled up from a sample.
        spread: Tokens of an example, as it is before it is cut.
        max_length: Where `training.max_length` cuts.
        beyond: Examples with more.
        epoch_tokens: Tokens read in an epoch after cutting.
        epoch_steps: Steps of the optimizer in an epoch.
        epochs: As in the recipe.
    """

    n: int
    estimated: bool
    spread: Spread
    max_length: int
    beyond: Count
    epoch_tokens: int
    epoch_steps: int
    epochs: float


@dataclass(frozen=True)
class Repetition:
    """What is the same, before it was dealt with.

    Attributes:
        exact: Exact duplicates left out.
        near: Rows with nearly the same words, groups joined, rows left out; None: not measured.
        meaning: The same by meaning; None: not measured.
        groups: Groups as found; None: not measured.
        joined: Groups that were joined to others.
    """

    exact: int | None
    near: Mapping[str, int] | None
    meaning: Mapping[str, int] | None
    groups: int | None
    joined: int | None


@dataclass(frozen=True)
class Personal:
    """What looks like personal data in the prepared examples.

    Attributes:
        looked_at: Examples.
        names_in: Examples in which names were looked for, where these are a sample; else None.
        examples: Examples with any.
        kinds: Places by kind; 0 where it was looked for and not found.
        not_looked_for: Kinds that were not, with the reason.
    """

    looked_at: int
    names_in: int | None
    examples: int
    kinds: tuple[Count, ...]
    not_looked_for: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Leakage:
    """What held-out examples share with train.

    Attributes:
        held_out: Examples of validation and test.
        same_question: Of these, how many ask what is asked in train, case and spaces aside; measured by the card.
        asked: Of these, how many ask what train asks or nearly so, as `prepare` measured it; None: not measured.
        reported: What else `prepare` looked for in train, and the figure; None: not measured.
    """

    held_out: int
    same_question: int
    asked: int | None
    reported: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True)
class Made:
    """What people did not write.

    Attributes:
        examples: How many.
        share: Of train.
        methods: By how they were made.
        left_out: Made rows that were not used; None: not measured.
        balance: How classes were brought to like numbers, in words; empty where they were not.
    """

    examples: int
    share: float
    methods: tuple[Count, ...]
    left_out: int | None
    balance: str
