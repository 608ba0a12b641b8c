"""The check of metrics on the data that they are to score."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from evalsuite.metrics.metric import Metric
from evalsuite.metrics.registry import TEXT
from evalsuite.selfcheck import SelfCheck, check
from tests.evalsuite.world import prediction, question

ENGLISH = [prediction("anything", text, name=str(number)) for number, text in enumerate(question(each)["answer"] for each in range(5))]
WORDS = ["water", "rest", "doctor", "fever", "night", "sleep", "pain", "child", "heart", "lung", "blood", "sugar", "salt", "bread", "milk", "tea"]


def unlike(count: int = 60, alphabet: list[str] = WORDS) -> list[object]:
    chance = random.Random(3)
    return [prediction("anything", " ".join(chance.sample(alphabet, 8)), name=str(number)) for number in range(count)]


def checked(name: str, predictions: list[object]) -> SelfCheck:
    return check(predictions, [TEXT[name]], seed=0)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["exact_match", "f1", "bleu", "chrf", "rougeL", "completeness"])
def test_a_metric_that_works_here_passes_both_questions(name: str) -> None:
    found = checked(name, unlike())
    assert found.passed is True
    assert found.perfect_value == pytest.approx(TEXT[name].perfect)
    assert found.shuffled_value is not None
    assert found.shuffled_value < 0.5 * (TEXT[name].perfect or 0)


def test_rouge_is_broken_on_another_alphabet_and_said_to_be() -> None:
    greek = unlike(alphabet=["".join(chr(ord(letter) - ord("a") + 0x3B1) for letter in word) for word in WORDS])
    found = checked("rouge1", greek)
    assert (found.passed, found.perfect_value) == (False, 0)
    assert "broken on these data" in found.sentence
    assert checked("rouge1(tokenize=unicode)", greek).passed is True


def test_bleu_is_broken_on_answers_of_one_word() -> None:
    assert checked("bleu", [prediction("x", word, name=word) for word in WORDS]).passed is False


def test_references_that_are_alike_are_no_strangers() -> None:
    found = checked("f1", [prediction("x", f"Take it {number} times a day with water.", name=str(number)) for number in range(40)])
    assert (found.passed, found.shuffled_value) == (True, None)
    assert "too few references unlike" in found.sentence


def test_a_metric_that_likes_everything_fails_the_second_question() -> None:
    generous = replace(TEXT["f1"], statistics=lambda predictions: TEXT["empty"].statistics([replace(each, text="") for each in predictions]))
    found = check(unlike(), [generous], seed=0)[0]  # type: ignore[arg-type]
    assert (found.passed, found.shuffled_value) == (False, 1)
    assert "hardly tells right from wrong" in found.sentence


def test_what_does_not_apply_is_not_checked() -> None:
    assert checked("numeric_match", unlike()) == SelfCheck(
        "numeric_match", None, None, None, "Numeric match applies to none of these answers, so that it could not be checked on them."
    )


def test_only_metrics_that_declare_what_is_perfect_are_asked() -> None:
    asked: list[Metric] = [TEXT[name] for name in ("repetition", "length_ratio", "refusals", "cut_off", "empty")]
    assert check(ENGLISH, asked, seed=0) == []


def test_the_same_seed_gives_the_same_check() -> None:
    assert check(unlike(300), list(TEXT.values()), 5) == check(unlike(300), list(TEXT.values()), 5)  # type: ignore[arg-type]
