"""Who asks: gaps between identities against neutral statements, and the tests beside them."""

from __future__ import annotations

import numpy as np
import pytest

from evalsuite.probes.bias import BIAS
from evalsuite.probes.chance import number
from evalsuite.probes.identities import NEUTRAL, SETS, statements, without_terms
from evalsuite.probes.permutation import ALL, further_apart_p, treated_alike_p
from evalsuite.probes.probe import Question
from evalsuite.stats.paired import holm
from tests.evalsuite.probes.heard import hear, judged, material, value

GIVEN = material([f"What helps against problem {number}?" for number in range(40)], probe_examples=40)


def told(question: Question) -> tuple[str, str]:
    return question.facts["category"], question.facts["place"]


def test_one_in_four_examples_is_asked_behind_every_statement() -> None:
    questions = BIAS.questions(GIVEN)
    assert len(questions) == 10 * len(statements()) == 10 * (sum(map(len, SETS.values())) + len(NEUTRAL))
    assert all(question.messages[-1]["content"].endswith(f"problem {str(question.of)[1:]}?") for question in questions)


def test_statements_of_a_set_differ_in_few_words() -> None:
    for texts in SETS.values():
        lengths = {len(text.split()) for text in texts}
        assert max(lengths) - min(lengths) == 0
        first = {tuple(text.split()[:2]) for text in texts}
        assert len(first) == 1


def test_answers_that_do_not_depend_on_who_asks_show_no_gap() -> None:
    found = judged(BIAS, hear(BIAS, GIVEN, lambda question: f"the same for {question.of}"))
    assert {value(measure) for measure in found.values()} == {0.0}
    assert {measure.p for measure in found.values()} == {1.0}


def test_one_identity_treated_worse_every_time_is_found_in_its_category_alone() -> None:
    found = judged(BIAS, hear(BIAS, GIVEN, lambda question: "rude 0.9" if told(question) == ("gender", "0") else "rude 0.1"))
    gap = found["bias_toxicity_gap_gender"]
    assert value(gap) == pytest.approx(0.8)
    assert gap.p is not None
    assert gap.p < 0.05
    assert '0.900 after "I am a woman."' in gap.remark
    assert len(gap.shown) == 5
    assert value(found["bias_toxicity_gap"]) == pytest.approx(0.8 / len(SETS))
    for category in {*SETS} - {"gender"}:
        assert value(found[f"bias_toxicity_gap_{category}"]) == 0
        assert found[f"bias_toxicity_gap_{category}"].p == 1


def test_a_set_of_three_is_measured_by_the_mean_over_its_pairs() -> None:
    found = judged(BIAS, hear(BIAS, GIVEN, lambda question: "rude 0.6" if told(question) == ("religion", "1") else ""))
    assert value(found["bias_toxicity_gap_religion"]) == pytest.approx(2 * 0.6 / 3)


def test_what_any_other_first_sentence_does_is_taken_off() -> None:
    """An answer that changes with each statement, identity or not: gaps, but none beyond the neutral ones."""
    given = material([f"What helps against problem {number}?" for number in range(400)], probe_examples=400)
    answer = lambda question: f"rude {number('any', question.id, below=1000) / 1000} {question.id}"  # noqa: E731
    found = judged(BIAS, hear(BIAS, given, answer))
    for key in ("toxicity", "similarity", "refusal", "length"):
        assert abs(value(found[f"bias_{key}_gap"])) < 0.03
        p = found[f"bias_{key}_gap"].p
        assert p is not None
        assert p > 0.05


def test_answers_that_move_with_who_asks_lie_further_apart_than_neutral_ones() -> None:
    def answer(question: Question) -> str:
        return f"words for {question.of}" if told(question)[0] != "origin" else f"other {question.of} {told(question)[1]}"

    found = judged(BIAS, hear(BIAS, GIVEN, answer))
    assert value(found["bias_similarity_gap_origin"]) == pytest.approx(0.5)
    assert value(found["bias_similarity_gap_gender"]) == 0
    p = found["bias_similarity_gap_origin"].p
    assert p is not None
    assert p < 0.05


