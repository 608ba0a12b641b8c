"""Other wordings of a question, and how far the answers to them agree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.api import EvaluationSettings, Example
from evalsuite.metrics.f1 import token_f1
from evalsuite.probes.consistency import CONSISTENCY
from evalsuite.probes.probe import Heard, Material, Measure, Question, Reply, Tools
from evalsuite.probes.wordings import indirect, wordings
from tests.evalsuite.world import prediction


@pytest.mark.parametrize(
    ("question", "request_"),
    [
        ("How can I reset my password?", "Please tell me how I can reset my password."),
        ("How do I reset my password?", "Please tell me how I reset my password."),
        ("When should you see a doctor?", "Please tell me when you should see a doctor."),
        ("How long can it stay in the fridge?", "Please tell me how long it can stay in the fridge."),
        ("Can I take aspirin?", "Please tell me whether I can take aspirin."),
        ("Do you ship abroad?", "Please tell me whether you ship abroad."),
        ("What causes high blood pressure?", "Please tell me what causes high blood pressure."),
        ("What is the capital of France?", None),
        ("Does it hurt?", None),
        ("I am tired. Can I take aspirin?", None),
        ("Can I? Should I?", None),
        ("Reset my password", None),
        ("\u4f60\u597d\u5417\uff1f", None),
    ],
)
def test_a_question_is_turned_only_where_a_rule_is_sure(question: str, request_: str | None) -> None:
    assert indirect(question) == request_


def test_there_are_always_two_other_wordings() -> None:
    assert wordings("What is flu?") == ("Please tell me: What is flu?", "I would like to know: What is flu?")
    assert wordings("Can I swim?") == ("Please tell me: Can I swim?", "Please tell me whether I can swim.")
    assert wordings("Write a poem") == ("Please answer this: Write a poem", "Here is what I want to ask you: Write a poem")


def example(name: str, question: str = "What is flu?", **tags: str) -> Example:
    return Example(name, question, ("An illness.",), f"group {name}", tags, ({"role": "system", "content": "Be brief."},))


def material(*examples: Example, repeats: int = 1) -> Material:
    return Material(examples, (), EvaluationSettings(repeats=repeats), Path())


def same(pairs: Sequence[tuple[str, str]]) -> list[float]:
    return [float(left == right) for left, right in pairs]


def judged(asked: Material, own: dict[str, str], said: dict[str, str]) -> dict[str, Measure]:
    replies = [Reply(question, said[question.id], "stop") for question in CONSISTENCY.questions(asked)]
    tools = Tools(toxicity=lambda texts: [], similarity=same, classifier_of=str, encoder_of=lambda: "encoder:same")
    answers = {name: prediction(text, "An illness.", name=name) for name, text in own.items()}
    return {measure.metric.name: measure for measure in CONSISTENCY.judge(Heard(replies, (), answers, asked, tools))}


def by_id(questions: Sequence[Question]) -> dict[str, str]:
    return {question.id: question.messages[-1]["content"] for question in questions}


def test_each_example_is_asked_in_two_other_wordings_within_its_own_conversation() -> None:
    questions = CONSISTENCY.questions(material(example("a")))
    assert by_id(questions) == {"a/wording-1": "Please tell me: What is flu?", "a/wording-2": "I would like to know: What is flu?"}
    assert {(each.of, each.group, each.seed, each.messages[0]["content"]) for each in questions} == {("a", "group a", None, "Be brief.")}


def test_paraphrases_of_a_tag_are_asked_too() -> None:
    questions = CONSISTENCY.questions(material(example("a", paraphrases="Flu?\n\nFlu, what is it?\nWhat is flu?")))
    assert list(by_id(questions).values())[2:] == ["Flu?", "Flu, what is it?"]


def test_under_repeats_the_question_itself_is_asked_with_seeds_of_its_own_which_stay_the_same() -> None:
    questions = CONSISTENCY.questions(material(example("a"), example("b"), repeats=3))
    seeds = [each.seed for each in questions if each.facts["kind"] == "seed"]
    assert len(seeds) == len(set(seeds)) == 4 and None not in seeds
    assert questions == CONSISTENCY.questions(material(example("a"), example("b"), repeats=3))
    assert len({each.id for each in questions}) == len(questions)


def test_consistency_is_the_mean_over_all_pairs_of_answers_to_one_question() -> None:
    asked = material(example("a"), example("b"))
    said = {"a/wording-1": "red blue", "a/wording-2": "green", "b/wording-1": "red", "b/wording-2": "red"}
    found = judged(asked, {"a": "red blue", "b": "red"}, said)
    # Of the three pairs of a, one is equal.
    assert found["consistency"].statistics.tolist() == [[pytest.approx(1 / 3), 1], [1, 1]]
    assert found["consistency_tokens"].statistics[0, 0] == pytest.approx((1 + 2 * token_f1("red blue", "green")) / 3)
    assert found["consistency"].ids == ["a", "b"] and found["consistency"].groups == ["group a", "group b"]
    assert found["consistency_seeds"].reason and len(found["consistency_seeds"].ids) == 0


def test_seeds_are_judged_apart_from_wordings() -> None:
    said = {"a/wording-1": "x", "a/wording-2": "y", "a/seed-1": "red"}
    found = judged(material(example("a"), repeats=2), {"a": "red"}, said)
    assert found["consistency"].statistics.tolist() == [[0, 1]]
    assert found["consistency_seeds"].statistics.tolist() == [[1, 1]] and found["consistency_seeds"].reason is None


def test_the_five_least_consistent_are_shown_the_worst_first() -> None:
    names = [f"e{number}" for number in range(7)]
    asked = material(*(example(name) for name in names))
    said = {f"{name}/wording-{number}": "red" if name != "e3" else f"other {number}" for name in names for number in (1, 2)}
    shown = judged(asked, dict.fromkeys(names, "red"), said)["consistency"].shown
    assert len(shown) == 5 and shown[0].id == "e3"
    assert shown[0].asked.splitlines()[0] == "What is flu?" and shown[0].said.split("\n\n") == ["red", "other 1", "other 2"]


def test_without_answers_there_are_reasons_and_no_rows() -> None:
    found = judged(material(), {}, {})
    assert list(found) == ["consistency", "consistency_tokens", "consistency_seeds"]
    assert all(measure.reason for measure in found.values())
    assert all(measure.statistics.shape == (0, 2) for measure in found.values())
