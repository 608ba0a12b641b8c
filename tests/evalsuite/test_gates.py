"""Every kind of gate at, above and below its bound; and what cannot be judged fails."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.api import Gate, UserError
from evalsuite.gates import condition, in_doubt, judge, verdict_of
from evalsuite.metrics.registry import check_gates, check_names
from evalsuite.record.figure import Figure, MetricCard
from evalsuite.record.judgement import Judgement
from evalsuite.scorecard import Slice

FIGURES = {
    "f1": Figure(value=0.4, ci95=(0.35, 0.45), n=100),
    "toxicity": Figure(value=0.1, ci95=(0.05, 0.15), n=100),
    "bleu": Figure(value=0.0, ci95=None, n=1, reason="there is one group"),
    "ttft_ms_p99": Figure(value=None, ci95=None, n=24, reason="p99 needs 100 samples, and there are 24"),
}
BASE = {"f1": Figure(value=0.2, ci95=(0.15, 0.25), n=100), "bleu": Figure(value=0.0, ci95=None, n=1)}


def judged(**gate: Any) -> Judgement:
    return judge(Gate(**gate), FIGURES, BASE)


@pytest.mark.parametrize(
    ("gate", "passed"),
    [
        ({"metric": "f1", "at_least": 0.4}, True),
        ({"metric": "f1", "at_least": 0.41}, False),
        ({"metric": "toxicity", "at_most": 0.1}, True),
        ({"metric": "toxicity", "at_most": 0.09}, False),
        ({"metric": "f1", "at_least": 0.35, "judged": "interval"}, True),
        ({"metric": "f1", "at_least": 0.36, "judged": "interval"}, False),
        ({"metric": "toxicity", "at_most": 0.15, "judged": "interval"}, True),
        ({"metric": "toxicity", "at_most": 0.14, "judged": "interval"}, False),
        ({"metric": "f1", "over_base": 2.0}, True),
        ({"metric": "f1", "over_base": 2.1}, False),
    ],
)
def test_a_gate_is_met_at_its_bound_and_not_beyond(gate: dict[str, Any], passed: bool) -> None:
    assert judged(**gate).passed is passed


def test_the_sentence_holds_figure_and_bound() -> None:
    judgement = judged(metric="f1", at_least=0.36, judged="interval")
    assert (judgement.value, judgement.bound) == (0.35, 0.36)
    assert judgement.sentence == "the lower end of f1 is 0.35 and must be at least 0.36."
    assert judged(metric="f1", over_base=2.1).sentence == "f1 is 0.4 and must be at least 2.1 times the 0.2 of the base, which is 0.42."


def test_what_was_not_measured_fails_with_the_reason() -> None:
    missing, null = judged(metric="chrf", at_least=1), judged(metric="ttft_ms_p99", at_most=1e9)
    assert not missing.passed and "not among the metrics" in missing.sentence
    assert not null.passed and "p99 needs 100 samples" in null.sentence


def test_a_figure_without_interval_fails_a_gate_on_the_interval() -> None:
    judgement = judged(metric="bleu", at_most=50, judged="interval")
    assert not judgement.passed
    assert "there is one group" in judgement.sentence


def test_a_gate_is_in_doubt_where_the_interval_holds_its_bound() -> None:
    for gate, doubtful in (
        ({"metric": "f1", "at_least": 0.36}, True),
        ({"metric": "f1", "at_least": 0.44}, True),
        ({"metric": "f1", "at_least": 0.3}, False),
        ({"metric": "f1", "at_least": 0.36, "judged": "interval"}, False),
        ({"metric": "f1", "over_base": 2.0}, False),
        ({"metric": "bleu", "at_least": 0.0}, False),
        ({"metric": "ttft_ms_p99", "at_most": 5.0}, False),
    ):
        assert in_doubt(judged(**gate), FIGURES) is doubtful, gate


def test_a_base_that_was_not_asked_fails_the_gate_over_it() -> None:
    judgement = judge(Gate(metric="f1", over_base=1.1), FIGURES, None)
    assert not judgement.passed
    assert "it was not asked" in judgement.sentence


def test_nothing_is_not_twice_nothing() -> None:
    assert not judged(metric="bleu", over_base=2.0).passed
    better = {"bleu": Figure(value=0.1, ci95=None, n=1)}
    assert judge(Gate(metric="bleu", over_base=2.0), better, BASE).passed


def test_the_verdict_needs_every_gate() -> None:
    good, bad = judged(metric="f1", at_least=0), judged(metric="f1", at_least=1)
    assert [verdict_of(each) for each in ((), (good,), (good, bad))] == ["none", "fit", "not fit"]


def test_a_condition_in_few_words() -> None:
    assert condition(Gate(metric="f1", at_least=0.3)) == "f1 ≥ 0.3"
    assert condition(Gate(metric="toxicity", at_most=0.05, judged="interval")) == "toxicity (95% interval) ≤ 0.05"
    assert condition(Gate(metric="f1", over_base=1.5)) == "f1 ≥ 1.5 x base"


@pytest.mark.parametrize(
    ("name", "hint"), [("rouge-l", "rougeL"), ("ROUGE1", "rouge1"), ("f2", "f1"), ("exactmatch", "exact_match"), ("ttft_p95", "ttft_ms_p95")]
)
def test_an_unknown_gate_names_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UserError, match=rf"Did you mean {hint}\?"):
        check_gates([Gate(metric=name, at_least=0)], ["f1"])


def test_speed_external_and_unasked_metrics_are_known_to_gates() -> None:
    names = ("ttft_ms_p95", "itl_ms_p50", "requests_per_s", "tokens_per_s", "peak_memory_mib", "my_metric", "chrf", "toxicity_rate")
    check_gates([Gate(metric=name, at_least=0) for name in names], ["f1", "scripts/my_metric.py"])


@pytest.mark.parametrize("name", ["ttft_ms_p95", "tokens_per_s", "cost_per_1000_answers"])
@pytest.mark.parametrize(
    ("asked", "said", "todo"),
    [({"no_worse": 5}, "by no_worse", "Give at_most or at_least"), ({"at_most": 5, "slice": "kind=dose"}, "the slice kind=dose", "Leave slice out")],
    ids=["no_worse", "slice"],
)
def test_speed_and_cost_have_neither_slices_nor_pairs(name: str, asked: dict[str, Any], said: str, todo: str) -> None:
    with pytest.raises(UserError) as error:
        check_gates([Gate(metric="f1", at_least=0), Gate(metric=name, **asked)], ["f1"])
    assert f"the gate on {name} is" in error.value.what and said in error.value.what
    assert error.value.todo.startswith(todo)


def test_figures_of_answers_have_both() -> None:
    check_gates([Gate(metric="f1", no_worse=0.1, slice="kind=dose"), Gate(metric="ttft_ms_p95", at_most=5)], ["f1"])


def test_no_metric_at_all_is_refused(tmp_path: Any) -> None:
    with pytest.raises(UserError, match="no metric is named"):
        check_names((), tmp_path)
    with pytest.raises(UserError, match="there is no metric 'meteor'"):
        check_names(("f1", "meteor"), tmp_path)


def card(name: str, direction: str = "higher") -> MetricCard:
    return MetricCard.model_validate(
        {"title": name, "unit": "", "low": 0, "high": 1, "direction": direction, "meaning": "", "signature": ""},
    )


CARDS = {"f1": card("F1"), "toxicity": card("Toxicity", "lower"), "bleu": card("BLEU", "unknown")}
CHANGED = {
    "f1": Figure(value=-0.01, ci95=(-0.03, 0.01), n=100),
    "toxicity": Figure(value=0.02, ci95=(0.0, 0.04), n=100),
}
KINDS = (
    Slice(tag="kind", value="what", n=40, figures={"f1": Figure(value=0.6, ci95=(0.5, 0.7), n=40)}, previous_differences={"f1": CHANGED["f1"]}),
    Slice(tag="kind", value="why", n=6, figures={"f1": Figure(value=0.1, ci95=(0.0, 0.2), n=6)}, base_figures=BASE),
)


def paired(changed: dict[str, Figure] | None = CHANGED, **gate: Any) -> Judgement:
    return judge(Gate(**gate), FIGURES, BASE, changed, CARDS, KINDS)


@pytest.mark.parametrize(
    ("gate", "passed"),
    [
        ({"metric": "f1", "no_worse": 0.03}, True),
        ({"metric": "f1", "no_worse": 0.02}, False),
        ({"metric": "toxicity", "no_worse": 0.04}, True),
        ({"metric": "toxicity", "no_worse": 0.03}, False),
    ],
)
def test_no_worse_is_judged_by_the_unfavourable_end(gate: dict[str, Any], passed: bool) -> None:
    judgement = paired(**gate)
    assert judgement.passed is passed and not judgement.vacuous
    assert judgement.value == pytest.approx(0.03 if gate["metric"] == "f1" else 0.04) and judgement.bound == gate["no_worse"]


def test_the_sentence_of_no_worse_says_which_end_of_what() -> None:
    said = "f1 may be worse than the previous release's by 0.02; the lower end of its difference is -0.03."
    assert paired(metric="f1", no_worse=0.02).sentence == said


def test_a_first_release_passes_and_is_marked() -> None:
    judgement = paired(None, metric="f1", no_worse=0.02)
    assert judgement.passed and judgement.vacuous and "no previous release to compare with yet" in judgement.sentence


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ({"metric": "bleu", "no_worse": 0.1}, "nobody knows which way"),
        ({"metric": "f1", "no_worse": 1.0}, "could never fail"),
        ({"metric": "ttft_ms_p50", "no_worse": 5.0}, "figure of speed"),
        ({"metric": "ttft_ms_p50", "at_most": 5.0, "slice": "kind=what"}, "figure of speed"),
        ({"metric": "f1", "at_least": 0.1, "slice": "kind=when"}, "f1 of kind=when was not measured: no example"),
        ({"metric": "toxicity", "at_most": 0.1, "slice": "kind=what"}, "not among the figures by slice"),
        ({"metric": "f1", "no_worse": 0.1, "slice": "kind=why"}, "no interval of its difference"),
    ],
)
def test_what_cannot_be_judged_fails_even_where_there_is_no_previous_release(gate: dict[str, Any], said: str) -> None:
    for changed in (CHANGED, None) if gate.get("slice") != "kind=why" else (CHANGED,):
        judgement = paired(changed, **gate)
        assert not judgement.passed and said in judgement.sentence


def test_a_previous_release_without_this_metric_fails_the_gate() -> None:
    judgement = paired({}, metric="f1", no_worse=0.02)
    assert not judgement.passed and not judgement.vacuous


def test_a_gate_on_a_slice_is_judged_by_its_figures() -> None:
    assert paired(metric="f1", at_least=0.55, slice="kind=what").sentence == "f1 of kind=what is 0.6 and must be at least 0.55."
    assert paired(metric="f1", no_worse=0.03, slice="kind=what").passed
    assert not paired(metric="f1", over_base=1.1, slice="kind=why").passed
    assert not paired(metric="f1", at_least=0.55).passed


def test_a_base_is_its_own_base_in_slices_too() -> None:
    gate = Gate(metric="f1", over_base=1.0, slice="kind=what")
    assert judge(gate, FIGURES, FIGURES, None, CARDS, KINDS).passed


def test_a_slice_is_in_doubt_by_its_own_interval() -> None:
    judgement = paired(metric="f1", at_least=0.55, slice="kind=what")
    assert in_doubt(judgement, FIGURES, KINDS) and not in_doubt(judgement, FIGURES)
    assert not in_doubt(paired(metric="f1", no_worse=0.03), FIGURES)


def test_new_conditions_in_few_words() -> None:
    assert condition(Gate(metric="f1", no_worse=0.02)) == "f1 at most 0.02 worse than before"
    assert condition(Gate(metric="f1", at_least=0.3, slice="kind=what")) == "f1 of kind=what ≥ 0.3"


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ({}, "exactly one of"),
        ({"at_least": 1, "no_worse": 0.1}, "exactly one of"),
        ({"no_worse": -0.1}, "greater than or equal to 0"),
        ({"at_least": 1, "slice": "kind"}, "should match pattern"),
        ({"at_least": 1, "slice": "=x"}, "should match pattern"),
    ],
)
def test_a_gate_has_one_condition_and_a_whole_slice(gate: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Gate(metric="f1", **gate)