def test_refusals_and_lengths_have_gaps_of_their_own() -> None:
    def answer(question: Question) -> str:
        return "I'm sorry, but I can't help with that." if told(question) == ("age", "1") else "One two three four"

    found = judged(BIAS, hear(BIAS, GIVEN, answer))
    assert value(found["bias_refusal_gap_age"]) == 1
    assert value(found["bias_length_gap_age"]) == pytest.approx(0.5)


def test_p_of_categories_are_holms_and_say_so() -> None:
    answer = lambda question: f"rude {number('any', question.id, below=1000) / 1000}"  # noqa: E731
    found = judged(BIAS, hear(BIAS, GIVEN, answer))
    measures = [found[f"bias_toxicity_gap_{category}"] for category in SETS]
    assert all("Holm" in str(measure.test) for measure in measures)
    heard = hear(BIAS, GIVEN, answer)
    rows = {category: np.zeros((10, len(texts))) for category, texts in SETS.items()}
    ids = list(dict.fromkeys(reply.question.of for reply in heard.replies))
    for reply in heard.replies:
        category, place = told(reply.question)
        if category in SETS:
            rows[category][ids.index(reply.question.of), int(place)] = float(reply.text.split()[1])
    groups = [next(reply.question.group for reply in heard.replies if reply.question.of == name) for name in ids]
    raw = treated_alike_p(rows, groups, GIVEN.settings.resamples, GIVEN.settings.seed)
    raw.pop(ALL)
    assert [measure.p for measure in measures] == list(holm(raw).values())


def test_permuting_agrees_with_every_sign_flip_where_a_set_has_two() -> None:
    """With two statements the test is that of all sign flips, which can be counted out."""
    generator = np.random.default_rng(3)
    values = generator.normal(size=(8, 2)) + np.array([0.5, 0.0])
    gap = values[:, 0] - values[:, 1]
    flips = np.array([[1 - 2 * (which >> place & 1) for place in range(8)] for which in range(256)])
    exact = float((np.abs(flips @ gap) >= abs(gap.sum()) - 1e-9).mean())
    p = treated_alike_p({"set": values}, [str(row) for row in range(8)], 20_000, 0)["set"]
    assert p == pytest.approx(exact, abs=0.015)


@pytest.mark.parametrize("kind", ["alike", "apart"])
def test_where_nothing_matters_p_is_below_a_twentieth_one_time_in_twenty(kind: str) -> None:
    generator = np.random.default_rng(5)
    groups = [str(row // 2) for row in range(16)]
    below = 0
    for seed in range(300):
        if kind == "alike":
            below += treated_alike_p({"set": generator.normal(size=(16, 3))}, groups, 199, seed)["set"] <= 0.05
        else:
            points = generator.normal(size=(16, 5, 8))
            cosines = points @ points.transpose(0, 2, 1)
            below += further_apart_p({"set": cosines}, {"set": 2}, groups, 199, seed)["set"] <= 0.05
    # 15 are expected of 300; the binomial's middle 99.9% are 4 to 28.
    assert 4 <= below <= 28


def test_examples_of_one_group_are_permuted_alike() -> None:
    """Eight examples of one group are one observation: of two statements no p can be below one half."""
    values = np.tile([1.0, 0.0], (8, 1))
    assert treated_alike_p({"set": values}, ["g"] * 8, 500, 0)["set"] > 0.4
    assert treated_alike_p({"set": values}, [str(row) for row in range(8)], 500, 0)["set"] < 0.05


def test_the_words_of_identity_are_taken_out_before_toxicity_is_read() -> None:
    assert "gay" not in without_terms("As a gay person, rest.").lower()
    assert without_terms("Gayle should manage her germs.") == "Gayle should manage her germs."
    left = {without_terms(text) for category in ("gender", "origin", "religion", "disability", "orientation") for text in SETS[category]}
    assert left == {"I am a .", "I come from .", "I am a  person."}
