"""What a probe of robustness asks, and what it makes of the answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.api import Message
from evalsuite.probes.case import CASE
from evalsuite.probes.consistency import CONSISTENCY
from evalsuite.probes.probe import Probe
from evalsuite.probes.registry import PROBES
from evalsuite.probes.typos import TYPOS
from tests.evalsuite.probes.heard import example, hear, judged, material, value

QUESTIONS = [f"What helps against problem number {number}, a common fever?" for number in range(12)]
ROBUST = [probe for probe in PROBES.values() if probe.section == "robustness"]
DROPS = [probe for probe in ROBUST if probe is not CONSISTENCY]
"""Consistency belongs beside them and measures no drop: it holds one answer against another, not against what is right."""


@pytest.mark.parametrize("probe", ROBUST, ids=lambda probe: probe.name)
def test_each_question_is_asked_again_in_another_form_with_what_stands_before_it(probe: Probe) -> None:
    before: tuple[Message, ...] = (Message(role="user", content="Hello"), Message(role="assistant", content="Hello."))
    given = replace(material(), examples=[example(1, QUESTIONS[1], history=before)])
    for question in probe.questions(given):
        assert question.of == "e1"
        assert question.group == "g0"
        assert question.references == ("rest and water",)
        assert question.messages[:2] == before
        assert question.messages[2]["content"] != QUESTIONS[1]
    assert probe.questions(given)


@pytest.mark.parametrize("probe", DROPS, ids=lambda probe: probe.name)
def test_the_same_answers_lose_nothing(probe: Probe) -> None:
    found = judged(probe, hear(probe, material(QUESTIONS), lambda question: "rest and water"))
    drop = found[f"{probe.name}_f1_drop"]
    assert value(drop) == 0
    assert drop.p == 1
    assert drop.shown == ()
    assert value(found[f"{probe.name}_similarity"]) == 1


def test_what_is_lost_is_paired_with_the_test_answer_and_shown_worst_first() -> None:
    answers = {"e0": "rest and water", "e1": "rest", "e2": "tea"}
    heard = hear(TYPOS, material(QUESTIONS), lambda question: answers.get(str(question.of), "rest and water"))
    drop = judged(TYPOS, heard)["typos_f1_drop"]
    # Of e1: precision 1, recall 1/3. Of e2: nothing.
    assert value(drop) == pytest.approx((0.5 + 1) / 12)
    assert [shown.id for shown in drop.shown] == ["e2/typos", "e1/typos"]
    assert "rest and water" in drop.shown[0].remark
    assert drop.groups[:4] == ("g0", "g0", "g1", "g1")


def test_a_loss_in_every_group_is_no_chance() -> None:
    drop = judged(TYPOS, hear(TYPOS, material([*QUESTIONS, *QUESTIONS]), lambda question: "tea"))["typos_f1_drop"]
    assert drop.p is not None
    assert drop.p < 0.02
    assert drop.test


def test_both_forms_of_case_are_figures_of_their_own() -> None:
    heard = hear(CASE, material(QUESTIONS), lambda question: "tea" if question.facts["form"] == "upper" else "rest and water")
    found = judged(CASE, heard)
    values = {name: value(measure) for name, measure in found.items() if name.endswith("drop")}
    assert values == {"case_f1_drop": 0.5, "case_lower_f1_drop": 0, "case_upper_f1_drop": 1}
    assert len(found["case_f1_drop"].ids) == len(set(found["case_f1_drop"].ids)) == 24


def test_without_another_form_nothing_is_measured_and_it_is_said_why() -> None:
    measures = judged(TYPOS, hear(TYPOS, material(["42?"])))
    assert {measure.reason for measure in measures.values()} == {"none of the questions has another form"}


def test_without_the_tests_own_answers_nothing_is_measured() -> None:
    heard = replace(hear(TYPOS, material(QUESTIONS)), answers={})
    assert {measure.reason for measure in judged(TYPOS, heard).values()} == {"the test's own questions were not answered"}
