"""A model that grades answers by a rubric, and says which of two answers is better: an opinion, and how firm it is.

A reply that gives no grade in the form asked for is counted and left out, never read as a low grade. Which
of two is better is asked in both orders, because models favour a place; a verdict that turns with the order
is none. Knows no file; its prompts and how replies are read are in `evalsuite.judge_prompts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from assistant.api import Answer, Engine, QuestionError
from evalsuite.judge_prompts import LONGEST_READ, VERSION, Asked, Choice, choice_in, comparing, grade_in, grading
from evalsuite.metrics.metric import Metric, scored
from evalsuite.prediction import Prediction
from evalsuite.probes.chance import place_of
from evalsuite.probes.figure import SHOWN, figure, unmeasured
from evalsuite.probes.probe import Measure, Shown

if TYPE_CHECKING:
    from assistant.api import JudgeSettings
    from evalsuite.metrics.metric import Array

BATCH_SIZE = 8
NO_GRADE = "the judge gave no grade in the form that it was asked for"
NO_PAIR = "there are no other answers to the same questions"
NO_VERDICT = "the judge preferred no answer: all were ties, or turned with the order, or could not be read"

Outcome = Literal["won", "lost", "tie", "same", "order", "unread"]
"""same: word for word alike, so that nobody was asked; order: the verdict turned with the order; unread: a reply gave none."""


@dataclass(frozen=True)
class Judged:
    """What the judge said.

    Attributes:
        measures: `judge_grade`, and `judge_win_rate` where there were other answers.
        judge: What graded, for people.
        answers: How many answers were to be graded.
        clipped: How many of them were too long to be shown to the judge in full.
        replies: How many grades were asked for.
        unread: How many of those replies gave none.
        ungraded: Answers of which no reply could be read.
        repeat_difference: The mean absolute difference of two grades of the same answer; None where none has two.
        repeats_identical: The share of answers with two or more grades whose grades are all the same; None where none has two.
        outcomes: How many pairs ended how; empty without other answers.
    """

    measures: tuple[Measure, ...]
    judge: str
    answers: int
    clipped: int
    replies: int
    unread: int
    ungraded: int
    repeat_difference: float | None
    repeats_identical: float | None
    outcomes: Mapping[Outcome, int]

    def counts(self) -> dict[str, Any]:
        """All but the measures, for a scorecard."""
        return {name: dict(value) if name == "outcomes" else value for name, value in vars(self).items() if name != "measures"}


def judge_answers(
    engine: Engine,
    rows: Sequence[Prediction],
    settings: JudgeSettings,
    others: Sequence[Prediction] | None = None,
    said: Callable[[str, str], None] | None = None,
    known: Mapping[str, str] | None = None,
) -> Judged:
    """Have answers graded, and compared with others.

    Args:
        engine: The judge.
        rows: The answers; at most `settings.examples` of them, chosen by hash, are judged.
        settings: The rubric, the scale, how often each is graded.
        others: Answers to the same questions, of the base or of the release before, matched by id; None for no comparison.
        said: Told the key of each reply and the reply as it comes, to be kept.
        known: What was said before, by key: it is not asked again.

    Raises:
        EngineError: The judge failed; what it had said until then was told to `said`.
    """
    chosen = sorted(rows, key=lambda row: place_of(f"0|{row.id}"))[: settings.examples]
    theirs = {other.id: other for other in others or ()}
    pairs = [(row, theirs[row.id]) for row in chosen if row.id in theirs]
    graded = [[grading(row, settings, repeat) for repeat in range(settings.repeats)] for row in chosen]
    compared = [[] if row.text == other.text else [comparing(row, other, settings, swapped) for swapped in (False, True)] for row, other in pairs]
    replies = _ask(engine, [asked for each in (*graded, *compared) for asked in each], said, known or {})
    grades = [[grade_in(replies[asked.key], settings) for asked in each] for each in graded]
    outcomes = [outcome([choice_in(replies[asked.key]) for asked in each]) for each in compared]
    read = [[grade for grade in each if grade is not None] for each in grades]
    difference, identical = agreement(read)
    reply_of = [
        next((replies[asked.key] for asked, grade in zip(ask, got, strict=True) if grade is not None), "")
        for ask, got in zip(graded, grades, strict=True)
    ]
    info = engine.info
    measures = [_grade_measure(chosen, read, reply_of, settings)]
    if others is not None:
        measures.append(_win_rate([row for row, _ in pairs], outcomes, settings))
    return Judged(
        measures=tuple(measures),
        judge=f"{info.model} ({info.engine}, {info.precision}, {info.device})",
        answers=len(chosen),
        clipped=sum(len(row.text) > LONGEST_READ for row in chosen),
        replies=sum(map(len, grades)),
        unread=sum(map(len, grades)) - sum(map(len, read)),
        ungraded=sum(not each for each in read),
        repeat_difference=difference,
        repeats_identical=identical,
        outcomes={name: outcomes.count(name) for name in ("won", "lost", "tie", "same", "order", "unread")} if others is not None else {},
    )


def _ask(engine: Engine, asked: Sequence[Asked], said: Callable[[str, str], None] | None, known: Mapping[str, str]) -> dict[str, str]:
    """The reply to each, by key."""
    new = [each for each in asked if each.key not in known]

    def finished(index: int, answer: Answer) -> None:
        if said:
            said(new[index].key, answer.text)

    try:
        answers = engine.generate([each.request for each in new], BATCH_SIZE, finished=finished) if new else []
    except QuestionError:
        # One of them leaves the judge no room for a reply: that one is a reply that cannot be read.
        return {**known, **{each.key: _alone(engine, each, said) for each in new}}
    return {**known, **{each.key: answer.text for each, answer in zip(new, answers, strict=True)}}


def _alone(engine: Engine, asked: Asked, said: Callable[[str, str], None] | None) -> str:
    """One reply; empty where the judge has no room for it."""
    try:
        (answer,) = engine.generate([asked.request], 1)
    except QuestionError:
        return ""
    if said:
        said(asked.key, answer.text)
    return answer.text


def outcome(choices: Sequence[Choice | None]) -> Outcome:
    """How ours fared, from the verdict where it stood first and that where it stood second; none where both were the same text."""
    if not choices:
        return "same"
    if None in choices:
        return "unread"
    ended: dict[tuple[Choice | None, ...], Outcome] = {("first", "second"): "won", ("second", "first"): "lost", ("tie", "tie"): "tie"}
    return ended.get(tuple(choices), "order")


def agreement(grades: Sequence[Sequence[int]]) -> tuple[float | None, float | None]:
    """How far repeated grades agree.

    Args:
        grades: Those that could be read, of each answer.

    Returns:
        The mean absolute difference over all pairs of grades of the same answer, each answer weighing the
        same, and the share of answers whose grades are all the same; None where no answer has two.
    """
    several = [each for each in grades if len(each) > 1]
    if not several:
        return None, None
    apart = [[abs(one - other) for one, other in combinations(each, 2)] for each in several]
    return sum(sum(each) / len(each) for each in apart) / len(several), sum(len(set(each)) == 1 for each in several) / len(several)


def _signature(settings: JudgeSettings) -> str:
    rubric = sha256(settings.rubric.encode()).hexdigest()[:12]
    return (
        f"judge:{VERSION}|rubric:{rubric}|scale:{settings.lowest}-{settings.highest}|repeats:{settings.repeats}|temperature:{settings.temperature:g}"
    )


def _grade_metric(settings: JudgeSettings) -> Metric:
    return figure(
        "judge_grade",
        "Grade by a judge",
        "The mean grade that a model gave the answers: an opinion, not a measurement.",
        _signature(settings),
        low=float(settings.lowest),
        high=float(settings.highest),
        direction="higher",
    )


def _grade_measure(rows: Sequence[Prediction], grades: Sequence[Sequence[int]], replies: Sequence[str], settings: JudgeSettings) -> Measure:
    if not any(grades):
        return unmeasured(_grade_metric(settings), NO_GRADE)
    statistics = scored([sum(each) / len(each) if each else None for each in grades])
    worst = sorted((place for place, each in enumerate(grades) if each), key=lambda place: statistics[place, 0])[:SHOWN]
    shown = [Shown(rows[place].id, rows[place].question, rows[place].text, f"graded {statistics[place, 0]:g}: {replies[place]}") for place in worst]
    without = sum(not each for each in grades)
    return Measure(
        _grade_metric(settings),
        [row.id for row in rows],
        [row.group for row in rows],
        statistics,
        shown=shown,
        remark=f"{without} of {len(rows)} answers have no grade that could be read." if without else "",
    )


def _win_rate(rows: Sequence[Prediction], outcomes: Sequence[Outcome], settings: JudgeSettings) -> Measure:
    metric = figure(
        "judge_win_rate",
        "Won by a judge's verdict",
        "The share of answers that a model found better than the other side's, of those where it found one better in either order.",
        _signature(settings) + "|orders:both|ties:left out",
        direction="higher",
        rate=True,
    )
    decided = [(row, ended) for row, ended in zip(rows, outcomes, strict=True) if ended in ("won", "lost")]
    if not decided:
        return unmeasured(metric, NO_VERDICT if rows else NO_PAIR)
    turned = outcomes.count("order")
    groups = [row.group for row, _ in decided]
    statistics = scored([float(ended == "won") for _, ended in decided])
    p = sign_flip_p(statistics, groups)
    return Measure(
        metric,
        [row.id for row, _ in decided],
        groups,
        statistics,
        p=p,
        test=None if p is None else "two-sided sign-flip test over groups that neither side is better",
        shown=[
            Shown(row.id, row.question, row.text, "the other answer was found better in both orders") for row, ended in decided if ended == "lost"
        ][:SHOWN],
        remark=f"Of {len(rows)} pairs {len(decided)} were decided; of {turned} the verdict turned with the order, and they count as ties.",
    )


def sign_flip_p(statistics: Array, groups: Sequence[str]) -> float | None:
    """How often wins less losses are as far from even if each group had as well gone the other way; statistics are (won, 1).

    None for one group, which tells nothing beyond itself. A judge decides few pairs, and of few groups the p is exact, all signs tried;
    the test of two evaluations (`stats.paired.randomization_p`) draws at random, however few there are.
    """
    import numpy as np
    from scipy.stats import permutation_test

    from evalsuite.stats.bootstrap import group_sums

    sums = group_sums(statistics, groups)
    leads = 2 * sums[:, 0] - sums[:, 1]
    if len(leads) < 2:
        return None
    found = permutation_test(
        (leads,),
        lambda flipped, axis=-1: np.sum(flipped, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=10_000,
        rng=np.random.default_rng(0),
    )
    return float(found.pvalue)
