"""Consistency: whether the same question in other words, or asked again, gets the same answer.

Measured by meaning (sentence embeddings) and by words (token F1) between all answers to one question, the
one to the test's own wording among them. Consistent is not correct: the same wrong answer each time scores 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from assistant.api import Example, Message, fingerprint_of_value
from evalsuite.metrics.f1 import token_f1
from evalsuite.metrics.metric import Metric, scored
from evalsuite.probes.figure import SHOWN, figure
from evalsuite.probes.probe import Heard, Material, Measure, Probe, Question, Reply, Shown
from evalsuite.probes.wordings import wordings

if TYPE_CHECKING:
    pass

TAG = "paraphrases"
"""A tag with further wordings of the question, a line each."""
MOST_PARAPHRASES = 3
VERSION = 1


@dataclass(frozen=True)
class _Family:
    """One example with all answers to it, its own first; `wordings` and `seeds` hold those of either kind."""

    example: Example
    own: str
    replies: tuple[Reply, ...]

    def answers(self, kind: str) -> list[str]:
        return [self.own, *(reply.text for reply in self.replies if reply.question.facts["kind"] == kind)]


def questions(material: Material) -> Sequence[Question]:
    """Two other wordings of each question, its paraphrases where it has some, and the question itself under other seeds."""
    asked: list[Question] = []
    for example in material.examples:
        given = [line.strip() for line in example.tags.get(TAG, "").splitlines() if line.strip()][:MOST_PARAPHRASES]
        others = [text for text in dict.fromkeys((*wordings(example.question), *given)) if text != example.question]
        asked += [_question(example, f"wording-{number}", text, "wording") for number, text in enumerate(others, 1)]
        asked += [
            _question(example, f"seed-{number}", example.question, "seed", seed=_seed(example.id, number, material.settings.seed))
            for number in range(1, material.settings.repeats)
        ]
    return asked


def judge(heard: Heard) -> Sequence[Measure]:
    """Likeness of meaning and of words between wordings, and likeness of meaning between seeds."""
    by_example: dict[str, list[Reply]] = {}
    for reply in heard.replies:
        by_example.setdefault(reply.question.of or "", []).append(reply)
    families = [
        _Family(example, heard.answers[example.id].text, tuple(by_example.get(example.id, ())))
        for example in heard.material.examples
        if example.id in heard.answers
    ]
    encoder, words = heard.tools.encoder, "squad:2.0|overlap:multiset"

    def by_words(pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [token_f1(*pair) for pair in pairs]

    meaning = _values(families, "wording", heard.tools.similarity)
    seeds = _values(families, "seed", heard.tools.similarity) if heard.material.settings.repeats > 1 else []
    wording_remark = "Between the question as it is, two other wordings, and its paraphrases where it has some."
    alone = "evaluation.repeats is 1: no question was asked twice"
    return (
        _measure(
            _metric("consistency", "Consistency over wordings", encoder, -1.0), families, meaning, wording_remark, shown=_shown(families, meaning)
        ),
        _measure(
            _metric("consistency_tokens", "Words shared over wordings", words, 0.0), families, _values(families, "wording", by_words), wording_remark
        ),
        _measure(
            _metric("consistency_seeds", "Consistency over seeds", encoder, -1.0),
            families if seeds else [],
            seeds,
            "Greedy decoding gives the same answer under every seed.",
            reason=None if seeds else alone,
        ),
    )


CONSISTENCY = Probe(
    name="consistency",
    version=VERSION,
    section="robustness",
    title="Consistency",
    meaning="Whether the same question in other words, or under another seed, gets the same answer.",
    questions=questions,
    judge=judge,
)


def _question(example: Example, name: str, text: str, kind: str, seed: int | None = None) -> Question:
    turn: Message = {"role": "user", "content": text}
    return Question(
        id=f"{example.id}/{name}",
        messages=(*example.history, turn),
        group=example.group,
        of=example.id,
        references=example.answers,
        facts={"kind": kind},
        seed=seed,
    )


def _seed(name: str, number: int, seed: int) -> int:
    """A seed of its own: one that is counted up could be the recipe's."""
    return int(fingerprint_of_value([name, number, seed])[:7], 16)


def _values(families: Sequence[_Family], kind: str, like: Callable[[Sequence[tuple[str, str]]], list[float]]) -> list[float | None]:
    """The mean over all pairs of a family's answers; None with fewer than two."""
    pairs = [list(combinations(family.answers(kind), 2)) for family in families]
    found = iter(like([pair for each in pairs for pair in each]))
    return [sum(next(found) for _ in each) / len(each) if each else None for each in pairs]


def _metric(name: str, title: str, by: str, low: float) -> Metric:
    how = "cosine of the sentence embeddings" if low else "token F1"
    return figure(
        name,
        title,
        f"The mean {how} of all pairs of answers to one question. The same wrong answer each time scores 1.",
        f"probe:consistency-{VERSION}|{by}|pairs:all",
        low=low,
        direction="higher",
    )


def _measure(
    metric: Metric,
    families: Sequence[_Family],
    values: Sequence[float | None],
    remark: str,
    reason: str | None = None,
    shown: Sequence[Shown] = (),
) -> Measure:
    statistics = scored(values)
    if reason is None and not statistics[:, 1].any():
        reason = "no example was answered in two wordings"
    return Measure(
        metric=metric,
        ids=[family.example.id for family in families],
        groups=[family.example.group for family in families],
        statistics=statistics,
        shown=shown,
        reason=reason,
        remark=remark,
    )


def _shown(families: Sequence[_Family], values: Sequence[float | None]) -> list[Shown]:
    """The least consistent examples, each with its own answer and the others below it."""
    known = sorted(((value, family) for family, value in zip(families, values, strict=True) if value is not None), key=lambda pair: pair[0])
    found = []
    for value, family in known[:SHOWN]:
        others = [reply for reply in family.replies if reply.question.facts["kind"] == "wording"]
        asked = "\n".join([family.example.question, *(reply.question.messages[-1]["content"] for reply in others)])
        said = "\n\n".join([family.own, *(reply.text for reply in others)])
        found.append(Shown(id=family.example.id, asked=asked, said=said, remark=f"mean cosine {value:.2f}"))
    return found
