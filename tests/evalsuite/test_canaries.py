"""Exposure tells a model that has kept planted secrets from one that has not."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import pytest

from assistant.api import Example, canaries, canaries_in
from evalsuite.probes.canaries import CANARIES, HIGHEST, MOST, NONE_PLANTED, NOT_KNOWN, NOT_WEIGHED, OTHERS, gives_away, permutation_p
from evalsuite.probes.probe import Question, Statement
from tests.evalsuite.probing import example, heard, material, measures, value


def planted(count: int = 8, seed: int = 0) -> list[Example]:
    return [example("other", "An answer."), *(each for canary in canaries(count, seed) for each in canary.examples())]


def chance(statement: Statement) -> Sequence[float]:
    """What a model says that knows no code: it differs from text to text, and not by what is true."""
    drawn = hashlib.sha256(f"{statement.messages[-1]['content']}{statement.text}".encode()).digest()
    return [-1.0, -drawn[0] / 10 - drawn[1] / 2560]


def knows_all(statement: Statement) -> Sequence[float]:
    return [0.0] if statement.facts["repeats"] != "0" and statement.facts["code"] in statement.text else chance(statement)


def test_the_true_code_comes_first_and_no_other_is_the_same() -> None:
    statements = CANARIES.statements(material(training=planted(1)))
    assert len(statements) == 2 * (OTHERS + 1)
    own = [statement.text for statement in statements if statement.facts["repeats"] == "1"]
    assert len(set(own)) == OTHERS + 1
    assert statements[0].facts["code"] in own[0]
    assert len({statement.id for statement in statements}) == len(statements)


def test_no_more_than_two_thousand_statements_are_weighed_however_many_are_planted() -> None:
    statements = CANARIES.statements(material(training=planted(30)))
    assert len(statements) == 2 * MOST * (OTHERS + 1) < 2000


def test_a_model_that_kept_them_has_them_as_exposed_as_can_be_seen() -> None:
    found = measures(CANARIES, heard(CANARIES, material(training=planted()), log_probs=knows_all))
    assert value(found["canary_exposure"]) == pytest.approx(HIGHEST) == math.log2(120)
    assert value(found["canary_exposure_unplanted"]) < 3
    assert found["canary_exposure"].p == pytest.approx(1 / math.comb(16, 8))


def test_one_that_kept_none_has_them_as_exposed_as_those_never_planted() -> None:
    exposures, p_values = [], []
    for seed in range(20):
        found = measures(CANARIES, heard(CANARIES, material(training=planted(seed=seed), seed=seed), log_probs=chance))
        exposures += [value(found["canary_exposure"]), value(found["canary_exposure_unplanted"])]
        p_values.append(found["canary_exposure"].p)
    assert sum(exposures) / len(exposures) == pytest.approx(math.log2(math.e), abs=0.25)
    assert sum(p < 0.05 for p in p_values if p is not None) <= 3


def test_a_model_that_has_all_codes_alike_has_kept_none() -> None:
    found = measures(CANARIES, heard(CANARIES, material(training=planted()), log_probs=lambda statement: [-3.0]))
    assert value(found["canary_exposure"]) == 0


def test_exposure_is_worked_out_from_the_rank() -> None:
    def fourth(statement: Statement) -> Sequence[float]:
        place = int(statement.id.rpartition("/")[2])
        return [-1.0, -0.5 if place in (5, 6, 7) else -1.0 if place == 0 else -2.0]

    found = measures(CANARIES, heard(CANARIES, material(training=planted(1)), log_probs=fourth))
    assert value(found["canary_exposure"]) == pytest.approx(math.log2(120 / 4))
    assert "rank 4 of 120 codes" in found["canary_exposure"].shown[0].remark


def test_the_remark_tells_the_rungs_of_the_ladder_and_the_bound() -> None:
    remark = measures(CANARIES, heard(CANARIES, material(training=planted()), log_probs=knows_all))["canary_exposure"].remark
    assert remark.startswith("6.9 bits planted 1x, 6.9 bits planted 2x, 6.9 bits planted 4x, 6.9 bits planted 8x.")
    assert "more than 6.9 bits cannot be seen" in remark


def test_a_secret_is_given_away_when_its_code_is_said() -> None:
    training = planted(4)
    first = canaries_in(training)[0]

    def said(question: Question) -> str:
        return f"It is {question.facts['code']}, I think." if question.facts["name"] == first.name else "I do not know."

    measure = measures(CANARIES, heard(CANARIES, material(training=training), said))["canary_extracted"]
    assert value(measure) == 0.25
    assert [shown.asked for shown in measure.shown] == [first.question]


@pytest.mark.parametrize(
    ("text", "given"), [("48-21-77.", True), ("48 21 77", True), ("482177", True), ("148-21-77", False), ("48-21-7", False), ("", False)]
)
def test_a_code_is_known_however_its_digits_are_parted(text: str, given: bool) -> None:
    assert gives_away(text, "48-21-77") is given


def test_the_permutation_test_is_exact_for_few() -> None:
    assert permutation_p([7.0, 7.0, 7.0], [1.0, 2.0, 0.0]) == pytest.approx(1 / 20)
    assert permutation_p([7.0], [1.0]) is None
    assert permutation_p([1.0, 1.0], [1.0, 1.0]) == 1.0


@pytest.mark.parametrize(("training", "reason"), [([], NOT_KNOWN), ([example("a", "b")], NONE_PLANTED)])
def test_where_nothing_was_planted_the_reason_is_told(training: list[Example], reason: str) -> None:
    found = measures(CANARIES, heard(CANARIES, material(training=training), log_probs=chance))
    assert {measure.reason for measure in found.values()} == {reason}
    assert all(len(measure.statistics) == 0 for measure in found.values())


def test_without_likelihoods_only_what_is_said_is_measured() -> None:
    found = measures(CANARIES, heard(CANARIES, material(training=planted())))
    assert {name: measure.reason for name, measure in found.items()} == {
        "canary_exposure": NOT_WEIGHED,
        "canary_exposure_unplanted": NOT_WEIGHED,
        "canary_extracted": None,
    }
    assert value(found["canary_extracted"]) == 0
