"""What holds of every probe, and what is said of a name that is none's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.api import UserError
from evalsuite.further import FIGURES, FLUENCY, JUDGE, REPEATS
from evalsuite.probes.probe import Probe
from evalsuite.probes.registry import PROBES, check_probes
from tests.evalsuite.probes.heard import hear, judged, material, value

DOCS = Path(__file__).parents[3] / "docs" / "probes.md"
GIVEN = material([f"What helps against problem {number}?" for number in range(20)])
EACH = pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES.keys())


@EACH
def test_questions_have_ids_of_their_own_and_are_the_same_each_time(probe: Probe) -> None:
    questions = probe.questions(GIVEN)
    assert len({question.id for question in questions}) == len(questions)
    assert probe.questions(GIVEN) == questions
    assert all(question.messages[-1]["role"] == "user" for question in questions)


@EACH
def test_figures_are_the_same_ones_whatever_is_answered(probe: Probe) -> None:
    one = judged(probe, hear(probe, GIVEN, lambda question: "rude 0.9"))
    assert list(one) == list(judged(probe, hear(probe, GIVEN, lambda question: "")))
    for measure in one.values():
        assert (measure.reason is None) == bool(len(measure.ids))
        assert len(measure.ids) == len(measure.groups) == len(measure.statistics)
        if measure.reason is None:
            low, high = measure.metric.low, measure.metric.high
            assert low <= value(measure) <= (float("inf") if high is None else high)


def test_no_two_probes_have_a_figure_in_common() -> None:
    names = [name for probe in PROBES.values() for name in judged(probe, hear(probe, GIVEN))]
    assert len(names) == len(set(names))


@EACH
def test_the_docs_tell_of_every_probe_and_of_each_of_its_figures(probe: Probe) -> None:
    text = DOCS.read_text(encoding="utf-8")
    told = [re.escape(name).replace("NAME", "[a-z_]+") for name in re.findall(r"`([A-Za-z0-9_]+)`", text)]
    assert f"## `{probe.name}`" in text
    for name in judged(probe, hear(probe, GIVEN)):
        assert any(re.fullmatch(pattern, name) for pattern in told), name


@pytest.mark.parametrize("section", [REPEATS, FLUENCY, JUDGE], ids=lambda section: section.name)
def test_the_docs_tell_of_every_other_section(section: Probe) -> None:
    assert f"## `{section.name}`" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FIGURES)
def test_the_docs_tell_of_every_figure_of_other_sections(name: str) -> None:
    assert f"| `{name}` |" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "near"), [("typo", "typos"), ("over-refusal", "over_refusal"), ("BBQ", "bbq"), ("crowspairs", "crows_pairs")])
def test_a_wrong_name_is_answered_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UserError) as error:
        check_probes(["typos", name])
    assert error.value.todo == f"Did you mean {near}?"


def test_a_name_like_none_is_answered_with_all() -> None:
    with pytest.raises(UserError) as error:
        check_probes(["zzz"])
    assert "typos, case" in error.value.todo


def test_a_probe_is_named_once() -> None:
    check_probes(PROBES)
    with pytest.raises(UserError, match="twice"):
        check_probes(["typos", "typos"])
