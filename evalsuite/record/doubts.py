"""Reasons not to take the figures at their word: leakage, and answers that are not those of the release."""

from __future__ import annotations

from typing import Literal

from evalsuite.record.figure import Figure, Part


class FlagCard(Part):
    """A reason to take the figures for those of something else than what was released."""

    name: str
    """Of the check."""
    severity: Literal["refuse", "flag"]
    """refuse: not fit, whatever the gates say."""
    sentence: str
    """What was seen."""


class SelfCheckCard(Part):
    """Whether a metric works on these data: references as answers score its best, those of other questions far less."""

    name: str
    """The metric's."""
    passed: bool | None
    """Null where it could not be asked."""
    sentence: str
    """What was seen."""


class LeakageSample(Part):
    """One test example beside what the target learned from."""

    id: str
    """The test example's."""
    kind: Literal["question_and_answer", "question", "near_question", "answer", "passage"]
    """The gravest kind that was found of it."""
    question: str
    """What the test asks."""
    training_id: str
    """Of the row that the target learned from."""
    training_question: str
    """What that row asks, cut where it is long."""
    training_answer: str
    """What that row answers, cut where it is long."""
    similarity: float | None
    """Jaccard similarity of both questions; null where they are not near."""
    share: float | None
    """Of the passages of eight words of the test's answer, how many are known; null for an answer of fewer words."""
    passage: str
    """The longest run of words of the test that are known; empty where there is none of eight."""


class LeakageCard(Part):
    """What of the test stands in what the target learned from."""

    n: int
    """Test examples that were looked for."""
    training_rows: int
    """Rows of the training and validation split that were searched."""
    most_groups: int
    """What stands in more groups of them is boilerplate, and counts for nothing."""
    counts: dict[str, int]
    """Test examples by kind, the gravest kind first; one may be of several."""
    shares: dict[str, int]
    """Test examples of whose answer at least this share is known, passage by passage."""
    signature: str
    """What must be known to find the same again."""
    samples: tuple[LeakageSample, ...]
    """The worst cases of each kind."""
    clean_n: int
    """Test examples of which nothing was found."""
    clean_figures: dict[str, Figure] | None
    """Quality over these alone, by metric; null where that says nothing new."""
    clean_reason: str | None = None
    """Why there are none."""
