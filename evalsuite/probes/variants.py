"""Robustness: the test's own questions in another form, and how far the answers move.

A probe of this kind differs from another by what it does to a question, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from assistant.api import Example, Message
from evalsuite.metrics.f1 import token_f1
from evalsuite.metrics.metric import mean, scored
from evalsuite.prediction import Prediction
from evalsuite.probes.figure import SHOWN, figure, joined, of_scores, unmeasured
from evalsuite.probes.probe import Heard, Material, Measure, Probe, Question, Reply, Shown
from evalsuite.stats.paired import randomization_p

Change = Callable[[str, str], str]
"""From a question and the id of its example to the question in another form."""

TEST = "sign-flip permutation over groups, two-sided: both answers could as well have been given to the other form"


def variant_probe(name: str, title: str, meaning: str, changes: Mapping[str, Change], version: int = 1) -> Probe:
    """A probe that asks each question again in another form.

    Args:
        name: As a recipe calls it.
        title: As people read it.
        meaning: What it finds out, in one sentence.
        changes: What is done to a question, by the name of the form; several forms are figures of their own, and one together.
        version: Goes up when the questions or the figures change.
    """
    return Probe(
        name=name,
        version=version,
        section="robustness",
        title=title,
        meaning=meaning,
        questions=partial(variants, changes=changes),
        judge=partial(drops, name=name, title=title, forms=tuple(changes), version=version),
    )


def variants(material: Material, changes: Mapping[str, Change]) -> list[Question]:
    """Each example's question in each form; a form that leaves a question as it is asks nothing."""
    found: list[Question] = []
    for example in material.examples:
        for form, change in changes.items():
            text = change(example.question, example.id)
            if text != example.question:
                found.append(asked_again(example, text, f"{example.id}/{form}", {"form": form}))
    return found


def asked_again(example: Example, text: str, name: str, facts: Mapping[str, str]) -> Question:
    """The example's conversation with another last turn."""
    return Question(
        id=name,
        messages=(*example.history, Message(role="user", content=text)),
        group=example.group,
        of=example.id,
        references=tuple(example.answers),
        facts=facts,
    )


def drops(heard: Heard, name: str, title: str, forms: Sequence[str], version: int) -> list[Measure]:
    """How much F1 is lost, and how alike the answers stay; over all forms, and by form where there are several."""
    pairs = [(reply, own) for reply in heard.replies if (own := heard.answers.get(reply.question.of or ""))]
    alike = heard.tools.similarity([(own.text, reply.text) for reply, own in pairs]) if pairs else []
    signature = f"probe:{name}|version:{version}"
    found: list[Measure] = []
    for form in (None, *forms) if len(forms) > 1 else (None,):
        chosen = [place for place, (reply, _) in enumerate(pairs) if form in (None, reply.question.facts["form"])]
        found += _measures(
            heard,
            [pairs[place] for place in chosen],
            [alike[place] for place in chosen],
            name if form is None else f"{name}_{form}",
            title if form is None else f"{title}, {form}",
            joined(signature, f"form:{form}" if form else ""),
        )
    return found


def _measures(
    heard: Heard, pairs: Sequence[tuple[Reply, Prediction]], alike: Sequence[float], name: str, title: str, signature: str
) -> tuple[Measure, Measure]:
    drop = figure(
        f"{name}_f1_drop",
        f"{title}: F1 lost",
        "Token F1 of the answer to the question itself minus that of the answer to its other form.",
        joined(signature, "f1:squad-2.0", "refs:best"),
        low=-1.0,
    )
    similarity = figure(
        f"{name}_similarity",
        f"{title}: likeness of the answers",
        "The mean cosine of the sentence embeddings of both answers.",
        joined(signature, f"encoder:{heard.tools.encoder}"),
        low=-1.0,
        direction="higher",
    )
    if not pairs:
        reason = "none of the questions has another form" if not heard.replies else "the test's own questions were not answered"
        return unmeasured(drop, reason), unmeasured(similarity, reason)
    ids = [reply.question.id for reply, _ in pairs]
    groups = [reply.question.group for reply, _ in pairs]
    own = [_best_f1(prediction.text, reply) for reply, prediction in pairs]
    other = [_best_f1(reply.text, reply) for reply, _ in pairs]
    settings = heard.material.settings
    lost = [before - after for before, after in zip(own, other, strict=True)]
    worst = sorted((place for place in range(len(pairs)) if lost[place] > 0), key=lambda place: (-lost[place], ids[place]))[:SHOWN]
    shown = [
        Shown(
            ids[place],
            pairs[place][0].question.messages[-1]["content"],
            pairs[place][0].text,
            f"F1 {other[place]:.2f} instead of {own[place]:.2f}. To the question itself it said: {pairs[place][1].text}",
        )
        for place in worst
    ]
    p = randomization_p(scored(other), scored(own), groups, mean, settings.resamples, settings.seed)
    return of_scores(drop, ids, groups, lost, p=p, test=TEST, shown=shown), of_scores(similarity, ids, groups, list(alike))


def _best_f1(text: str, reply: Reply) -> float:
    return max(token_f1(text, reference) for reference in reply.question.references)
