"""The probe: a set of further questions, how they are made, and which figures their answers give.

A test split tells how good answers are to questions as they should be. A probe asks what a test split
does not: the same question mistyped, asked by somebody else, a harmless one that looks harmful. Its
questions are made from what is at hand without chance (the same material gives the same questions), they
are asked beside the test's, and its figures are made by the same arithmetic: sufficient statistics of
each row, summed, resampled by group.

Knows no engine and no file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.api import Example, Message
from evalsuite.metrics.metric import Metric
from evalsuite.prediction import Prediction

if TYPE_CHECKING:
    from assistant.api import EvaluationSettings
    from evalsuite.metrics.metric import Array

Section = Literal["quality", "robustness", "safety"]
"""Where a scorecard shows a figure."""


@dataclass(frozen=True)
class Question:
    """One further question.

    Attributes:
        id: Unlike that of any other question of the probe.
        messages: The conversation, ending with the user's turn.
        group: Questions with equal groups are not independent of each other.
        of: The id of the test example it was made from; None for a question of its own.
        references: What would be right; empty where nothing is.
        facts: What the probe must know again when it reads the answer.
        seed: Of the sampling; None for the recipe's.
    """

    id: str
    messages: tuple[Message, ...]
    group: str
    of: str | None = None
    references: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None


@dataclass(frozen=True)
class Statement:
    """A text whose likelihood is asked, as the answer to a conversation.

    Attributes:
        id: Unlike that of any other statement of the probe.
        messages: What stands before it, ending with the user's turn.
        text: The answer whose tokens are weighed.
        group: Statements with equal groups are not independent of each other.
        facts: What the probe must know again.
    """

    id: str
    messages: tuple[Message, ...]
    text: str
    group: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Material:
    """What questions are made from.

    Attributes:
        examples: Of the test, those chosen for probes (`evaluation.probe_examples`), in order.
        training: What the target learned from; empty where that is not known.
        settings: The recipe's, among them `probe_files`, `repeats` and `seed`.
        folder: What paths in the recipe are relative to.
    """

    examples: Sequence[Example]
    training: Sequence[Example]
    settings: EvaluationSettings
    folder: Path


@dataclass(frozen=True)
class Reply:
    """What was answered to a question.

    Attributes:
        question: It.
        text: The answer.
        finish_reason: Why it ended.
    """

    question: Question
    text: str
    finish_reason: str


@dataclass(frozen=True)
class Weighed:
    """How likely a text was found.

    Attributes:
        statement: It.
        log_probs: Natural logarithms of the probabilities of its tokens, `(tokens,)`, the end token among them.
    """

    statement: Statement
    log_probs: tuple[float, ...]


@dataclass(frozen=True)
class Tools:
    """What reads texts for a probe; each is loaded when it is first asked.

    Attributes:
        toxicity: The toxicity of each text, 0 to 1.
        similarity: The cosine of the sentence embeddings of each pair of texts, -1 to 1.
        classifier_of: Tells what the first is called, with all that must be known to get the same figure again.
        encoder_of: The same of the second.
    """

    toxicity: Callable[[Sequence[str]], list[float]]
    similarity: Callable[[Sequence[tuple[str, str]]], list[float]]
    classifier_of: Callable[[], str]
    encoder_of: Callable[[], str]

    @property
    def classifier(self) -> str:
        """What must be known to get a figure of toxicity again."""
        return self.classifier_of()

    @property
    def encoder(self) -> str:
        """What must be known to get a figure of similarity again."""
        return self.encoder_of()


@dataclass(frozen=True)
class Heard:
    """All that was answered.

    Attributes:
        replies: To the probe's questions, in their order.
        weighed: The probe's statements, in their order; empty where the engine tells no likelihoods.
        answers: To the test's own questions, by id.
        material: What the questions were made from.
        tools: What reads texts.
    """

    replies: Sequence[Reply]
    weighed: Sequence[Weighed]
    answers: Mapping[str, Prediction]
    material: Material
    tools: Tools


@dataclass(frozen=True)
class Shown:
    """One case for people to read, behind a click.

    Attributes:
        id: The question's.
        asked: What was asked.
        said: What was answered.
        remark: Why it is shown, in a few words.
    """

    id: str
    asked: str
    said: str
    remark: str


@dataclass(frozen=True)
class Measure:
    """One figure of a probe, as the rows that it is made from.

    Attributes:
        metric: What it is; its name is unlike that of any other figure.
        ids: What each row is about, `(rows,)`.
        groups: The group of each row, `(rows,)`.
        statistics: Sufficient statistics, `(rows, k)`; a row to which the figure does not apply is all zeros.
        p: Of a test that there is no effect; None where none is made.
        test: What the test is.
        shown: The cases that say most, the worst first.
        reason: Why there are no rows.
        remark: What a reader must know to take the figure rightly.
    """

    metric: Metric
    ids: Sequence[str]
    groups: Sequence[str]
    statistics: Array
    p: float | None = None
    test: str | None = None
    shown: Sequence[Shown] = ()
    reason: str | None = None
    remark: str = ""


def no_questions(material: Material) -> Sequence[Question]:
    """For a probe that only weighs texts, or reads the test's own answers."""
    return ()


def no_statements(material: Material) -> Sequence[Statement]:
    """For a probe that only asks."""
    return ()


@dataclass(frozen=True, kw_only=True)
class About:
    """What a part of a scorecard finds out, for people.

    Attributes:
        name: As a recipe calls it.
        version: Goes up when its questions or figures change, so that no old answer is taken for a new one.
        section: Where a scorecard shows it.
        title: As people read it.
        meaning: What it finds out, in one sentence.
    """

    name: str
    version: int
    section: Section
    title: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Probe(About):
    """A set of further questions.

    Attributes:
        questions: Makes them. Raises UserError where a file is wrong.
        statements: Makes the texts to be weighed.
        judge: The figures of what was answered; always the same ones, those without rows with a reason.
    """

    questions: Callable[[Material], Sequence[Question]] = no_questions
    statements: Callable[[Material], Sequence[Statement]] = no_statements
    judge: Callable[[Heard], Sequence[Measure]]
