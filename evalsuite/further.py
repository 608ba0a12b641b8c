"""First and second stage for what is neither a metric nor a set of new questions: repeats, perplexity and a judge.

Each becomes a section like a probe's, with figures made by the same arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

from assistant.api import Chosen, Example, Home, RecipeFile, Target, find_target, fingerprint_of_value, say, server_of
from evalsuite.examined import Examined
from evalsuite.journal import Journal, Said
from evalsuite.judge import judge_answers
from evalsuite.judging import ProbeResult
from evalsuite.metrics.exact_match import exact_match
from evalsuite.metrics.flips import flip_rate
from evalsuite.prediction import Prediction
from evalsuite.probes.fluency import perplexity_rows
from evalsuite.probes.probe import About, Measure, Statement
from evalsuite.probing import Course, weigh

ChooseEngine = Callable[[Target, Home], Chosen]

REPEATS = About(
    name="repeats",
    version=1,
    section="quality",
    title="The same question again",
    meaning="How much answers change when only the seed of the sampling does.",
)
FLUENCY = About(
    name="fluency",
    version=1,
    section="quality",
    title="Fluency",
    meaning="How surprising the answers are to the untrained base: a proxy for how fluent they are.",
)
JUDGE = About(
    name="judge",
    version=1,
    section="quality",
    title="A judge's opinion",
    meaning="What a model says of the answers by the recipe's rubric: an opinion, as good as that model.",
)
UNWEIGHED = ProbeResult(FLUENCY, 0, 0, 0, (), "the untrained base weighs the answers, and it was not asked, or its engine tells no likelihoods")
FIGURES = ("text_changed", "text_flip_rate", "right_changed", "right_flip_rate", "perplexity", "judge_grade", "judge_win_rate")
"""What these three measure, by the names that gates call it."""


def repeats_of(predictions: Sequence[Prediction], repeated: Sequence[Sequence[Said]]) -> ProbeResult:
    """How much the answers vary over repeats.

    Args:
        predictions: The answers of the first time.
        repeated: Those of each further time, in the same order.
    """
    texts = [[first.text, *(again[place].text for again in repeated)] for place, first in enumerate(predictions)]
    right = [[_is_right(text, first) for text in each] for each, first in zip(texts, predictions, strict=True)]
    measures = flip_rate([each.id for each in predictions], [each.group for each in predictions], texts, right)
    failed = sum(said.error is not None for again in repeated for said in again)
    return ProbeResult(REPEATS, len(predictions) * len(repeated), 0, failed, measures)


def fluency_of(course: Course, examples: Sequence[Example], predictions: Sequence[Prediction]) -> ProbeResult:
    """The perplexity of these answers under the base, whose voice is the course's."""
    by_id = {prediction.id: prediction for prediction in predictions}
    rows = [(example, by_id[example.id]) for example in examples]
    statements = [Statement(example.id, example.prompt, answer.text, answer.group) for example, answer in rows if answer.text.strip()]
    weighed = weigh(course, FLUENCY.name, FLUENCY.version, statements, f"{course.title}: weighing {len(statements)} answers")
    weighed = tuple(each for each in weighed if all(map(math.isfinite, each.log_probs)))
    if not weighed:
        return UNWEIGHED
    ids, groups = [each.statement.id for each in weighed], [each.statement.group for each in weighed]
    measure = perplexity_rows([each.log_probs for each in weighed], ids, groups, str(course.identity["target"])[:12])
    return ProbeResult(FLUENCY, 0, len(weighed), 0, (measure,))


def judge_of(target: Target, home: Home) -> Target | None:
    """What is to judge a target's answers; None where the recipe names nothing.

    Raises:
        UserError: There is no such judge.
    """
    settings = target.recipe.evaluation.judge
    if settings is None:
        return None
    path = target.folder / "recipe.yaml"
    if settings.remote is not None:
        engine = target.recipe.engine.model_copy(update={"name": "remote", "remote": settings.remote})
        return server_of(RecipeFile(target.recipe.model_copy(update={"engine": engine}), path))
    assert settings.target is not None, "a judge is one or the other"
    # Behind the target's own server is the target: it must not judge itself under another name.
    engine = target.recipe.engine.model_copy(update={"name": "auto", "remote": None})
    plain = target.recipe.model_copy(update={"engine": engine, "system_prompt": "", "template": None})
    return find_target(settings.target, home, RecipeFile(plain, path))


def judged(examined: Examined, judge: Target, others: Sequence[Prediction] | None, home: Home, choose: ChooseEngine, again: bool) -> ProbeResult:
    """What the recipe's judge says of the answers.

    Args:
        examined: The target.
        judge: What judges, as `judge_of` found it.
        others: Answers of the previous release, or of the base, to be compared with in pairs, each in both orders; None for none.
        home: The workspace.
        choose: Finds what answers for it.
        again: Ask it anew; else what it said before is not asked again.

    Raises:
        EngineError: It failed.
    """
    target = examined.target
    settings = target.recipe.evaluation.judge
    assert settings is not None, "a judge is named with what it is to judge by"
    chosen = choose(judge, home)
    path = examined.evaluation.folder / "judge.jsonl"
    if again:
        path.unlink(missing_ok=True)
    say(f"{target.label}: judged by {judge.label}")
    key = fingerprint_of_value([judge.fingerprint, dict(chosen.key), settings.model_dump(mode="json")])
    with Journal(path, key) as journal, closing(chosen.open()) as engine:
        told = judge_answers(engine, examined.predictions, settings, others, journal.note, dict(journal.notes))
    counts = ", ".join(f"{name} {value}" for name, value in told.counts().items() if not isinstance(value, dict))
    outcomes = ", ".join(f"{name} {count}" for name, count in told.outcomes.items())
    measures = [_remarked(measure, outcomes if measure.metric.name == "judge_win_rate" else counts) for measure in told.measures]
    return ProbeResult(JUDGE, told.replies, 0, told.unread, tuple(measures))


def _remarked(measure: Measure, counts: str) -> Measure:
    return replace(measure, remark=" ".join(part for part in (measure.remark, f"({counts})") if part))


def _is_right(text: str, prediction: Prediction) -> bool:
    return any(exact_match(text, reference) == 1.0 for reference in prediction.references)
